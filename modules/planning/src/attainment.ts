import { DAY_MS, epochMs, HOUR_MS, instant, later, MINUTE_MS } from '@millrace/base'
import { getSite, shiftsWithin } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { listSignals, readStates } from '@millrace/telemetry'
import { missedS, sumOf } from './attained-rules.ts'
import { ATTAINMENT_DAYS, type Attainment, type AttainmentQuery, type UnitAttainment } from './attainment-contract.ts'
import { attained, shiftPlans, unrecorded } from './attainment-rules.ts'
import * as store from './attainment-store.ts'
import { attainmentSentences } from './attainment-word-rules.ts'
import { listTree } from './capacity-store.ts'
import { dateOn } from './day-rules.ts'
import { listPublishedSites } from './plan-store.ts'
import { readSitePlans } from './schedule.ts'

/** What the plan says of a shift is written down soon after the shift has begun: later it may say something else. */
export const RECORD_EVERY_MS = 5 * MINUTE_MS
/** Samples of a gateway that was away come later. */
const SETTLED_AFTER_MS = 10 * MINUTE_MS
/** A machine that was not heard may still deliver what it has buffered. */
const UNHEARD_UNTIL_MS = 12 * HOUR_MS
/** A shift that began while nothing ran here is recorded after all. */
const MISSED_MS = DAY_MS

/** Writes down what the published plan of each site says of the shifts that have begun, and judges those that are over. */
export async function followShifts(ctx: Context): Promise<void> {
  for (const siteId of await listPublishedSites(ctx.db)) await recordShifts(ctx, siteId)
  await settleShifts(ctx)
}

/**
 * Writes down what the published plan of a site has machines do in the shifts that have begun and are not written down.
 *
 * @param fromMs the first moment at which a shift may have begun; left out: when the plan was published, at most a day ago
 */
export async function recordShifts(ctx: Context, siteId: EquipmentId, fromMs?: number): Promise<void> {
  const { site } = await getSite(ctx, siteId)
  const earliestMs = fromMs ?? ctx.nowMs - MISSED_MS
  const shifts = shiftsWithin(site, earliestMs, ctx.nowMs + 1)
  const recorded = await store.listRecordedShifts(ctx.db, siteId, instant(earliestMs))
  if (unrecorded(shifts, recorded, earliestMs, ctx.nowMs).length === 0) return
  const { stated, published } = await readSitePlans(ctx, siteId)
  if (!published) return
  const sinceMs = fromMs ?? Math.max(earliestMs, epochMs(published.publishedAt ?? published.madeAt))
  for (const shift of unrecorded(shifts, recorded, sinceMs, ctx.nowMs)) {
    const records = shiftPlans(stated, published.placed, shift).map((plan) => ({
      ...{ ...plan, siteId, shiftName: shift.name, recordedAt: ctx.now },
      ...{ shiftStartAt: instant(shift.startMs), shiftEndAt: instant(shift.endMs) },
    }))
    await store.addRecords(ctx.db, records)
  }
}

/** Judges the shifts that are over by what the machines said of themselves. */
async function settleShifts(ctx: Context): Promise<void> {
  const due = await store.listUnsettled(ctx.db, later(ctx.now, -SETTLED_AFTER_MS))
  for (const [siteId, records] of Map.groupBy(due, (one) => one.siteId)) {
    const signals = (await listSignals(ctx, { siteId })).filter(
      ({ measurand, kind }) => measurand === 'state' && kind === 'text',
    )
    const seriesOf = new Map(signals.map(({ workUnitId, series }) => [workUnitId, series]))
    for (const record of records) {
      const series = seriesOf.get(record.workUnitId)
      const [fromMs, toMs] = [epochMs(record.shiftStartAt) - HOUR_MS, epochMs(record.shiftEndAt)]
      const [history] = series === undefined ? [] : await readStates(ctx, [series], fromMs, toMs)
      const result = attained(record, history?.intervals ?? [])
      const mayStillCome =
        result.unheardS > result.plannedS / 2 && ctx.nowMs < epochMs(record.recordedAt) + UNHEARD_UNTIL_MS
      if (series !== undefined && mayStillCome) continue
      await store.settle(ctx.db, record, result, ctx.now)
    }
  }
}

/** How far the machines of a site did what was planned. @throws equipmentMissing, forbidden */
export async function getAttainment(
  ctx: Context,
  { siteId, days = ATTAINMENT_DAYS }: AttainmentQuery,
): Promise<Attainment> {
  const { site } = await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  const since = later(ctx.now, -days * DAY_MS)
  const names = new Map((await listTree(ctx.db, siteId)).map(({ id, name }) => [id, name]))
  const shifts = (await store.listSettled(ctx.db, siteId, since)).map((one) => ({
    ...one,
    day: dateOn(epochMs(one.shiftStartAt), site.timeZone),
  }))
  const shown = [...new Set(shifts.map(({ day }) => day))].sort()
  const units = [...Map.groupBy(shifts, ({ workUnitId }) => workUnitId)]
    .map(
      ([workUnitId, own]): UnitAttainment => ({
        ...{ workUnitId, name: names.get(workUnitId) ?? '', total: sumOf(own) },
        days: shown.map((day) => {
          const there = own.filter((one) => one.day === day)
          return there.length > 0 ? sumOf(there) : null
        }),
      }),
    )
    .sort((a, b) => missedS(b.total) - missedS(a.total) || a.name.localeCompare(b.name))
  const answer = {
    ...{ days: shown, units, total: sumOf(shifts) },
    byDay: shown.map((day) => sumOf(shifts.filter((one) => one.day === day))),
    unsettledCount: await store.countUnsettled(ctx.db, siteId, since, ctx.now),
    orders: await store.countDueOrders(ctx.db, siteId, since, ctx.now),
  }
  return { ...answer, sentences: attainmentSentences(answer) }
}
