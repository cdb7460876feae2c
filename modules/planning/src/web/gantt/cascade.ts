import type { BarChange, GanttBar, GanttOutcome } from './model.ts'

/** What an edit means beyond what was moved by hand, for drawing and for one sentence. */
export interface Cascade {
  /** Bars that move although nobody touched them. */
  readonly pushed: readonly { readonly before: GanttBar; readonly after: GanttBar }[]
  /** Orders that become late, and orders that are late no more, each counted once. */
  readonly newlyLateOrderIds: readonly string[]
  readonly savedOrderIds: readonly string[]
}

/** @param handIds what the person moved */
export function cascadeOf(changes: readonly BarChange[], handIds: ReadonlySet<string>): Cascade {
  const pushed: { before: GanttBar; after: GanttBar }[] = []
  const lateBefore = new Set<string>()
  const lateAfter = new Set<string>()
  for (const { before, after } of changes) {
    if (before && before.lateMs > 0) lateBefore.add(before.orderId)
    if (after && after.lateMs > 0) lateAfter.add(after.orderId)
    if (before && after && !handIds.has(before.id) && hasMoved(before, after)) pushed.push({ before, after })
  }
  return {
    pushed,
    newlyLateOrderIds: [...lateAfter].filter((id) => !lateBefore.has(id)),
    savedOrderIds: [...lateBefore].filter((id) => !lateAfter.has(id)),
  }
}

function hasMoved(before: GanttBar, after: GanttBar): boolean {
  return before.startMs !== after.startMs || before.endMs !== after.endMs || before.resourceId !== after.resourceId
}

export function changesOf(outcome: GanttOutcome | undefined): readonly BarChange[] {
  return outcome && 'changes' in outcome ? outcome.changes : []
}
