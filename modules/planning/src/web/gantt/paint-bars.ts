import { boundsWithin } from './bar-index.ts'
import { barStyle } from './bar-style.ts'
import { type Area, areaLanes, areaSpan, barLabels, type Frame } from './frame.ts'
import { fittingLabel, labelRoom } from './label-fit.ts'
import { BAR_HEIGHT, FONT, FONT_SIZE } from './measures.ts'
import type { Span } from './model.ts'
import { type Charge, isFrozen, type PlacedBar, type PlacedLane, rowTop } from './picture.ts'
import { textWidth } from './text-width.ts'

/** Narrower bars have no rounded corners, no label and no outline of their own: they would be all outline. */
const PLAIN_PX = 5
const LABEL_PX = 26
const LOCK_PX = 13

/** The bars of an area, lane by lane. */
export function paintBars(context: CanvasRenderingContext2D, frame: Frame, area: Area): void {
  const span = areaSpan(frame, area)
  context.font = `600 ${FONT_SIZE * frame.dpr}px ${FONT}`
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  for (const lane of areaLanes(frame, area)) paintLane(context, frame, lane, span)
}

/** Bars across a vertical line. Their labels stick to the edge of the picture and so move while the bars are shifted. */
export function paintBarsAcross(context: CanvasRenderingContext2D, frame: Frame, whole: Area, x: number): void {
  paintBars(context, frame, { ...whole, x, width: 1 })
}

function paintLane(context: CanvasRenderingContext2D, frame: Frame, lane: PlacedLane, span: Span): void {
  for (const charge of lane.charges)
    if (charge.count > 1 && charge.toMs > span.fromMs && charge.fromMs < span.toMs)
      paintCharge(context, frame, lane, charge)
  const { first, last } = boundsWithin(lane.bars, span)
  for (let at = first; at < last; at++) {
    const placed = lane.bars.items[at]
    if (placed && placed.endMs > span.fromMs) paintBar(context, frame, lane, placed)
  }
  for (const { fromMs, toMs, row } of lane.overlaps) {
    if (toMs <= span.fromMs || fromMs >= span.toMs) continue
    const top = frame.y(rowTop(frame.picture, lane, row))
    context.fillStyle = frame.hatches.of(context, frame.palette.p1, frame.palette.p1Soft, 6)
    context.fillRect(frame.x(fromMs), top, Math.max(2, frame.x(toMs) - frame.x(fromMs)), frame.px(BAR_HEIGHT))
  }
}

/** The block behind what goes through a furnace together. */
function paintCharge(context: CanvasRenderingContext2D, frame: Frame, lane: PlacedLane, charge: Charge): void {
  const { palette, px, x, y, picture } = frame
  const edge = px(3)
  const top = y(rowTop(picture, lane, charge.firstRow)) - edge
  const bottom = y(rowTop(picture, lane, charge.lastRow)) + px(BAR_HEIGHT) + edge
  const left = x(charge.fromMs) - edge
  outlined(
    context,
    left,
    top,
    x(charge.toMs) + edge - left,
    bottom - top,
    palette.planned,
    palette.lineControl,
    px(1),
    px(4),
  )
}

function paintBar(context: CanvasRenderingContext2D, frame: Frame, lane: PlacedLane, { bar, row }: PlacedBar): void {
  const { palette, picture, x, px } = frame
  const top = frame.y(rowTop(picture, lane, row))
  const height = px(BAR_HEIGHT)
  const left = x(bar.startMs)
  // A pixel between two bars that follow each other without a gap.
  const right = Math.max(left + 1, x(bar.endMs) - (x(bar.endMs) - left > px(PLAIN_PX) ? px(1) : 0))
  const style = barStyle(bar, isFrozen(picture.plan, bar))
  const fill = palette[style.fill]
  const stroke = style.stroke ? palette[style.stroke] : undefined
  const hasConflict = bar.conflict !== undefined
  if (right - left < px(PLAIN_PX)) {
    context.fillStyle = hasConflict ? palette.p1 : (stroke ?? fill)
    context.fillRect(left, top, right - left, height)
    return
  }
  const bodyLeft = Math.min(right, bar.setupMs > 0 ? Math.max(left, x(bar.startMs + bar.setupMs)) : left)
  if (bodyLeft > left) paintSetup(context, frame, left, top, bodyLeft - left, height)
  if (right - bodyLeft >= 1) {
    outlined(context, bodyLeft, top, right - bodyLeft, height, fill, stroke, px(style.strokeWidth), px(3))
    for (const pause of bar.pauses) {
      const from = Math.max(bodyLeft, x(pause.fromMs))
      const to = Math.min(right, x(pause.toMs))
      if (to - from >= 1)
        paintPause(
          context,
          frame,
          from,
          top,
          to - from,
          height,
          px(Math.max(1, style.strokeWidth)),
          bar.state === 'running',
        )
    }
    if (bar.state === 'running' && bar.doneRatio !== undefined) {
      context.fillStyle = palette.accentInk
      context.globalAlpha = 0.75
      context.fillRect(
        bodyLeft + px(3),
        top + height - px(5),
        (right - bodyLeft - px(6)) * Math.min(1, bar.doneRatio),
        px(2),
      )
      context.globalAlpha = 1
    }
  }
  if (hasConflict) {
    context.fillStyle = frame.hatches.of(context, palette.p1, undefined, 6)
    context.globalAlpha = 0.5
    context.fillRect(left, top, right - left, height)
    context.globalAlpha = 1
  }
  paintLabel(context, frame, bar.locked, { left, bodyLeft, right, top, height, ink: palette[style.ink] }, () =>
    barLabels(picture, bar),
  )
}

/** The time before the first good piece: lighter than the work itself, and hatched. */
function paintSetup(
  context: CanvasRenderingContext2D,
  frame: Frame,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const { palette, px } = frame
  context.fillStyle = width < px(4) ? palette.setup : frame.hatches.of(context, palette.setup, palette.planned, 5)
  context.fillRect(x, y + px(2), width, height - 2 * px(2))
}

/** The machine stands still while the lot lies in it: the bar goes on as a line, for nothing is done. */
function paintPause(
  context: CanvasRenderingContext2D,
  frame: Frame,
  x: number,
  y: number,
  width: number,
  height: number,
  edge: number,
  isRunning: boolean,
): void {
  // The words of a running bar are light on dark, or dark on light: what lies under them keeps that.
  context.fillStyle = isRunning ? frame.palette.second : frame.palette.field
  context.fillRect(x, y + edge, width, height - 2 * edge)
}

interface LabelPlace {
  readonly left: number
  readonly bodyLeft: number
  readonly right: number
  readonly top: number
  readonly height: number
  readonly ink: string
}

function paintLabel(
  context: CanvasRenderingContext2D,
  frame: Frame,
  isLocked: boolean,
  place: LabelPlace,
  labels: () => readonly string[],
): void {
  const { px, viewport, dpr } = frame
  if (place.right - place.bodyLeft < px(LABEL_PX)) return
  const room = labelRoom(place, { left: 0, right: viewport.time.width * dpr }, px(5))
  const lock = isLocked ? px(LOCK_PX) : 0
  context.fillStyle = place.ink
  const text = fittingLabel(labels(), room.width - lock, (candidate) => textWidth(context, candidate))
  if (isLocked && room.width >= px(9)) paintLock(context, frame, room.x, place.top + place.height / 2)
  if (text !== undefined) context.fillText(text, room.x + lock, place.top + px(16))
}

function paintLock(context: CanvasRenderingContext2D, { px }: Frame, x: number, middle: number): void {
  context.fillRect(x, middle - px(1), px(8), px(6))
  context.strokeStyle = context.fillStyle
  context.lineWidth = px(1.4)
  context.beginPath()
  context.arc(x + px(4), middle - px(1), px(2.6), Math.PI, 0)
  context.stroke()
}

/** A filled box with an outline inside its edges. Two fills are several times as fast as a fill and a stroke. */
function outlined(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  stroke: string | undefined,
  edge: number,
  radius: number,
): void {
  const isRounded = width > 4 * radius
  if (stroke !== undefined) {
    context.fillStyle = stroke
    box(context, x, y, width, height, isRounded ? radius : 0)
    if (width <= 2 * edge) return
    context.fillStyle = fill
    box(context, x + edge, y + edge, width - 2 * edge, height - 2 * edge, isRounded ? Math.max(1, radius - edge) : 0)
    return
  }
  context.fillStyle = fill
  box(context, x, y, width, height, isRounded ? radius : 0)
}

function box(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  if (radius === 0) {
    context.fillRect(x, y, width, height)
    return
  }
  context.beginPath()
  context.roundRect(x, y, width, height, radius)
  context.fill()
}
