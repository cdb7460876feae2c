import type { Eligible, GanttBar, GanttEdit, GanttOutcome, GanttPlan, GanttWaiting } from './model.ts'
import { isFrozen, type Picture, type PlacedLane } from './picture.ts'
import { texts } from './texts.ts'

/** Something in the hand: bars being moved, or an operation of the tray being placed. Nothing of the plan has changed yet. */
export interface Draft {
  readonly kind: 'move' | 'place'
  /** What is held; the first is the one under the pointer. */
  readonly held: readonly Held[]
  /** How far the first is from its old start. */
  readonly shiftMs: number
  /** The resource the first would go to. */
  readonly resourceId: string
  /** Why it may not go there. */
  readonly refusal: string | undefined
  /** What the owner of the plan says to the present place; undefined until it has answered. */
  readonly outcome: GanttOutcome | undefined
}

export interface Held {
  readonly id: string
  readonly startMs: number
  readonly lengthMs: number
  readonly resourceId: string
  readonly eligible: readonly Eligible[]
}

/** Where one thing held would lie. */
export interface Ghost {
  readonly id: string
  readonly resourceId: string
  readonly startMs: number
  readonly endMs: number
}

/** Why a bar may not be moved at all; undefined when it may. */
export function immovableBecause(plan: GanttPlan, bar: GanttBar): string | undefined {
  if (bar.state === 'done') return texts.refusals.done
  if (bar.state === 'running') return texts.refusals.running
  if (bar.locked) return texts.refusals.locked
  return !plan.fenceYields && isFrozen(plan, bar) ? texts.refusals.frozen : undefined
}

/** Takes bars into the hand. @returns a sentence when one of them may not move */
export function takeBars(picture: Picture, barIds: readonly string[]): Draft | string {
  const bars = barIds.flatMap((id) => picture.bars.get(id)?.bar ?? [])
  for (const bar of bars) {
    const refusal = immovableBecause(picture.plan, bar)
    if (refusal !== undefined) return texts.refusals.of(nameOf(picture, bar), refusal)
  }
  const first = bars[0]
  if (!first) return texts.refusals.nothing
  const held = bars.map((bar) => ({
    id: bar.id,
    startMs: bar.startMs,
    lengthMs: bar.endMs - bar.startMs,
    resourceId: bar.resourceId,
    eligible: bar.eligible,
  }))
  return { kind: 'move', held, shiftMs: 0, resourceId: first.resourceId, refusal: undefined, outcome: undefined }
}

/** Why what is held cannot be held any more in a plan that came since; undefined when it can. */
export function takenAway(picture: Picture, { kind, held }: Draft): string | undefined {
  if (kind === 'place') {
    const isThere = held.every(({ id }) => picture.plan.waiting.some((one) => one.id === id))
    return isThere ? undefined : texts.refusals.elsewhere
  }
  const again = takeBars(
    picture,
    held.map(({ id }) => id),
  )
  if (typeof again === 'string') return again
  const isSame =
    again.held.length === held.length &&
    again.held.every((bar, at) => bar.startMs === held[at]?.startMs && bar.resourceId === held[at].resourceId)
  return isSame ? undefined : texts.refusals.elsewhere
}

/** Takes an operation of the tray into the hand. It has no old place: its start counts from `startMs`. */
export function takeWaiting(waiting: GanttWaiting, startMs: number): Draft {
  const first = waiting.eligible.find((one) => 'durationMs' in one)
  const lengthMs = waiting.setupMs + (first && 'durationMs' in first ? first.durationMs : 0)
  const resourceId = first?.resourceId ?? ''
  const held = [{ id: waiting.id, startMs, lengthMs, resourceId, eligible: waiting.eligible }]
  return { kind: 'place', held, shiftMs: 0, resourceId, refusal: undefined, outcome: undefined }
}

/** Whether what is held may go to a resource; when several are held, whether all may. */
export function eligibleAt(draft: Draft, resourceId: string): Eligible {
  const all = draft.held.map(({ eligible, resourceId: own, lengthMs }): Eligible => {
    const listed = eligible.find((one) => one.resourceId === resourceId)
    if (listed) return listed
    if (own === resourceId) return { resourceId, durationMs: lengthMs }
    return { resourceId, refusal: texts.refusals.notInRouting }
  })
  return all.find((one) => 'refusal' in one) ?? all[0] ?? { resourceId, refusal: texts.refusals.nothing }
}

/** Holds it elsewhere. The outcome of the old place says nothing about the new one. */
export function heldAt(draft: Draft, resourceId: string, shiftMs: number): Draft {
  if (draft.resourceId === resourceId && draft.shiftMs === shiftMs) return draft
  const there = eligibleAt(draft, resourceId)
  const refusal = 'refusal' in there ? there.refusal : undefined
  return { ...draft, resourceId, shiftMs, refusal, outcome: undefined }
}

/**
 * Where everything held would lie, before the owner of the plan has said what really happens. Bars of the first one's
 * resource go with it; the others keep theirs. On another resource a single bar takes as long as it takes there.
 */
export function ghostsOf(draft: Draft): Ghost[] {
  const from = draft.held[0]?.resourceId
  return draft.held.map(({ id, startMs, lengthMs, resourceId, eligible }) => {
    const target = resourceId === from ? draft.resourceId : resourceId
    const listed = eligible.find((one) => one.resourceId === target)
    const length = target !== resourceId && listed && 'durationMs' in listed ? listed.durationMs : lengthMs
    return { id, resourceId: target, startMs: startMs + draft.shiftMs, endMs: startMs + draft.shiftMs + length }
  })
}

/** What letting go asks for; undefined when nothing moved. */
export function editOf(draft: Draft): GanttEdit | undefined {
  const ghosts = ghostsOf(draft)
  const first = ghosts[0]
  if (!first) return undefined
  if (draft.kind === 'place') {
    return { kind: 'place', waitingId: first.id, resourceId: first.resourceId, startMs: first.startMs }
  }
  if (draft.shiftMs === 0 && draft.resourceId === draft.held[0]?.resourceId) return undefined
  return {
    kind: 'move',
    moves: ghosts.map(({ id, resourceId, startMs }) => ({ barId: id, resourceId, startMs })),
  }
}

/** The next lane up or down that may take what is held; undefined when there is none. */
export function nextEligibleLane(picture: Picture, draft: Draft, step: 1 | -1): PlacedLane | undefined {
  const from = picture.lanes.findIndex(({ id }) => id === draft.resourceId)
  for (let at = from + step; at >= 0 && at < picture.lanes.length; at += step) {
    const lane = picture.lanes[at]
    if (lane && 'durationMs' in eligibleAt(draft, lane.id)) return lane
  }
  return undefined
}

export function nameOf(picture: Picture, bar: GanttBar): string {
  const name = `${picture.orders.get(bar.orderId)?.name ?? bar.orderId} ${bar.step}`
  return bar.part === undefined ? name : texts.bar.part(name, bar.part)
}
