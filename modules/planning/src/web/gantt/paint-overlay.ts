import { boxOf } from './bar-box.ts'
import { criticalChain, linksOf, type ShownLink } from './dependencies.ts'
import { type Frame, wholeArea } from './frame.ts'
import { paintDraft, paintProposed, paintTargets } from './paint-draft.ts'
import type { PlacedBar } from './picture.ts'
import type { GanttState } from './store.ts'

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
  if (state.proposed && !state.draft) paintProposed(context, frame, state.proposed)
  if (state.draft) paintDraft(context, frame, state.draft, state.guideMs)
  if (state.band) paintBand(context, frame, state.band)
}

function paintNowLine(context: CanvasRenderingContext2D, frame: Frame, height: number): void {
  context.fillStyle = frame.palette.ink
  const lanesEnd = frame.y(frame.picture.height)
  context.fillRect(frame.x(frame.nowMs) - 1, 0, frame.px(1.5), Math.min(height, lanesEnd))
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
