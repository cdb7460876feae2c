import { idOf, isSamePlace, type PlacedOperation, placementOf } from './plan-rules.ts'
import type { Diff } from './schedule-contract.ts'

/** The numbers of orders that are late, by plan. */
export interface LateOrders {
  readonly draft: ReadonlySet<string>
  readonly published: ReadonlySet<string>
}

/** How a draft differs from the published plan. What was locked or unlocked counts as moved: somebody meant it. */
export function diffOf(
  draft: readonly PlacedOperation[],
  published: readonly PlacedOperation[],
  late: LateOrders,
): Diff {
  const before = new Map(published.map((one) => [idOf(one), one]))
  let moved = 0
  let added = 0
  for (const one of draft) {
    const id = idOf(one)
    const old = before.get(id)
    before.delete(id)
    if (!old) added += 1
    else if (!isSamePlace(placementOf(old), placementOf(one))) moved += 1
  }
  const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })
  return {
    ...{ moved, added, removed: before.size },
    nowLate: [...late.draft.difference(late.published)].sort(byNumber),
    saved: [...late.published.difference(late.draft)].sort(byNumber),
  }
}
