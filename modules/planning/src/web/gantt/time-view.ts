import { DAY_MS, MINUTE_MS } from '@millrace/base'
import type { Span } from './model.ts'

/** Which part of the plan the picture shows. Widths and heights in CSS pixels, of the part with bars only. */
export interface TimeView {
  readonly fromMs: number
  readonly msPerPx: number
  readonly width: number
}

/** Ten minutes fill a screen at the one end, two years at the other. */
const MS_PER_PX_MIN = (10 * MINUTE_MS) / 1200
const MS_PER_PX_MAX = (730 * DAY_MS) / 1200

/** Lengths of the buttons day, week and month. */
export const ZOOM_SPANS = { day: DAY_MS, week: 7 * DAY_MS, month: 31 * DAY_MS } as const
export type ZoomSpan = keyof typeof ZOOM_SPANS

export function xOf(view: TimeView, atMs: number): number {
  return (atMs - view.fromMs) / view.msPerPx
}

export function msAt(view: TimeView, x: number): number {
  return view.fromMs + x * view.msPerPx
}

export function spanOf(view: TimeView): Span {
  return { fromMs: view.fromMs, toMs: view.fromMs + view.width * view.msPerPx }
}

/** Moves by a number of pixels to the right (into the future when positive), not out of the horizon. */
export function panned(view: TimeView, dx: number, horizon: Span): TimeView {
  return inside({ ...view, fromMs: view.fromMs + dx * view.msPerPx }, horizon)
}

/**
 * Zooms while the moment under `x` stays under it.
 *
 * @param factor below 1 shows less time.
 */
export function zoomed(view: TimeView, factor: number, x: number, horizon: Span): TimeView {
  const msPerPx = boundedScale(view.msPerPx * factor, view.width, horizon)
  return inside({ ...view, msPerPx, fromMs: msAt(view, x) - x * msPerPx }, horizon)
}

/** Shows a length of time around the middle of what is shown now. */
export function spanning(view: TimeView, lengthMs: number, horizon: Span): TimeView {
  const middle = view.width / 2
  return zoomed(view, lengthMs / Math.max(1, view.width) / view.msPerPx, middle, horizon)
}

/** Where a moment lies at a part of the width (0 left, 1 right). */
export function showing(view: TimeView, atMs: number, part: number, horizon: Span): TimeView {
  return inside({ ...view, fromMs: atMs - part * view.width * view.msPerPx }, horizon)
}

/** The same time in another width: the left edge and the scale stay. */
export function resized(view: TimeView, width: number, horizon: Span): TimeView {
  const next = { ...view, width }
  return inside({ ...next, msPerPx: boundedScale(view.msPerPx, width, horizon) }, horizon)
}

/** Never more than the whole horizon, never less than {@link MS_PER_PX_MIN}. */
function boundedScale(msPerPx: number, width: number, horizon: Span): number {
  const most = Math.min(MS_PER_PX_MAX, (horizon.toMs - horizon.fromMs) / Math.max(1, width))
  return Math.max(Math.min(msPerPx, most), MS_PER_PX_MIN)
}

function inside(view: TimeView, horizon: Span): TimeView {
  const latest = horizon.toMs - view.width * view.msPerPx
  return { ...view, fromMs: Math.max(horizon.fromMs, Math.min(view.fromMs, latest)) }
}
