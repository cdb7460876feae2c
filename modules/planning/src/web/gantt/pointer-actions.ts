import type { Desk } from './Desk.ts'
import { ghostsOf } from './draft.ts'
import type { Hit } from './hit-test.ts'
import { ZOOM_STEP } from './keys.ts'
import { between, toggled, withBars } from './selection.ts'
import { snapped } from './snap.ts'
import type { GanttStore } from './store.ts'
import { scrollBy, zoomBy } from './view-actions.ts'
import type { ZoneDays } from './zone-days.ts'

/** One notch of a wheel, as browsers report it. */
const NOTCH_PX = 100

/** Selects: one bar alone, with Ctrl one more or less, with Shift all up to it; an empty place selects nothing. */
export function clickOn(store: GanttStore, { placed }: Hit, event: PointerEvent): void {
  const { selected, focusedId, picture } = store.state
  if (!placed) {
    store.set({ selected: new Set(), showsChain: false })
    return
  }
  const { id } = placed.bar
  const anchor = focusedId === undefined ? undefined : picture.bars.get(focusedId)
  if (event.shiftKey && anchor) store.set({ selected: withBars(selected, between(picture, anchor, placed)) })
  else if (event.ctrlKey || event.metaKey) store.set({ selected: toggled(selected, id), focusedId: id })
  else store.set({ selected: new Set([id]), focusedId: id })
}

/** Shows what is under a resting pointer: a bar, or why its machine is away. */
export function hoverOver(store: GanttStore, { placed, lane, atMs }: Hit): void {
  const { picture, hoveredOutage } = store.state
  const outage = placed
    ? undefined
    : lane?.resource?.calendar.outages.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
  const isSame = outage === hoveredOutage?.outage
  store.set({
    hoveredId: placed?.bar.id,
    hoveredOutage: isSame ? hoveredOutage : outage && lane && { lane: picture.lanes.indexOf(lane), outage },
  })
}

/** Opens the menu of the bar that was hit. */
export function menuOn(store: GanttStore, { placed, atMs }: Hit, event: MouseEvent): void {
  event.preventDefault()
  if (!placed) return
  const { id } = placed.bar
  const { selected } = store.state
  store.set({
    selected: selected.has(id) ? selected : new Set([id]),
    focusedId: id,
    menu: { barId: id, x: event.clientX, y: event.clientY, atMs },
  })
}

/** Ctrl and wheel zoom around the pointer, Shift or a sideways wheel go through time; a plain wheel through the lanes. */
export function turnWheel(store: GanttStore, event: WheelEvent, x: number): void {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? NOTCH_PX / 3 : 1
  const [dx, dy] = [event.deltaX * unit, event.deltaY * unit]
  // The card beside a bar would stay behind.
  store.set({ hoveredId: undefined, hoveredOutage: undefined })
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault()
    zoomBy(store, ZOOM_STEP ** (dy / NOTCH_PX), x)
    return
  }
  const hasMoved = event.shiftKey ? scrollBy(store, dx + dy, 0) : scrollBy(store, dx, dy)
  // At the end of the lanes the page goes on.
  if (hasMoved || dx !== 0 || event.shiftKey) event.preventDefault()
}

/** Holds what is in the hand where the pointer is, snapped. @param grabMs the moment it was taken at */
export function carryTo(store: GanttStore, desk: Desk, days: ZoneDays, { atMs, lane }: Hit, grabMs: number): void {
  const { draft, picture, viewport } = store.state
  const first = draft?.held[0]
  if (!draft || !first) return
  const resourceId = picture.lens === 'resource' && lane ? lane.id : draft.resourceId
  const target = picture.lens === 'resource' ? picture.lanes.find(({ id }) => id === resourceId) : lane
  if (!target) return
  const shiftMs = atMs - grabMs
  const ghost = ghostsOf({ ...draft, resourceId, shiftMs })[0]
  if (!ghost) return
  const lengthMs = ghost.endMs - ghost.startMs
  const leftOut = new Set(draft.held.map(({ id }) => id))
  const wanted = { startMs: first.startMs + shiftMs, lengthMs, msPerPx: viewport.time.msPerPx, leftOut }
  const { startMs, to } = snapped(target, days, wanted)
  const guides = { grid: undefined, end: startMs, shift: startMs, start: startMs + lengthMs }
  desk.carry(resourceId, startMs - first.startMs, guides[to])
}
