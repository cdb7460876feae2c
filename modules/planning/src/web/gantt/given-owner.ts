import { worked, workingTime } from './given-work.ts'
import type { BarChange, GanttBar, GanttEdit, GanttOutcome, GanttPlan, Span } from './model.ts'

/**
 * A small owner of a plan for tests: puts a bar where it is asked for, in working time, and pushes whatever it meets to the
 * right, successors in the order and neighbours on the machine, until nothing overlaps.
 */
export function givenOutcome(plan: GanttPlan, edit: GanttEdit, nowMs: number): GanttOutcome {
  switch (edit.kind) {
    case 'move': {
      const bars = new Map(plan.bars.map((bar) => [bar.id, bar]))
      const moved = edit.moves.flatMap(({ barId, resourceId, startMs }) => {
        const bar = bars.get(barId)
        return bar ? [{ bar, resourceId, startMs }] : []
      })
      if (moved.some(({ startMs }) => startMs < nowMs)) return { refusal: 'That is in the past.' }
      return pushed(
        plan,
        moved.map(({ bar, resourceId, startMs }) => placed(plan, bar, resourceId, startMs)),
      )
    }
    case 'place': {
      const waiting = plan.waiting.find(({ id }) => id === edit.waitingId)
      if (!waiting) return { refusal: 'It is not in the tray any more.' }
      if (edit.startMs < nowMs) return { refusal: 'That is in the past.' }
      const { id, orderId, step, quantity, setupMs, eligible } = waiting
      const bar: GanttBar = {
        ...{ id, orderId, step, quantity, setupMs, eligible, resourceId: edit.resourceId, startMs: edit.startMs },
        ...{ endMs: edit.startMs, pauses: [], state: 'scheduled', lateMs: 0, locked: false },
      }
      const outcome = pushed(plan, [placed(plan, bar, edit.resourceId, edit.startMs)])
      return 'refusal' in outcome ? outcome : { ...outcome, waiting: [{ before: waiting, after: null }] }
    }
    case 'unplace': {
      const gone = plan.bars.filter(({ id }) => edit.barIds.includes(id))
      return {
        changes: gone.map((before) => ({ before, after: null })),
        waiting: gone.map(({ id, orderId, step, quantity, setupMs, eligible }) => ({
          before: null,
          after: { id, orderId, step, quantity, setupMs, eligible },
        })),
      }
    }
    case 'lock':
      return {
        changes: plan.bars
          .filter(({ id }) => edit.barIds.includes(id))
          .map((before) => ({ before, after: { ...before, locked: edit.locked } })),
      }
    case 'split': {
      const bar = plan.bars.find(({ id }) => id === edit.barId)
      if (!bar || edit.atMs - bar.startMs < bar.setupMs) return { refusal: 'It is too short to be split.' }
      const part = (edit.atMs - bar.startMs - bar.setupMs) / (bar.endMs - bar.startMs - bar.setupMs)
      const first = Math.round(bar.quantity * part)
      return {
        changes: [
          {
            before: bar,
            after: {
              ...bar,
              endMs: edit.atMs,
              quantity: first,
              pauses: bar.pauses.filter(({ toMs }) => toMs <= edit.atMs),
            },
          },
          {
            before: null,
            after: {
              ...bar,
              ...{ id: `${bar.id}b`, startMs: edit.atMs, setupMs: 0, quantity: bar.quantity - first },
              pauses: bar.pauses.filter(({ fromMs }) => fromMs >= edit.atMs),
            },
          },
        ],
      }
    }
  }
}

const times = new WeakMap<object, readonly Span[]>()

function timeOf(plan: GanttPlan, resourceId: string): readonly Span[] {
  const calendar = plan.resources.find(({ id }) => id === resourceId)?.calendar
  if (!calendar) return []
  const known = times.get(calendar)
  if (known) return known
  const time = workingTime(calendar)
  times.set(calendar, time)
  return time
}

function placed(plan: GanttPlan, bar: GanttBar, resourceId: string, startMs: number): GanttBar {
  const listed = bar.eligible.find((one) => one.resourceId === resourceId)
  const pausedMs = bar.pauses.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const lengthMs =
    listed && 'durationMs' in listed ? listed.durationMs + bar.setupMs : bar.endMs - bar.startMs - pausedMs
  const { conflict: _, ...rest } = bar
  return { ...rest, resourceId, ...worked(timeOf(plan, resourceId), startMs, lengthMs) }
}

const STEP_LIMIT = 5000

function pushed(plan: GanttPlan, moved: readonly GanttBar[]): GanttOutcome {
  const next = new Map(moved.map((bar) => [bar.id, bar]))
  const old = new Map(plan.bars.map((bar) => [bar.id, bar]))
  const byResource = Map.groupBy(plan.bars, ({ resourceId }) => resourceId)
  const capacity = new Map(plan.resources.map((resource) => [resource.id, resource.capacity ?? 1]))
  const queue = moved.map(({ id }) => id)
  for (let step = 0; queue.length > 0; step++) {
    if (step > STEP_LIMIT) return { refusal: 'That would move the whole plan.' }
    // Where it is now: it may have been pushed again since it was put into the queue.
    const bar = next.get(queue.shift() ?? '')
    if (!bar) break
    const push = (id: string, fromMs: number) => {
      const other = next.get(id) ?? old.get(id)
      if (!other || other.id === bar.id || other.startMs >= fromMs) return undefined
      if (other.state !== 'scheduled' || other.locked) return `It meets ${other.id}, which stays where it is.`
      const later = placed(plan, other, other.resourceId, fromMs)
      next.set(id, later)
      queue.push(id)
      return undefined
    }
    for (const { fromId, toId, lagMs } of plan.links) {
      if (toId === bar.id) {
        // One that was pushed itself pushes this one in its turn.
        const before = next.has(fromId) ? undefined : old.get(fromId)
        if (before && before.endMs + lagMs > bar.startMs)
          return { refusal: `It would begin before ${before.id} has ended.` }
      }
      if (fromId !== bar.id) continue
      const refusal = push(toId, bar.endMs + lagMs)
      if (refusal !== undefined) return { refusal }
    }
    if ((capacity.get(bar.resourceId) ?? 1) > 1) continue
    const neighbours = [...(byResource.get(bar.resourceId) ?? []), ...next.values()]
    for (const { id } of neighbours) {
      const other = next.get(id) ?? old.get(id)
      if (!other || other.resourceId !== bar.resourceId || other.id === bar.id) continue
      if (other.endMs <= bar.startMs || other.startMs >= bar.endMs) continue
      const refusal = push(id, bar.endMs)
      if (refusal !== undefined) return { refusal }
    }
  }
  const due = new Map(plan.orders.map((order) => [order.id, order.dueMs]))
  const changes = [...next.values()].map((after): BarChange => {
    const lateMs = Math.max(0, after.endMs - (due.get(after.orderId) ?? after.endMs))
    return { before: old.get(after.id) ?? null, after: { ...after, lateMs } }
  })
  return { changes }
}
