import { cascadeOf, changesOf } from './cascade.ts'
import { criticalChain, linksOf, type ShownLink } from './dependencies.ts'
import { type Draft, eligibleAt, type Ghost, ghostsOf } from './draft.ts'
import { areaLanes, type Frame, wholeArea } from './frame.ts'
import { BAR_HEIGHT, FONT, FONT_SIZE, SMALL_FONT_SIZE } from './measures.ts'
import { type PlacedBar, type PlacedLane, rowTop } from './picture.ts'
import type { GanttState } from './store.ts'
import { textWidth } from './text-width.ts'

/** What lies above the bars and changes with every movement of the hand: drawn anew each time, and little of it. */
export function paintOverlay(context: CanvasRenderingContext2D, frame: Frame, state: GanttState): void {
  const { width, height } = wholeArea(frame)
  context.clearRect(0, 0, width, height)
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  if (state.draft) paintTargets(context, frame, state.draft)
  paintNowLine(context, frame, height)
  const chained = state.showsChain && state.focusedId !== undefined ? criticalChain(frame.picture, state.focusedId) : []
  if (chained.length > 0) paintChain(context, frame, chained)
  else for (const link of linksOf(frame.picture, state.selected)) paintArrow(context, frame, link, frame.palette.second)
  for (const id of state.selected) ring(context, frame, frame.picture.bars.get(id), frame.palette.accent, 2, 1)
  const { hoveredId, focusedId } = state
  if (hoveredId !== undefined && !state.selected.has(hoveredId)) {
    ring(context, frame, frame.picture.bars.get(hoveredId), frame.palette.ink, 1, 1)
  }
  if (focusedId !== undefined) ring(context, frame, frame.picture.bars.get(focusedId), frame.palette.ink, 2, 3)
  if (state.draft) paintDraft(context, frame, state.draft, state.guideMs)
  if (state.band) paintBand(context, frame, state.band)
}

function paintNowLine(context: CanvasRenderingContext2D, frame: Frame, height: number): void {
  context.fillStyle = frame.palette.ink
  const lanesEnd = frame.y(frame.picture.height)
  context.fillRect(frame.x(frame.nowMs) - 1, 0, frame.px(1.5), Math.min(height, lanesEnd))
}

/** Lanes that may take what is held are lit; the others are dimmed and say why not. */
function paintTargets(context: CanvasRenderingContext2D, frame: Frame, draft: Draft): void {
  if (frame.picture.lens !== 'resource') return
  const { palette, px, y } = frame
  const area = wholeArea(frame)
  for (const lane of areaLanes(frame, area)) {
    const there = eligibleAt(draft, lane.id)
    const top = y(lane.top)
    const height = y(lane.top + lane.height) - top
    const isTarget = lane.id === draft.resourceId
    if ('durationMs' in there) {
      context.fillStyle = palette.accent
      context.globalAlpha = isTarget ? 0.16 : 0.07
      context.fillRect(0, top, area.width, height)
      context.globalAlpha = 1
      context.fillRect(0, top, px(3), height)
      continue
    }
    context.fillStyle = palette.field
    context.globalAlpha = isTarget ? 0.9 : 0.66
    context.fillRect(0, top, area.width, height)
    context.globalAlpha = 1
    context.font = `${isTarget ? '600 ' : ''}${SMALL_FONT_SIZE * frame.dpr}px ${FONT}`
    context.fillStyle = palette.raised
    const middle = top + height / 2
    context.fillRect(px(6), middle - px(9), textWidth(context, there.refusal) + px(10), px(18))
    context.fillStyle = isTarget ? palette.p1 : palette.second
    context.fillText(there.refusal, px(11), middle + px(4))
  }
}

function paintDraft(context: CanvasRenderingContext2D, frame: Frame, draft: Draft, guideMs: number | undefined): void {
  const { palette, px } = frame
  // Where it lay: an empty dashed box.
  for (const { id } of draft.held) {
    const old = frame.picture.bars.get(id)
    if (old) dashed(context, frame, boxOf(frame, old), palette.second)
  }
  const changes = changesOf(draft.outcome)
  const held = new Set(draft.held.map(({ id }) => id))
  for (const { before, after } of cascadeOf(changes, held).pushed) {
    const old = frame.picture.bars.get(before.id)
    const lane = laneOfResource(frame, old, after.resourceId)
    if (!old || !lane) continue
    const box = boxAt(frame, lane, old.row, after.startMs, after.endMs)
    paintGhost(context, frame, box, after.lateMs > 0 ? palette.p1 : palette.accent, 0.5, undefined)
    paintShift(context, frame, boxOf(frame, old), box)
  }
  const isRefused = draft.refusal !== undefined || (draft.outcome !== undefined && 'refusal' in draft.outcome)
  for (const ghost of ghostsOf(draft)) {
    const settled = changes.find(({ after }) => after?.id === ghost.id)?.after
    const shown = settled ?? ghost
    const old = frame.picture.bars.get(ghost.id)
    const lane = laneOfResource(frame, old, shown.resourceId)
    if (!lane) continue
    const box = boxAt(
      frame,
      lane,
      old?.lane === frame.picture.lanes.indexOf(lane) ? (old?.row ?? 0) : 0,
      shown.startMs,
      shown.endMs,
    )
    const isLate = (settled?.lateMs ?? 0) > 0
    paintGhost(context, frame, box, isRefused || isLate ? palette.p1 : palette.accent, 0.9, ghostLabel(frame, ghost))
  }
  if (guideMs === undefined) return
  context.fillStyle = palette.accent
  context.fillRect(frame.x(guideMs), 0, px(1), wholeArea(frame).height)
}

function ghostLabel({ picture }: Frame, { id }: Ghost): string {
  const bar = picture.bars.get(id)?.bar
  const waiting = bar ? undefined : picture.plan.waiting.find((one) => one.id === id)
  return picture.orders.get(bar?.orderId ?? waiting?.orderId ?? '')?.name ?? ''
}

function laneOfResource({ picture }: Frame, old: PlacedBar | undefined, resourceId: string): PlacedLane | undefined {
  if (picture.lens !== 'resource') return old && picture.lanes[old.lane]
  return picture.lanes.find(({ id }) => id === resourceId)
}

interface PixelBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function boxAt(frame: Frame, lane: PlacedLane, row: number, startMs: number, endMs: number): PixelBox {
  const x = frame.x(startMs)
  return {
    x,
    y: frame.y(rowTop(frame.picture, lane, row)),
    width: Math.max(frame.px(3), frame.x(endMs) - x),
    height: frame.px(BAR_HEIGHT),
  }
}

function boxOf(frame: Frame, placed: PlacedBar): PixelBox {
  const lane = frame.picture.lanes[placed.lane]
  return lane ? boxAt(frame, lane, placed.row, placed.startMs, placed.endMs) : { x: 0, y: 0, width: 0, height: 0 }
}

function ring(
  context: CanvasRenderingContext2D,
  frame: Frame,
  placed: PlacedBar | undefined,
  colour: string,
  width: number,
  gap: number,
): void {
  if (!placed) return
  const box = boxOf(frame, placed)
  const away = frame.px(gap)
  context.strokeStyle = colour
  context.lineWidth = frame.px(width)
  context.beginPath()
  context.roundRect(box.x - away, box.y - away, box.width + 2 * away, box.height + 2 * away, frame.px(3 + gap))
  context.stroke()
}

function dashed(context: CanvasRenderingContext2D, frame: Frame, box: PixelBox, colour: string): void {
  context.save()
  context.fillStyle = frame.palette.raised
  context.globalAlpha = 0.6
  context.fillRect(box.x, box.y, box.width, box.height)
  context.globalAlpha = 1
  context.strokeStyle = colour
  context.lineWidth = frame.px(1)
  context.setLineDash([frame.px(4), frame.px(3)])
  context.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
  context.restore()
}

function paintGhost(
  context: CanvasRenderingContext2D,
  frame: Frame,
  box: PixelBox,
  colour: string,
  opacity: number,
  label: string | undefined,
): void {
  const { palette, px } = frame
  context.globalAlpha = opacity
  context.fillStyle = palette.raised
  context.beginPath()
  context.roundRect(box.x, box.y, box.width, box.height, px(3))
  context.fill()
  context.strokeStyle = colour
  context.lineWidth = px(2)
  context.stroke()
  context.globalAlpha = 1
  if (label === undefined) return
  context.font = `600 ${FONT_SIZE * frame.dpr}px ${FONT}`
  if (textWidth(context, label) + px(10) > box.width) return
  context.fillStyle = palette.ink
  context.fillText(label, box.x + px(6), box.y + px(16))
}

/** From the old place of a pushed bar to its new one. */
function paintShift(context: CanvasRenderingContext2D, frame: Frame, from: PixelBox, to: PixelBox): void {
  const y = to.y + to.height + frame.px(1)
  context.strokeStyle = frame.palette.second
  context.lineWidth = frame.px(1)
  context.beginPath()
  context.moveTo(from.x, y)
  context.lineTo(to.x, y)
  context.stroke()
}

function paintChain(context: CanvasRenderingContext2D, frame: Frame, chain: readonly PlacedBar[]): void {
  for (const [index, to] of chain.entries()) {
    ring(context, frame, to, frame.palette.p2, 2, 1)
    const from = chain[index - 1]
    // Neighbours in a row touch; an arrow between them would only hide their names.
    if (from && (from.lane !== to.lane || from.row !== to.row)) {
      paintArrow(context, frame, { from, to, isTight: true }, frame.palette.p2)
    }
  }
}

/** Out of the end of the first, down or up beside it, into the begin of the second. Dashed where there is slack. */
function paintArrow(
  context: CanvasRenderingContext2D,
  frame: Frame,
  { from, to, isTight }: ShownLink,
  colour: string,
): void {
  const { px } = frame
  const a = boxOf(frame, from)
  const b = boxOf(frame, to)
  const x1 = a.x + a.width
  const y1 = a.y + a.height / 2
  const y2 = b.y + b.height / 2
  const away = px(8)
  context.strokeStyle = colour
  context.lineWidth = px(1.5)
  context.setLineDash(isTight ? [] : [px(4), px(3)])
  context.beginPath()
  context.moveTo(x1, y1)
  if (b.x >= x1 + 2 * away) {
    context.lineTo(b.x - away, y1)
    context.lineTo(b.x - away, y2)
  } else {
    const between = y2 > y1 ? a.y + a.height + px(2) : a.y - px(2)
    context.lineTo(x1 + away, y1)
    context.lineTo(x1 + away, between)
    context.lineTo(b.x - away, between)
    context.lineTo(b.x - away, y2)
  }
  context.lineTo(b.x - px(2), y2)
  context.stroke()
  context.setLineDash([])
  context.fillStyle = colour
  context.beginPath()
  context.moveTo(b.x, y2)
  context.lineTo(b.x - px(6), y2 - px(3.5))
  context.lineTo(b.x - px(6), y2 + px(3.5))
  context.fill()
}

function paintBand(
  context: CanvasRenderingContext2D,
  frame: Frame,
  { x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number },
): void {
  const { palette, dpr, px } = frame
  const [x, y] = [Math.min(x1, x2) * dpr, Math.min(y1, y2) * dpr]
  const [width, height] = [Math.abs(x2 - x1) * dpr, Math.abs(y2 - y1) * dpr]
  context.fillStyle = palette.accent
  context.globalAlpha = 0.1
  context.fillRect(x, y, width, height)
  context.globalAlpha = 1
  context.strokeStyle = palette.accent
  context.lineWidth = px(1)
  context.strokeRect(x + 0.5, y + 0.5, width, height)
}
