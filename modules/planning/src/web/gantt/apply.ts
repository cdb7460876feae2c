import type { BarChange, GanttPlan, WaitingChange } from './model.ts'

/** Changes of a plan that can be made and unmade. */
export interface PlanChanges {
  readonly changes: readonly BarChange[]
  readonly waiting?: readonly WaitingChange[]
}

/** The plan after some changes. Bars keep their order; new ones come last. */
export function applyChanges(plan: GanttPlan, { changes, waiting = [] }: PlanChanges): GanttPlan {
  return { ...plan, bars: replaced(plan.bars, changes), waiting: replaced(plan.waiting, waiting) }
}

/** The changes that lead back. */
export function inverse({ changes, waiting = [] }: PlanChanges): PlanChanges {
  return { changes: changes.map(turned), waiting: waiting.map(turned) }
}

function turned<Item>({ before, after }: { before: Item | null; after: Item | null }) {
  return { before: after, after: before }
}

function replaced<Item extends { readonly id: string }>(
  items: readonly Item[],
  changes: readonly { readonly before: Item | null; readonly after: Item | null }[],
): readonly Item[] {
  if (changes.length === 0) return items
  const gone = new Set<string>()
  const next = new Map<string, Item>()
  for (const { before, after } of changes) {
    if (before && before.id !== after?.id) gone.add(before.id)
    if (after) next.set(after.id, after)
  }
  const kept = items.flatMap((item) => {
    const changed = next.get(item.id)
    if (!changed) return gone.has(item.id) ? [] : [item]
    next.delete(item.id)
    return [changed]
  })
  return [...kept, ...next.values()]
}
