import { formatRatio } from '@millrace/ui'
import { type Area, areaLanes, areaSpan, type Frame } from './frame.ts'
import { FONT, GROUP_HEIGHT, LANE_PADDING, LOAD_HEIGHT, SMALL_FONT_SIZE } from './measures.ts'
import type { GanttResource, Span } from './model.ts'
import type { PlacedLane } from './picture.ts'
import { timeAxis } from './time-axis.ts'

/** Per day narrower than this, load is a line without a figure. */
const FIGURE_PX = 46
const OVERLOAD = 1
/** Shifts closer than this belong together. */
const SEAM_MS = 60_000

/** What lies under the bars: staffed time light, everything else shaded, outages, load, lines. */
export function paintGround(context: CanvasRenderingContext2D, frame: Frame, area: Area): void {
  const { palette, y, px } = frame
  const lanes = areaLanes(frame, area)
  const span = areaSpan(frame, area)
  context.fillStyle = palette.raised
  context.fillRect(area.x, area.y, area.width, area.height)
  for (const lane of lanes) paintCalendar(context, frame, lane, span)
  paintTicks(context, frame, area, span, lanes)
  for (const lane of lanes) {
    if (frame.picture.lens === 'resource') paintLoad(context, frame, lane, span)
    if (lane.order) paintDue(context, frame, lane, lane.order.dueMs)
    context.fillStyle = palette.line
    context.fillRect(area.x, y(lane.top + lane.height) - px(1), area.width, px(1))
    if (!lane.startsGroup) continue
    context.fillStyle = palette.surface
    context.fillRect(area.x, y(lane.top - GROUP_HEIGHT), area.width, y(lane.top) - y(lane.top - GROUP_HEIGHT))
    context.fillStyle = palette.line
    context.fillRect(area.x, y(lane.top) - px(1), area.width, px(1))
  }
  const { frozenUntilMs } = frame.picture.plan
  if (frozenUntilMs !== undefined) paintFence(context, frame, area, frozenUntilMs, FROZEN_DASH)
  for (const lane of lanes) if (lane.resource) paintFences(context, frame, area, lane, lane.resource)
}

/** The fences of one lane: where another is next to it, they are one line. */
function paintFences(
  context: CanvasRenderingContext2D,
  frame: Frame,
  area: Area,
  lane: PlacedLane,
  { frozenUntilMs, slushyUntilMs }: GanttResource,
): void {
  const top = frame.y(lane.top)
  const part = { ...area, y: top, height: frame.y(lane.top + lane.height) - top }
  if (frozenUntilMs !== undefined) paintFence(context, frame, part, frozenUntilMs, FROZEN_DASH)
  if (slushyUntilMs !== undefined && slushyUntilMs !== frozenUntilMs)
    paintFence(context, frame, part, slushyUntilMs, SLUSHY_DASH)
}

function paintCalendar(context: CanvasRenderingContext2D, frame: Frame, lane: PlacedLane, span: Span): void {
  const { palette, x, y } = frame
  const calendar = lane.resource?.calendar
  if (!calendar) return
  const top = y(lane.top)
  const height = y(lane.top + lane.height) - top
  context.fillStyle = palette.field
  for (const { fromMs, toMs } of between(calendar.shifts, span))
    context.fillRect(x(fromMs), top, x(toMs) - x(fromMs), height)
  for (const { fromMs, toMs } of calendar.closed) {
    if (toMs <= span.fromMs || fromMs >= span.toMs) continue
    context.fillStyle = palette.field
    context.fillRect(x(fromMs), top, x(toMs) - x(fromMs), height)
  }
  for (const { fromMs, toMs, kind } of calendar.outages) {
    if (toMs <= span.fromMs || fromMs >= span.toMs) continue
    const isDown = kind === 'breakdown'
    context.fillStyle = frame.hatches.of(
      context,
      isDown ? palette.p1 : palette.lineStrong,
      isDown ? palette.p1Soft : palette.planned,
      isDown ? 6 : 8,
    )
    context.fillRect(x(fromMs), top, Math.max(1, x(toMs) - x(fromMs)), height)
  }
}

/** Stretches of a span that no shift covers. */
function between(shifts: readonly Span[], span: Span): Span[] {
  const gaps: Span[] = []
  let covered = span.fromMs
  for (const { fromMs, toMs } of shifts) {
    if (toMs <= covered) continue
    if (fromMs >= span.toMs) break
    if (fromMs > covered + SEAM_MS) gaps.push({ fromMs: covered, toMs: fromMs })
    covered = toMs
  }
  if (covered < span.toMs) gaps.push({ fromMs: covered, toMs: span.toMs })
  return gaps
}

function paintTicks(
  context: CanvasRenderingContext2D,
  frame: Frame,
  area: Area,
  span: Span,
  lanes: readonly PlacedLane[],
): void {
  const { palette, x, y, px } = frame
  const last = lanes.at(-1)
  if (!last) return
  const bottom = Math.min(area.y + area.height, y(last.top + last.height))
  const axis = timeAxis(frame.days, span, frame.viewport.time.msPerPx, frame.locale)
  for (const { atMs, isMajor } of axis.ticks) {
    context.fillStyle = isMajor ? palette.lineStrong : palette.line
    context.globalAlpha = isMajor ? 1 : 0.55
    context.fillRect(x(atMs), area.y, px(1), bottom - area.y)
  }
  context.globalAlpha = 1
}

/** A day's load as a line that fills the day, and a figure where there is room. What does not fit is said with a sign, too. */
function paintLoad(context: CanvasRenderingContext2D, frame: Frame, lane: PlacedLane, span: Span): void {
  const { palette, x, y, px, days } = frame
  context.font = `${SMALL_FONT_SIZE * frame.dpr}px ${FONT}`
  context.textAlign = 'left'
  context.textBaseline = 'alphabetic'
  const top = y(lane.top + LANE_PADDING.resource)
  for (const { dayStartMs, loadRatio } of lane.resource?.load ?? []) {
    if (dayStartMs >= span.toMs) break
    const day = days.at(dayStartMs)
    if (day.toMs <= span.fromMs) continue
    const left = x(day.fromMs) + px(3)
    const width = x(day.toMs) - px(3) - left
    if (width < px(4)) continue
    const isOver = loadRatio > OVERLOAD
    const hasFigure = width >= px(FIGURE_PX)
    const figure = hasFigure ? px(isOver ? 48 : 36) : 0
    const barTop = top + px(hasFigure ? 5 : 4)
    context.fillStyle = palette.idle
    context.fillRect(left + figure, barTop, width - figure, px(3))
    context.fillStyle = isOver ? palette.p2 : palette.run
    context.fillRect(left + figure, barTop, (width - figure) * Math.min(1, loadRatio), px(3))
    if (!hasFigure) continue
    context.fillStyle = isOver ? palette.p2 : palette.third
    context.fillText(isOver ? `▲${formatRatio(loadRatio)}` : formatRatio(loadRatio), left, top + px(LOAD_HEIGHT - 5))
  }
}

/** When an order is due: a line with a flag at its top. Red once its last bar ends later. */
function paintDue(context: CanvasRenderingContext2D, frame: Frame, lane: PlacedLane, dueMs: number): void {
  const { palette, x, y, px } = frame
  const isLate = lane.bars.items.some(({ bar }) => bar.lateMs > 0)
  const at = x(dueMs)
  const top = y(lane.top) + px(2)
  context.fillStyle = isLate ? palette.p1 : palette.lineControl
  context.fillRect(at, top, px(2), y(lane.top + lane.height) - top - px(2))
  context.beginPath()
  context.moveTo(at, top)
  context.lineTo(at + px(9), top + px(4))
  context.lineTo(at, top + px(8))
  context.fill()
}

/** CSS pixels of line and gap. */
type Dash = readonly [number, number]
const FROZEN_DASH: Dash = [2, 3]
const SLUSHY_DASH: Dash = [1, 7]

function paintFence(
  context: CanvasRenderingContext2D,
  frame: Frame,
  area: Area,
  untilMs: number,
  [line, gap]: Dash,
): void {
  const x = frame.x(untilMs)
  if (x < area.x || x > area.x + area.width) return
  context.strokeStyle = frame.palette.lineControl
  context.lineWidth = frame.px(1)
  context.setLineDash([frame.px(line), frame.px(gap)])
  context.beginPath()
  context.moveTo(x + 0.5, area.y)
  context.lineTo(x + 0.5, area.y + area.height)
  context.stroke()
  context.setLineDash([])
}
