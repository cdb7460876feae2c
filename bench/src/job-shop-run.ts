import { improveJobShop, type JobShopSchedule, scheduleFaults } from '@millrace/scheduling'
import type { JobShopInstance } from './job-shop-data.ts'
import { threadMs } from './thread-time.ts'

/** What a search reached on one instance, in processor seconds of its one thread. */
export type JobShopRun = {
  /** Makespan over the best known one, less 1, in percent, after each budget asked for. */
  gaps: number[]
  /** Until the first plan, in milliseconds. */
  firstMs: number
  isAtBestKnown: boolean
  isValid: boolean
}

/**
 * Searches until the last budget is spent or the proven optimum is reached; then checks every plan on the way.
 *
 * @param budgetsS ascending, in processor seconds. Building the first plans counts, reading the file does not.
 */
export function runJobShop(instance: JobShopInstance, seed: number, budgetsS: readonly number[]): JobShopRun {
  const begunMs = threadMs()
  const gapOf = (makespan: number) => 100 * (makespan / instance.bestKnown - 1)
  const gaps: number[] = []
  let best: JobShopSchedule | undefined
  let firstMs = 0
  for (const { better } of improveJobShop(instance.shop, { seed })) {
    const nowS = (threadMs() - begunMs) / 1000
    // What came after the budget does not count; a plan that took longer than all of it does.
    while (best && gaps.length < budgetsS.length && nowS > (budgetsS[gaps.length] ?? 0)) gaps.push(gapOf(best.makespan))
    if (gaps.length === budgetsS.length) break
    if (!better) continue
    if (!best) firstMs = nowS * 1000
    best = better
    if (better.makespan <= instance.lowerBound) break
  }
  const reached = best?.makespan ?? Number.POSITIVE_INFINITY
  while (gaps.length < budgetsS.length) gaps.push(gapOf(reached))
  const faults = best ? scheduleFaults(instance.shop, best) : ['no plan']
  for (const fault of faults) console.error(`${instance.name}, seed ${seed}: ${fault}`)
  return { gaps, firstMs, isAtBestKnown: reached <= instance.bestKnown, isValid: faults.length === 0 }
}
