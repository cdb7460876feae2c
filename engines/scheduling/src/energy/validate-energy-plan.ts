import type { EnergyPlan } from './energy-plan.ts'

/**
 * Whether new starts keep everything a plan promises: predecessors, sequences of the machines as given, bounds, working time, and what
 * is fixed. Judged from the plain plan without anything of the search.
 *
 * @returns a sentence for each broken rule, at most 20; empty when all is kept.
 */
export function validateEnergyPlan(plan: EnergyPlan, starts: readonly number[]): string[] {
  const faults: string[] = []
  const spans = plan.operations.map(({ profile }, i) => {
    const start = starts[i] ?? Number.NaN
    return { start, end: profile.reduce((end, { minutes }) => end + minutes, start) }
  })
  if (starts.length !== plan.operations.length)
    return [`${starts.length} of ${plan.operations.length} operations are planned.`]
  plan.operations.forEach((operation, i) => {
    const { start = Number.NaN, end = Number.NaN } = spans[i] ?? {}
    if (!Number.isInteger(start)) faults.push(`Operation ${i} starts at ${start}.`)
    if (operation.fixed && start !== operation.start) faults.push(`Operation ${i} is fixed at ${operation.start}.`)
    if (!operation.fixed && start < (operation.earliest ?? 0))
      faults.push(`Operation ${i} starts too early, at ${start}.`)
    if (!operation.fixed && end > (operation.deadline ?? end)) faults.push(`Operation ${i} is late, at ${end}.`)
    for (const predecessor of operation.predecessors)
      if (!((spans[predecessor]?.end ?? Number.NaN) <= start))
        faults.push(`Operation ${i} starts before ${predecessor} ends.`)
    for (const { operation: other, minutes } of operation.waits ?? [])
      if (!((spans[other]?.start ?? Number.NaN) + minutes <= start))
        faults.push(`Operation ${i} starts too soon after ${other}.`)
    const open = operation.open ?? plan.machines[operation.machine]?.open
    if (!operation.fixed && open && !open.some(({ from, to }) => from <= start && end <= to))
      faults.push(`Operation ${i} is outside working time.`)
  })
  plan.machines.forEach((_, machine) => {
    const given = plan.operations.flatMap((operation, i) => (operation.machine === machine ? [i] : []))
    given.sort((a, b) => (plan.operations[a]?.start ?? 0) - (plan.operations[b]?.start ?? 0))
    given.forEach((i, place) => {
      const ahead = given[place - 1]
      if (ahead !== undefined && !((spans[ahead]?.end ?? Number.NaN) <= (spans[i]?.start ?? Number.NaN)))
        faults.push(`Operation ${i} overlaps or overtakes ${ahead} on machine ${machine}.`)
    })
  })
  return faults.slice(0, 20)
}
