import type { ShopArrays } from './model.ts'

/**
 * No plan can be shorter: the longest job, and for each machine what only it can do, with the least that must happen before the
 * first and behind the last of that.
 */
export function lowerBoundOf(shop: ShopArrays): number {
  const { operationCount, machineCount, jobBefore, jobAfter, firstAlternative, alternativeMachine } = shop
  const duration = leastDurations(shop)
  const begun = Int32Array.from(shop.readyAt)
  const remaining = Int32Array.from(shop.rest)
  let bound = 0
  for (let one = operationCount - 1; one >= 0; one--) {
    remaining[one] = (duration[one] ?? 0) + (remaining[jobAfter[one] ?? 0] ?? 0)
  }
  const load = new Float64Array(machineCount)
  const earliest = new Float64Array(machineCount).fill(Number.POSITIVE_INFINITY)
  const rest = new Float64Array(machineCount).fill(Number.POSITIVE_INFINITY)
  for (let one = 0; one < operationCount; one++) {
    const start = begun[jobBefore[one] ?? 0] ?? 0
    begun[one] = start + (duration[one] ?? 0)
    bound = Math.max(bound, start + (remaining[one] ?? 0))
    const alternative = firstAlternative[one] ?? 0
    if ((firstAlternative[one + 1] ?? 0) - alternative > 1) continue
    const machine = alternativeMachine[alternative] ?? 0
    load[machine] = (load[machine] ?? 0) + (duration[one] ?? 0)
    earliest[machine] = Math.min(earliest[machine] ?? 0, start)
    rest[machine] = Math.min(rest[machine] ?? 0, remaining[jobAfter[one] ?? 0] ?? 0)
  }
  for (let machine = 0; machine < machineCount; machine++) {
    const whole = (earliest[machine] ?? 0) + (load[machine] ?? 0) + (rest[machine] ?? 0)
    if (Number.isFinite(whole)) bound = Math.max(bound, whole)
  }
  return bound
}

/** The shortest alternative of each operation. */
export function leastDurations({ operationCount, firstAlternative, alternativeDuration }: ShopArrays): Int32Array {
  const least = new Int32Array(operationCount)
  for (let operation = 0; operation < operationCount; operation++) {
    const from = firstAlternative[operation] ?? 0
    least[operation] = alternativeDuration[from] ?? 0
    for (let one = from + 1; one < (firstAlternative[operation + 1] ?? 0); one++) {
      least[operation] = Math.min(least[operation] ?? 0, alternativeDuration[one] ?? 0)
    }
  }
  return least
}
