import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import { type Envelope, readEnvelopes, type Signal } from '@millrace/telemetry'
import { countedUp, isTooMuchScrap, lastingPace } from './measured-work-rules.ts'
import { pacesOf } from './pace-rules.ts'
import type { PlacedOperation } from './plan-rules.ts'
import type { SitePlans } from './schedule.ts'
import type { Trouble } from './trouble-rules.ts'

const RECENT_MS = 30 * MINUTE_MS
/** What is usual: a week, but not the last day, in which it may have become slow. */
const USUAL_MS = 7 * DAY_MS
const USUAL_UNTIL_MS = DAY_MS
const RECENT_POINTS = 30
const USUAL_POINTS = (USUAL_MS - USUAL_UNTIL_MS) / HOUR_MS
const COUNTER_POINTS = 500

/** Machines of a site that are slower than usual, or as fast as usual again. */
export async function slowMachines(ctx: Context, { state }: SitePlans, signals: readonly Signal[]): Promise<Trouble[]> {
  const units = new Set<string>(state.units.map(({ id }) => id))
  const running = new Set(
    signals.filter((one) => one.measurand === 'state' && one.latest?.value === 'running').map((one) => one.workUnitId),
  )
  const found: Trouble[] = []
  for (const { measurand, workUnitId, series } of signals) {
    if (measurand !== 'cycle-time' || !units.has(workUnitId) || !running.has(workUnitId)) continue
    const read = async (fromMs: number, toMs: number, points: number) =>
      (await readEnvelopes(ctx, { series: [series], fromMs, toMs, points }))[0] as Envelope
    const recent = await read(ctx.nowMs - RECENT_MS, ctx.nowMs, RECENT_POINTS)
    if (recent.mean.length === 0) continue
    const usual = await read(ctx.nowMs - USUAL_MS, ctx.nowMs - USUAL_UNTIL_MS, USUAL_POINTS)
    const now = state.paces.find((one) => one.workUnitId === workUnitId)?.ratio ?? 1
    const ratio = lastingPace(recent, usual, now, ctx.nowMs)
    if (ratio !== undefined) found.push({ siteId: state.siteId, cause: 'slow', workUnitId, ratio })
  }
  return found
}

/** Operations of the published plan that run, and of which more pieces are scrap than are made again. */
export async function scrappedWork(
  ctx: Context,
  { state, published }: SitePlans,
  signals: readonly Signal[],
): Promise<Trouble[]> {
  const orders = new Map(state.orders.map((one) => [one.id, one]))
  const counters = new Map(signals.filter((one) => one.measurand === 'scrap-count').map((one) => [one.workUnitId, one]))
  const paceOf = pacesOf(state.paces.filter(({ orderId }) => orderId !== null))
  const found: Trouble[] = []
  for (const { orderId, position, workUnitId, startAt } of runningIn(published?.placed ?? [], ctx.nowMs)) {
    const order = orders.get(orderId)
    const counter = counters.get(workUnitId)
    if (!order || !counter) continue
    const range = { fromMs: epochMs(startAt), toMs: ctx.nowMs, points: COUNTER_POINTS }
    const [counted] = await readEnvelopes(ctx, { series: [counter.series], ...range })
    const scrapped = Math.round(countedUp(counted?.max ?? []))
    const planned = Math.max(0, Math.round((paceOf(workUnitId, orderId, position) - 1) * order.quantity))
    if (!isTooMuchScrap(scrapped, planned, order.quantity)) continue
    const operation = { workUnitId, orderId, position, quantity: order.quantity }
    found.push({ siteId: state.siteId, cause: 'scrap', ...operation, scrapped, planned })
  }
  return found
}

function runningIn(placed: readonly PlacedOperation[], nowMs: number): PlacedOperation[] {
  const running = placed.filter(({ startAt, endAt }) => epochMs(startAt) < nowMs - MINUTE_MS && epochMs(endAt) > nowMs)
  const byMachine = new Map<EquipmentId, PlacedOperation>(running.map((one) => [one.workUnitId, one]))
  return [...byMachine.values()]
}
