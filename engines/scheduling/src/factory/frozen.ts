import type { Placement } from './plan.ts'
import type { Shop } from './shop.ts'

/** Whether a placement starts before the frozen time of its resource ends. History does too. */
export function startsFrozen({ index, problem }: Shop, { resourceId, startS }: Placement): boolean {
  const resource = problem.resources[index.resources.get(resourceId) ?? -1]
  return startS < (resource?.frozenUntilS ?? problem.frozenUntilS)
}
