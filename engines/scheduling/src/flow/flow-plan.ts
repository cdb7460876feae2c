import type { CompiledFlowShop } from './flow-shop.ts'

/** A sequence with its times, in the unit of the flow shop. */
export type FlowPlan = {
  /** Jobs in the order in which every machine makes them. */
  sequence: number[]
  /** `starts[job][machine]`: when the work begins, after the set-up. */
  starts: number[][]
  makespan: number
}

/** The earliest times of a sequence. */
export function flowPlanOf(shop: CompiledFlowShop, sequence: ArrayLike<number>): FlowPlan {
  const { jobs, machines, durations, setUps } = shop
  const starts: number[][] = Array.from({ length: jobs }, () => [])
  const free = new Int32Array(machines)
  let from = jobs
  let makespan = 0
  for (const job of Array.from(sequence)) {
    let ready = 0
    for (let m = 0; m < machines; m++) {
      const begin = Math.max(ready, (free[m] ?? 0) + (setUps[(from * jobs + job) * machines + m] ?? 0))
      starts[job]?.push(begin)
      ready = begin + (durations[job * machines + m] ?? 0)
      free[m] = ready
    }
    makespan = Math.max(makespan, ready)
    from = job
  }
  return { sequence: Array.from(sequence), starts, makespan }
}
