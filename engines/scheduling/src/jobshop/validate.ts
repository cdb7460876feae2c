import type { JobShop, JobShopSchedule } from './model.ts'

/** What a schedule violates, in words; at most this many are told. */
const FAULTS_MAX = 20

/**
 * Checks a schedule against its problem from first principles; shares no code with the search.
 *
 * @returns sentences about what is wrong, none for a valid schedule, 20 at most.
 */
export function scheduleFaults(shop: JobShop, schedule: JobShopSchedule): string[] {
  const faults: string[] = []
  const blame = (sentence: string) => {
    if (faults.length < FAULTS_MAX) faults.push(sentence)
  }
  const count = shop.jobs.reduce((sum, job) => sum + job.length, 0)
  if (schedule.machine.length !== count || schedule.start.length !== count) {
    blame(
      `${count} operations are asked, ${schedule.machine.length} machines and ${schedule.start.length} starts given`,
    )
    return faults
  }
  const busy = new Map<number, { name: string; from: number; to: number }[]>()
  let latest = 0
  let operation = 0
  shop.jobs.forEach((job, jobNumber) => {
    let readyAt = 0
    job.forEach((alternatives, step) => {
      const name = `operation ${step} of job ${jobNumber}`
      const machine = schedule.machine[operation]
      const from = schedule.start[operation]
      operation++
      const chosen = alternatives.find((one) => one.machine === machine)
      if (machine === undefined || from === undefined || !chosen) {
        blame(`${name} cannot run on machine ${machine}`)
        return
      }
      if (from < readyAt) blame(`${name} starts at ${from}, before ${readyAt}, when it is ready`)
      readyAt = from + chosen.duration
      latest = Math.max(latest, readyAt)
      const slots = busy.get(machine) ?? []
      slots.push({ name, from, to: readyAt })
      busy.set(machine, slots)
    })
  })
  for (const [machine, slots] of busy) {
    slots.sort((a, b) => a.from - b.from || a.to - b.to)
    for (const [i, slot] of slots.entries()) {
      const next = slots[i + 1]
      if (next && next.from < slot.to) blame(`${next.name} starts on machine ${machine} before ${slot.name} ends`)
    }
  }
  if (latest !== schedule.makespan) blame(`the last operation ends at ${latest}, not at ${schedule.makespan}`)
  return faults
}
