import { DAY_MS, HOUR_MS } from '@millrace/base'
import type { IngestClient } from './ingest-store.ts'
import type { RetentionRule, SignalClass } from './retention-contract.ts'

export type Tier = 'raw' | 'minute' | 'hour'

/** The rules of every company that changed some, and the companies there are. */
export async function listRulesOfAll(client: IngestClient): Promise<Map<string, RetentionRule[]>> {
  const { rows: tenants } = await client.query<{ enterpriseId: string }>(
    `select enterprise_id as "enterpriseId" from runtime.tenant order by enterprise_id`,
  )
  const { rows } = await client.query<RetentionRule & { enterpriseId: string }>(
    `select enterprise_id as "enterpriseId", class, raw_days as "rawDays", minute_days as "minuteDays", hour_days as "hourDays"
     from telemetry.retention`,
  )
  const byEnterprise = Map.groupBy(rows, (row) => row.enterpriseId)
  return new Map(
    tenants.map(({ enterpriseId }) => [
      enterpriseId,
      (byEnterprise.get(enterpriseId) ?? []).map(({ enterpriseId: _, ...rule }) => rule),
    ]),
  )
}

/** A period in which the samples of a machine stay. */
export interface HeldPeriod {
  readonly enterpriseId: string
  readonly workUnitId: string
  readonly fromMs: number
  readonly toMs: number
}

export async function listHeldPeriods(client: IngestClient): Promise<HeldPeriod[]> {
  const { rows } = await client.query<HeldPeriod>(
    `select enterprise_id as "enterpriseId", work_unit_id as "workUnitId", from_ms as "fromMs", to_ms as "toMs"
     from telemetry.hold where released_at is null`,
  )
  return rows
}

/** Whether batches have waited for so long that they may hold samples of hours that are about to be thinned out. */
export async function isInboxOld(client: IngestClient, nowMs: number): Promise<boolean> {
  const { rows } = await client.query(
    `select from telemetry.inbox where refused_at is null and received_at < to_timestamp($1::float8 / 1000) limit 1`,
    [nowMs - DAY_MS],
  )
  return rows.length > 0
}

/** Lets the next turn begin where something was held that no longer is. */
export async function forgetReleased(client: IngestClient): Promise<void> {
  await client.query(
    `update telemetry.thinned t set before_ms = least(t.before_ms, h.from_ms) from telemetry.hold h
     where h.enterprise_id = t.enterprise_id and h.released_at is not null and h.forgotten_at is null`,
  )
  await client.query(
    `update telemetry.hold set forgotten_at = now() where released_at is not null and forgotten_at is null`,
  )
}

export async function findThinned(
  client: IngestClient,
  enterpriseId: string,
  of: SignalClass,
  tier: Tier,
): Promise<number | undefined> {
  const { rows } = await client.query<{ beforeMs: number }>(
    `select before_ms as "beforeMs" from telemetry.thinned where enterprise_id = $1 and class = $2 and tier = $3`,
    [enterpriseId, of, tier],
  )
  return rows[0]?.beforeMs
}

/** @param knownMs what was found before; when it changed since, what was released meanwhile comes first, and nothing is saved. */
export async function saveThinned(
  client: IngestClient,
  enterpriseId: string,
  of: SignalClass,
  tier: Tier,
  { knownMs, beforeMs }: { readonly knownMs: number | undefined; readonly beforeMs: number },
): Promise<void> {
  await client.query(
    `insert into telemetry.thinned as known (enterprise_id, class, tier, before_ms) values ($1, $2, $3, $4)
     on conflict (enterprise_id, class, tier) do update set before_ms = excluded.before_ms where known.before_ms = $5`,
    [enterpriseId, of, tier, beforeMs, knownMs ?? null],
  )
}

/** Some series of a company in a stretch of time, and what of them stays. */
export interface Stretch {
  readonly enterpriseId: string
  readonly series: readonly number[]
  readonly fromMs: number
  readonly toMs: number
  readonly held: readonly { readonly series: number; readonly fromMs: number; readonly toMs: number }[]
}

/** The first four parameters of a statement are where it works, the next three what it leaves alone. */
function parametersOf({ enterpriseId, series, fromMs, toMs, held }: Stretch): unknown[] {
  return [
    ...[enterpriseId, series, fromMs, toMs],
    ...[held.map((one) => one.series), held.map((one) => one.fromMs), held.map((one) => one.toMs)],
  ]
}

/** Nothing of a row from `start` up to `end` is held. */
const notHeld = (alias: string, start: string, end: string) =>
  `not exists (select from unnest($5::int[], $6::bigint[], $7::bigint[]) as held (series, from_ms, to_ms)
     where held.series = ${alias}.series and ${start} < held.to_ms and ${end} > held.from_ms)`

/** Whether an hour of these series waits for its settling: what it amounts to is not known yet. */
export async function isUnsettled(client: IngestClient, { enterpriseId, series, fromMs, toMs }: Stretch) {
  const { rows } = await client.query(
    `select from telemetry.unsettled_hour where enterprise_id = $1 and hour_ms >= $3 and hour_ms < $4
       and slice in (select one / 32 from unnest($2::int[]) as one) limit 1`,
    [enterpriseId, series, fromMs, toMs],
  )
  return rows.length > 0
}

/**
 * Removes single samples. Hours that have hardly more samples than minutes have no minutes of their own: their samples stand for
 * them, and stay.
 */
export async function removeRaw(client: IngestClient, stretch: Stretch): Promise<number> {
  const { rowCount } = await client.query(
    `delete from telemetry.chunk c
     where c.enterprise_id = $1 and c.series = any($2::int[]) and c.first_ms >= $3 and c.first_ms < $4
       and ${notHeld('c', 'c.first_ms', 'c.last_ms')}
       and not exists (select from telemetry.rollup r
         where r.enterprise_id = $1 and r.series = c.series and r.hour_ms = c.first_ms - c.first_ms % ${HOUR_MS}
           and r.hour_ms >= $3 and r.hour_ms < $4 and r.minutes is null)`,
    parametersOf(stretch),
  )
  return rowCount ?? 0
}

/** Removes what stands for minutes: those of the hours, and the samples that were left for them. */
export async function removeMinutes(client: IngestClient, stretch: Stretch): Promise<number> {
  const { rowCount: chunks } = await client.query(
    `delete from telemetry.chunk c
     where c.enterprise_id = $1 and c.series = any($2::int[]) and c.first_ms >= $3 and c.first_ms < $4
       and ${notHeld('c', 'c.first_ms', 'c.last_ms')}`,
    parametersOf(stretch),
  )
  const { rowCount: hours } = await client.query(
    `update telemetry.rollup r
     set minutes = null, counts = null, mins = null, maxs = null, sums = null, lasts = null
     where r.enterprise_id = $1 and r.series = any($2::int[]) and r.hour_ms >= $3 and r.hour_ms < $4
       and r.minutes is not null and ${notHeld('r', 'r.hour_ms', `r.hour_ms + ${HOUR_MS}`)}`,
    parametersOf(stretch),
  )
  return (chunks ?? 0) + (hours ?? 0)
}

export async function removeHours(client: IngestClient, stretch: Stretch): Promise<number> {
  const { rowCount } = await client.query(
    `delete from telemetry.rollup r
     where r.enterprise_id = $1 and r.series = any($2::int[]) and r.hour_ms >= $3 and r.hour_ms < $4
       and ${notHeld('r', 'r.hour_ms', `r.hour_ms + ${HOUR_MS}`)}`,
    parametersOf(stretch),
  )
  return rowCount ?? 0
}

const STEPS_MS: Readonly<Record<Tier, number>> = { raw: HOUR_MS, minute: DAY_MS, hour: 0 }

/** Leaves the first vector of each hour, then of each day, then none. */
export async function removeVectors(client: IngestClient, stretch: Stretch, tier: Tier): Promise<number> {
  const stepMs = STEPS_MS[tier]
  const isLater =
    stepMs === 0
      ? 'true'
      : `exists (select from telemetry.vector earlier
           where earlier.enterprise_id = $1 and earlier.series = v.series and earlier.timestamp_ms < v.timestamp_ms
             and earlier.timestamp_ms >= v.timestamp_ms - v.timestamp_ms % ${stepMs}
             and earlier.timestamp_ms >= $3 and earlier.timestamp_ms < $4)`
  const { rowCount } = await client.query(
    `delete from telemetry.vector v
     where v.enterprise_id = $1 and v.series = any($2::int[]) and v.timestamp_ms >= $3 and v.timestamp_ms < $4
       and ${notHeld('v', 'v.timestamp_ms', 'v.timestamp_ms + 1')} and ${isLater}`,
    parametersOf(stretch),
  )
  return rowCount ?? 0
}
