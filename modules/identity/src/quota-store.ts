import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import type { Platform } from './enterprise-store.ts'
import type { LimitedHolder } from './quota-contract.ts'

export interface UseRow {
  readonly quota: string
  readonly peak: number
  readonly measuredAt: Instant
}

/** What was the most of each quota on the day of an instant (UTC). */
export function listUse(db: Db, at: Instant): Promise<UseRow[]> {
  return db
    .selectFrom('identity.quotaUse')
    .select(['quota', 'peak', 'measuredAt'])
    .where('day', '=', dayOf(at))
    .orderBy('quota')
    .limit(50)
    .execute()
}

/** What was the most of each quota on any day from that of an instant on (UTC). */
export async function listPeaksSince(db: Db, since: Instant): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('identity.quotaUse')
    .select(['quota', (one) => one.fn.max('peak').as('peak')])
    .where('day', '>=', dayOf(since))
    .groupBy('quota')
    .limit(50)
    .execute()
  return new Map(rows.map(({ quota, peak }) => [quota, peak]))
}

/** Keeps the most of a day; storage is as it was last. */
export async function saveUse(db: Db, rows: readonly UseRow[]): Promise<void> {
  for (const { quota, peak, measuredAt } of rows) {
    await sql`insert into identity.quota_use (day, quota, peak, measured_at) values (${dayOf(measuredAt)}, ${quota}, ${peak}, ${measuredAt})
      on conflict (enterprise_id, day, quota) do update set measured_at = excluded.measured_at,
        peak = case when excluded.quota = 'storage' then excluded.peak else greatest(quota_use.peak, excluded.peak) end`.execute(
      db,
    )
  }
}

export async function saveLimited(
  db: Db,
  one: Omit<LimitedHolder, 'quota'> & { quota: string; holderId: string },
): Promise<void> {
  await sql`insert into identity.quota_limited (day, quota, holder_id, holder_kind, holder_name, count, last_at)
    values (${dayOf(one.lastAt)}, ${one.quota}, ${one.holderId}, ${one.kind}, ${one.name}, ${one.count}, ${one.lastAt})
    on conflict (enterprise_id, day, quota, holder_id) do update set count = quota_limited.count + excluded.count,
      last_at = greatest(quota_limited.last_at, excluded.last_at), holder_name = excluded.holder_name`.execute(db)
}

/** Who was limited since then, the newest first. */
export async function listLimited(db: Db, since: Instant, limit: number): Promise<LimitedHolder[]> {
  const rows = await db
    .selectFrom('identity.quotaLimited')
    .select(['quota', 'holderKind as kind', 'holderName as name', 'count', 'lastAt'])
    .where('lastAt', '>', since)
    .orderBy('lastAt', 'desc')
    .limit(limit)
    .execute()
  // Only what the program names is written.
  return rows as LimitedHolder[]
}

export async function deleteUseBefore(db: Db, before: Instant): Promise<void> {
  await db.deleteFrom('identity.quotaUse').where('day', '<', dayOf(before)).execute()
  await db.deleteFrom('identity.quotaLimited').where('day', '<', dayOf(before)).execute()
}

/** Says that this server is at work, and what it does. @returns how many do some of the same. */
export async function countServers(
  db: Platform,
  id: string,
  roles: readonly string[],
  seenSinceS: number,
): Promise<number> {
  // The database's clock, which all of them share.
  const { rows } = await sql<{ count: number }>`
    with me as (insert into identity.server (id, roles, seen_at) values (${id}, ${roles}::text[], now())
        on conflict (id) do update set seen_at = now()),
      gone as (delete from identity.server where seen_at < now() - interval '1 day')
    select 1 + count(*) as count from identity.server
      where id <> ${id} and roles && ${roles}::text[] and seen_at > now() - ${seenSinceS}::float8 * interval '1 second'`.execute(
    db,
  )
  return rows[0]?.count ?? 1
}

export async function deleteServer(db: Platform, id: string): Promise<void> {
  await db.deleteFrom('identity.server').where('id', '=', id).execute()
}

function dayOf(at: Instant): string {
  return at.slice(0, 10)
}
