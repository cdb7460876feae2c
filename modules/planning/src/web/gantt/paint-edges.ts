import { formatTime } from '@millrace/ui'
import { areaLanes, type Frame, wholeArea } from './frame.ts'
import { AXIS_HEIGHT, FONT, FONT_SIZE, GROUP_HEIGHT, HEAD_WIDTH, SMALL_FONT_SIZE } from './measures.ts'
import type { LiveState } from './model.ts'
import type { PlacedLane } from './picture.ts'
import { textWidth } from './text-width.ts'
import { timeAxis } from './time-axis.ts'
import { spanOf } from './time-view.ts'
import { liveText } from './words.ts'

/** The two rows of the time axis, on a canvas of its own above the bars. */
export function paintAxis(context: CanvasRenderingContext2D, frame: Frame): void {
  const { palette, px, x, viewport } = frame
  const width = Math.round(viewport.time.width * frame.dpr)
  const height = px(AXIS_HEIGHT)
  const span = spanOf(viewport.time)
  const axis = timeAxis(frame.days, span, viewport.time.msPerPx, frame.locale)
  context.fillStyle = palette.raised
  context.fillRect(0, 0, width, height)
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  for (const [index, { fromMs, toMs, label }] of axis.spans.entries()) {
    const left = Math.max(0, x(fromMs))
    if (index > 0 || x(fromMs) > 0) {
      context.fillStyle = palette.lineStrong
      context.fillRect(x(fromMs), 0, px(1), height)
    }
    context.font = `600 ${FONT_SIZE * frame.dpr}px ${FONT}`
    context.fillStyle = palette.second
    // Today or the only one: a label of the upper row is short enough, or left out for what is hardly seen of its span.
    if (textWidth(context, label) + px(10) <= x(toMs) - left) context.fillText(label, left + px(6), px(18))
  }
  context.font = `${SMALL_FONT_SIZE * frame.dpr}px ${FONT}`
  let takenUntil = Number.NEGATIVE_INFINITY
  for (const { atMs, label, isMajor } of axis.ticks) {
    const at = x(atMs)
    context.fillStyle = isMajor ? palette.lineStrong : palette.line
    context.fillRect(at, isMajor ? 0 : px(24), px(1), height)
    const needed = textWidth(context, label)
    if (at + needed < 0 || at > width || at + px(4) < takenUntil) continue
    context.fillStyle = palette.third
    context.fillText(label, at + px(6), px(36))
    takenUntil = at + px(10) + needed
  }
  context.fillStyle = palette.line
  context.fillRect(0, height - px(1), width, px(1))
  paintNow(context, frame, height)
}

function paintNow(context: CanvasRenderingContext2D, frame: Frame, height: number): void {
  const { palette, px, x, nowMs, picture } = frame
  const at = x(nowMs)
  if (at < -px(20) || at > frame.viewport.time.width * frame.dpr + px(20)) return
  const label = formatTime(nowMs, picture.plan.timeZone, false, frame.locale)
  context.font = `600 ${SMALL_FONT_SIZE * frame.dpr}px ${FONT}`
  const width = textWidth(context, label) + px(10)
  context.fillStyle = palette.ink
  context.beginPath()
  context.roundRect(at - width / 2, height - px(18), width, px(16), px(3))
  context.fill()
  context.fillStyle = palette.raised
  context.fillText(label, at - width / 2 + px(5), height - px(6))
}

/** Names of the lanes with what their machines do now, on a canvas of its own left of the bars. */
export function paintHeads(context: CanvasRenderingContext2D, frame: Frame): void {
  const { palette, px, y, viewport } = frame
  const width = px(HEAD_WIDTH)
  context.fillStyle = palette.raised
  context.fillRect(0, 0, width, Math.round(viewport.height * frame.dpr))
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  for (const lane of areaLanes(frame, wholeArea(frame))) {
    if (lane.startsGroup) {
      context.fillStyle = palette.surface
      context.fillRect(0, y(lane.top - GROUP_HEIGHT), width, y(lane.top) - y(lane.top - GROUP_HEIGHT))
      context.font = `600 ${SMALL_FONT_SIZE * frame.dpr}px ${FONT}`
      context.fillStyle = palette.third
      context.fillText(lane.group ?? '', px(14), y(lane.top) - px(7))
      context.fillStyle = palette.line
      context.fillRect(0, y(lane.top) - px(1), width, px(1))
    }
    paintHead(context, frame, lane)
    context.fillStyle = palette.line
    context.fillRect(0, y(lane.top + lane.height) - px(1), width, px(1))
  }
  context.fillStyle = palette.line
  context.fillRect(width - px(1), 0, px(1), Math.round(viewport.height * frame.dpr))
}

function paintHead(context: CanvasRenderingContext2D, frame: Frame, lane: PlacedLane): void {
  const { palette, px, y } = frame
  const note = lane.resource?.live ? undefined : (lane.note ?? (lane.resource ? '' : undefined))
  const live = lane.resource?.live
  const hasSecond = (note !== undefined && note !== '') || live !== undefined
  const middle = y(lane.top + lane.height / 2)
  const nameY = hasSecond ? middle - px(2) : middle + px(4)
  context.font = `600 ${FONT_SIZE * 1.05 * frame.dpr}px ${FONT}`
  context.fillStyle = palette.ink
  context.fillText(cut(context, lane.name, px(HEAD_WIDTH - 28)), px(14), nameY)
  context.font = `${SMALL_FONT_SIZE * frame.dpr}px ${FONT}`
  if (live) paintLive(context, frame, live, middle + px(13))
  else if (note) {
    context.fillStyle = palette.third
    context.fillText(cut(context, note, px(HEAD_WIDTH - 28)), px(14), middle + px(13))
  }
}

/** Colour only for the abnormal, with a square and the word; everything else is a grey mark. */
function paintLive(context: CanvasRenderingContext2D, frame: Frame, live: LiveState, baseline: number): void {
  const { palette, px, nowMs } = frame
  const isStopped = live.state === 'stopped'
  const marks = { running: palette.run, idle: palette.lineStrong, stopped: palette.p1, off: palette.idle }
  context.fillStyle = marks[live.state]
  context.fillRect(px(14), baseline - px(7), px(7), px(7))
  context.fillStyle = isStopped ? palette.p1 : palette.third
  context.fillText(cut(context, liveText(live, nowMs), px(HEAD_WIDTH - 40)), px(26), baseline)
}

const cuts = new Map<string, string>()
const CUT_LIMIT = 5000

/** A name that is too long ends in dots; the whole one is in the list for screen readers and in the hover card. */
function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (textWidth(context, text) <= width) return text
  const key = `${context.font} ${width} ${text}`
  const known = cuts.get(key)
  if (known !== undefined) return known
  let length = text.length - 1
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > width) length--
  if (cuts.size >= CUT_LIMIT) cuts.clear()
  const shortened = `${text.slice(0, length).trimEnd()}…`
  cuts.set(key, shortened)
  return shortened
}
