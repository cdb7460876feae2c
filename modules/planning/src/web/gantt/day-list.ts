import type { GanttBar, GanttPlan, GanttResource, Span } from './model.ts'

/** A lane of the list with what happens there on a day, by ascending start. */
export interface DayLane {
  readonly resource: GanttResource
  readonly bars: readonly GanttBar[]
  readonly loadRatio: number | undefined
}

/**
 * Lanes with something to do on a day, in the order of the plan. A bar that goes on over midnight is in the list of both
 * days. Lanes that stand still now are listed even when they have nothing to do.
 *
 * @param resourceId only this one; all when empty
 */
export function dayList(plan: GanttPlan, day: Span, resourceId: string): DayLane[] {
  const bars = new Map<string, GanttBar[]>()
  for (const bar of plan.bars) {
    if (bar.endMs <= day.fromMs || bar.startMs >= day.toMs) continue
    const list = bars.get(bar.resourceId) ?? []
    list.push(bar)
    bars.set(bar.resourceId, list)
  }
  return plan.resources
    .filter(({ id, live }) => (resourceId === '' ? bars.has(id) || live?.state === 'stopped' : id === resourceId))
    .map((resource) => ({
      resource,
      bars: (bars.get(resource.id) ?? []).toSorted((a, b) => a.startMs - b.startMs),
      loadRatio: resource.load.find(({ dayStartMs }) => dayStartMs >= day.fromMs && dayStartMs < day.toMs)?.loadRatio,
    }))
}
