import { formatDuration, formatNumber, formatQuantity, formatRatio, formatWhen } from '@millrace/ui'
import { cascadeOf, changesOf } from './cascade.ts'
import { nameOf } from './draft.ts'
import type { BarChange, GanttBar, GanttEdit, GanttOutcome, LiveState } from './model.ts'
import { isFrozen, type Picture, type PlacedLane } from './picture.ts'
import { texts } from './texts.ts'

/** `4458 Grinding, Chef 200, on Grinder A, 06:00 to 14:20, planned, 3 h late`: a bar for those who do not see it. */
export function barSentence(picture: Picture, bar: GanttBar, nowMs: number): string {
  return [nameOf(picture, bar), ...barFacts(picture, bar, nowMs)].join(', ')
}

/** The facts of a bar, the most telling first. */
export function barFacts(picture: Picture, bar: GanttBar, nowMs: number): string[] {
  const order = picture.orders.get(bar.orderId)
  const zone = picture.plan.timeZone
  const pausedMs = bar.pauses.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const when = (atMs: number) => formatWhen(atMs, zone, nowMs)
  return [
    order?.product,
    texts.bar.on(picture.resources.get(bar.resourceId)?.name ?? bar.resourceId),
    `${when(bar.startMs)} – ${when(bar.endMs)}`,
    bar.state === 'running' && bar.doneRatio !== undefined
      ? `${texts.states.running}, ${texts.bar.done(formatRatio(bar.doneRatio))}`
      : texts.states[bar.state],
    bar.isHalted ? texts.bar.halted : undefined,
    bar.lateMs > 0 ? texts.bar.late(formatDuration(bar.lateMs)) : undefined,
    bar.conflict === undefined ? undefined : texts.bar.conflict(bar.conflict),
    bar.locked ? texts.bar.locked : undefined,
    isFrozen(picture.plan, bar) && bar.state === 'scheduled' ? texts.bar.frozen : undefined,
    order ? texts.bar.due(when(order.dueMs)) : undefined,
    formatQuantity(bar.quantity, order?.unit ?? ''),
    chargeText(picture, bar),
    bar.setupMs > 0 ? texts.bar.setup(formatDuration(bar.setupMs)) : undefined,
    pausedMs > 0 ? texts.bar.pauses(formatDuration(pausedMs)) : undefined,
  ].filter((fact) => fact !== undefined)
}

function chargeText(picture: Picture, bar: GanttBar): string | undefined {
  if (picture.resources.get(bar.resourceId)?.hasCharges !== true) return undefined
  const { startMs, endMs } = bar
  const inside = picture.plan.bars.filter(
    (one) =>
      one.resourceId === bar.resourceId && one.startMs === startMs && one.endMs === endMs && one.lane === bar.lane,
  )
  return texts.bar.charge(inside.length)
}

/** `stopped 40 min, spindle drive fault` */
export function liveText({ state, sinceMs, text }: LiveState, nowMs: number): string {
  const since = texts.liveSince(texts.live[state], formatDuration(nowMs - sinceMs))
  return text === undefined ? since : `${since}, ${text}`
}

/** `Mill 4, 7 bars, stopped 40 min, spindle drive fault`: a lane for those who do not see it. */
export function laneSentence({ name, note, bars, resource }: PlacedLane, nowMs: number): string {
  const live = resource?.live && liveText(resource.live, nowMs)
  return [texts.mirror.lane(name, bars.items.length), note, live].filter(Boolean).join(', ')
}

/** What an edit is called, for the button that takes it back. */
export function commandText(picture: Picture, edit: GanttEdit): string {
  const what = (ids: readonly string[]) => {
    const bar = ids.length === 1 ? picture.bars.get(ids[0] ?? '')?.bar : undefined
    return bar ? nameOf(picture, bar) : texts.commands.many(ids.length)
  }
  const where = (resourceId: string) => picture.resources.get(resourceId)?.name ?? resourceId
  switch (edit.kind) {
    case 'move': {
      const [first] = edit.moves
      if (!first || edit.moves.length > 1) return texts.commands.moveMany(edit.moves.length)
      const place = `${where(first.resourceId)}, ${formatWhen(first.startMs, picture.plan.timeZone, first.startMs + WEEK_MS)}`
      return texts.commands.move(what([first.barId]), place)
    }
    case 'place': {
      const waiting = picture.plan.waiting.find(({ id }) => id === edit.waitingId)
      const name = `${picture.orders.get(waiting?.orderId ?? '')?.name ?? edit.waitingId} ${waiting?.step ?? ''}`.trim()
      return texts.commands.place(name, where(edit.resourceId))
    }
    case 'unplace':
      return texts.commands.unplace(what(edit.barIds))
    case 'lock':
      return edit.locked ? texts.commands.lock(what(edit.barIds)) : texts.commands.unlock(what(edit.barIds))
    case 'split':
      return texts.commands.split(what([edit.barId]))
  }
}

/** Any moment that is not today, so that the day is said with the time. */
const WEEK_MS = 7 * 86_400_000

/** `2 others move, 1 order becomes late`: what an edit does beyond itself; empty when nothing. */
export function consequence(changes: readonly BarChange[], handIds: ReadonlySet<string>): string {
  const { pushed, newlyLateOrderIds, savedOrderIds } = cascadeOf(changes, handIds)
  return [
    pushed.length > 0 ? texts.said.others(pushed.length) : '',
    newlyLateOrderIds.length > 0 ? texts.said.newlyLate(newlyLateOrderIds.length) : '',
    savedOrderIds.length > 0 ? texts.said.saved(savedOrderIds.length) : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** What the owner's answer to something in the hand says in one line. */
export function outcomeText(outcome: GanttOutcome | undefined, handIds: ReadonlySet<string>): string {
  if (!outcome) return ''
  if ('refusal' in outcome) return outcome.refusal
  return [consequence(changesOf(outcome), handIds), outcome.text ?? ''].filter(Boolean).join('. ')
}

export function countText(picture: Picture): string {
  return texts.counts(formatNumber(picture.bars.size, 0), formatNumber(picture.lanes.length, 0))
}
