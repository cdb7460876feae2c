import type { EnergyLine, EnergyLinePlan } from './energy-line.ts'

/**
 * Whether a plan keeps its line and its total is right, judged from the plain powers without anything of the search.
 *
 * @returns a sentence for each broken rule, at most 20; empty for a valid plan.
 */
export function validateEnergyLinePlan({ powersW, rates, least }: EnergyLine, plan: EnergyLinePlan): string[] {
  const jobs = powersW.length
  if (
    plan.sequence.length !== jobs ||
    new Set(plan.sequence).size !== jobs ||
    plan.sequence.some((job) => !powersW[job])
  )
    return [`The sequence does not hold each of the ${jobs} jobs once.`]
  const faults: string[] = []
  const slots = rates.pricesCentPerMwh.length
  const load = new Array<number>(slots).fill(0)
  const startOf = (job: number, machine: number) => plan.starts[job]?.[machine] ?? Number.NaN
  const endOf = (job: number, machine: number) =>
    startOf(job, machine) + (powersW[job]?.[machine]?.length ?? Number.NaN)
  plan.sequence.forEach((job, place) => {
    const ahead = plan.sequence[place - 1]
    powersW[job]?.forEach((profile, machine) => {
      const start = startOf(job, machine)
      if (!(Number.isInteger(start) && start >= 0 && start + profile.length <= slots))
        faults.push(`Job ${job} on machine ${machine} is outside the horizon, at ${start}.`)
      if (machine > 0 && !(endOf(job, machine - 1) <= start))
        faults.push(`Job ${job} reaches machine ${machine} after ${start}.`)
      if (ahead !== undefined && !(endOf(ahead, machine) <= start))
        faults.push(`Jobs ${ahead} and ${job} overlap on machine ${machine}.`)
      profile.forEach((power, k) => {
        load[start + k] = (load[start + k] ?? 0) + power
      })
    })
  })
  const perMwh = least === 'cost' ? rates.pricesCentPerMwh : (rates.carbonGramsPerMwh ?? [])
  const total = load.reduce((sum, power, slot) => {
    return sum + Math.max(0, power - (rates.generationW?.[slot] ?? 0)) * rates.slotMinutes * (perMwh[slot] ?? 0)
  }, 0)
  if (total !== plan.total) faults.push(`The total is ${total}, not ${plan.total}.`)
  return faults.slice(0, 20)
}
