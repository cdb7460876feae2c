import type { PlacedBar } from './picture.ts'
import type { GanttState, GanttStore } from './store.ts'
import { panned, showing, spanning, type TimeView, xOf, ZOOM_SPANS, type ZoomSpan, zoomed } from './time-view.ts'

/** Where "now" stands after a jump: what comes matters more than what was. */
const TODAY_PART = 0.2
/** A bar that is brought into view stands this far from the edges. */
const MARGIN_PX = 60

const horizonOf = ({ picture }: GanttState) => picture.plan.horizon

function setTime(store: GanttStore, time: TimeView): void {
  store.set({ viewport: { ...store.state.viewport, time } })
}

/** Scrolls by pixels: right and down are positive. @returns whether anything moved */
export function scrollBy(store: GanttStore, dx: number, dy: number): boolean {
  const { viewport, picture } = store.state
  const time = dx === 0 ? viewport.time : panned(viewport.time, dx, picture.plan.horizon)
  const scrollTop = boundedTop(store.state, viewport.scrollTop + dy)
  if (time.fromMs === viewport.time.fromMs && scrollTop === viewport.scrollTop) return false
  store.set({ viewport: { ...viewport, time, scrollTop } })
  return true
}

/** @param x what stays under this pixel; the middle when left out */
export function zoomBy(store: GanttStore, factor: number, x?: number): void {
  const { time } = store.state.viewport
  setTime(store, zoomed(time, factor, x ?? time.width / 2, horizonOf(store.state)))
}

/** Shows a day, a week or a month. While now is on the screen it stays where it is, so that nobody loses the present. */
export function zoomToSpan(store: GanttStore, span: ZoomSpan): void {
  const { viewport, nowMs } = store.state
  const { time } = viewport
  const nowX = xOf(time, nowMs)
  const factor = ZOOM_SPANS[span] / (time.width * time.msPerPx)
  if (nowX >= 0 && nowX <= time.width) setTime(store, zoomed(time, factor, nowX, horizonOf(store.state)))
  else setTime(store, spanning(time, ZOOM_SPANS[span], horizonOf(store.state)))
}

export function goToday(store: GanttStore): void {
  setTime(store, showing(store.state.viewport.time, store.state.nowMs, TODAY_PART, horizonOf(store.state)))
}

/** Scrolls as little as needed for a bar to be seen. */
export function reveal(store: GanttStore, placed: PlacedBar): void {
  const { viewport, picture } = store.state
  const lane = picture.lanes[placed.lane]
  if (!lane) return
  const left = xOf(viewport.time, placed.startMs)
  const right = Math.min(xOf(viewport.time, placed.endMs), left + viewport.time.width - 2 * MARGIN_PX)
  let dx = 0
  if (left < MARGIN_PX) dx = left - MARGIN_PX
  else if (right > viewport.time.width - MARGIN_PX) dx = right - viewport.time.width + MARGIN_PX
  const above = lane.top - viewport.scrollTop
  const below = lane.top + lane.height - viewport.scrollTop - viewport.height
  scrollBy(store, dx, above < 0 ? above : Math.max(0, below))
}

export function boundedTop({ viewport, picture }: GanttState, scrollTop: number): number {
  return Math.max(0, Math.min(scrollTop, picture.height - viewport.height))
}
