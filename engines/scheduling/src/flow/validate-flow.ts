import type { FlowPlan } from './flow-plan.ts'
import type { FlowShop } from './flow-shop.ts'

/**
 * Whether a plan keeps its flow shop, judged from the plain tables without anything of the search.
 *
 * @returns a sentence for each broken rule, at most 20; empty for a valid plan.
 */
export function validateFlowPlan(shop: FlowShop, plan: FlowPlan): string[] {
  const faults: string[] = []
  const jobs = shop.durations.length
  const seen = new Set(plan.sequence)
  if (plan.sequence.length !== jobs || seen.size !== jobs || plan.sequence.some((job) => !shop.durations[job]))
    return [`The sequence does not hold each of the ${jobs} jobs once.`]

  let makespan = 0
  plan.sequence.forEach((job, place) => {
    const previous = plan.sequence[place - 1]
    shop.durations[job]?.forEach((duration, machine) => {
      const start = plan.starts[job]?.[machine]
      if (start === undefined || !Number.isInteger(start) || start < 0) {
        faults.push(`Job ${job} has no start on machine ${machine}.`)
        return
      }
      makespan = Math.max(makespan, start + duration)
      const before = machine > 0 ? endOf(shop, plan, job, machine - 1) : 0
      if (start < before)
        faults.push(`Job ${job} starts on machine ${machine} at ${start}, before it arrives at ${before}.`)
      const free = previous === undefined ? 0 : endOf(shop, plan, previous, machine)
      const setUp =
        previous === undefined ? shop.firstSetUps?.[machine]?.[job] : shop.setUps?.[machine]?.[previous]?.[job]
      if (start < free + (setUp ?? 0))
        faults.push(
          `Job ${job} starts on machine ${machine} at ${start}, before it is set up at ${free + (setUp ?? 0)}.`,
        )
    })
  })
  if (makespan !== plan.makespan) faults.push(`The last job ends at ${makespan}, not at ${plan.makespan}.`)
  return faults.slice(0, 20)
}

function endOf(shop: FlowShop, plan: FlowPlan, job: number, machine: number): number {
  return (plan.starts[job]?.[machine] ?? Number.NaN) + (shop.durations[job]?.[machine] ?? Number.NaN)
}
