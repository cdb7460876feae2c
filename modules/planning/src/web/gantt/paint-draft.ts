import { boxAt, boxOf, type PixelBox } from './bar-box.ts'
import { cascadeOf, changesOf } from './cascade.ts'
import { type Draft, eligibleAt, type Ghost, ghostsOf } from './draft.ts'
import { areaLanes, type Frame, wholeArea } from './frame.ts'
import { FONT, FONT_SIZE, SMALL_FONT_SIZE } from './measures.ts'
import type { BarChange } from './model.ts'
import type { PlacedBar, PlacedLane } from './picture.ts'
import { textWidth } from './text-width.ts'

/** Lanes that may take what is held are lit; the others are dimmed and say why not. */
export function paintTargets(context: CanvasRenderingContext2D, frame: Frame, draft: Draft): void {
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

/** What is held: where it lay, where it would lie, and what that pushes. */
export function paintDraft(
  context: CanvasRenderingContext2D,
  frame: Frame,
  draft: Draft,
  guideMs: number | undefined,
): void {
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

/** What somebody else proposes: where each bar lies, and where it would lie. */
export function paintProposed(context: CanvasRenderingContext2D, frame: Frame, changes: readonly BarChange[]): void {
  for (const { before } of changes) {
    const old = before && frame.picture.bars.get(before.id)
    if (old) dashed(context, frame, boxOf(frame, old), frame.palette.second)
  }
  for (const { after } of changes) {
    const old = after ? frame.picture.bars.get(after.id) : undefined
    const lane = after && laneOfResource(frame, old, after.resourceId)
    if (!after || !lane) continue
    const isSameLane = old !== undefined && frame.picture.lanes[old.lane] === lane
    const box = boxAt(frame, lane, isSameLane ? old.row : 0, after.startMs, after.endMs)
    const colour = after.lateMs > 0 ? frame.palette.p1 : frame.palette.accent
    paintGhost(context, frame, box, colour, 0.85, frame.picture.orders.get(after.orderId)?.name)
    if (isSameLane) paintShift(context, frame, boxOf(frame, old), box)
  }
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
