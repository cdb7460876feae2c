import './tables.ts'
import type { Instant, TrailEvent, TrailHead } from '@millrace/base'
import type { Database } from '@millrace/db'
import { type Db, ours } from '@millrace/db'
import { type SelectQueryBuilder, sql } from 'kysely'
import type { AuditEvent, AuditFilter } from './trail-contract.ts'

/** A free text looks at no more events than this for one page. */
const TEXT_SCAN = 20_000

const FIELDS = [
  ...['id', 'at', 'actorKind', 'actorId', 'actor', 'address', 'via', 'device', 'action', 'object', 'objects'],
  ...['siteId', 'before', 'after', 'detail', 'reason', 'outcome', 'problem', 'requestId'],
] as const satisfies readonly (keyof TrailEvent)[]
const COLUMNS = FIELDS.map((field) => `audit.event.${field}` as const)

type Events<O> = SelectQueryBuilder<Database, 'audit.event', O>

function filtered<O>(query: Events<O>, filter: AuditFilter): Events<O> {
  const { actor, object, action, siteId, outcome, request, from, to } = filter
  let found = query
  if (actor !== undefined) found = found.where('audit.event.actorId', '=', actor)
  if (object !== undefined) found = found.where(sql<boolean>`audit.event.objects @> array[${object}]`)
  // `starts_with` and not `like`: what is asked for is no pattern.
  if (action !== undefined) found = found.where(sql<boolean>`starts_with(audit.event.action, ${action})`)
  if (siteId !== undefined) found = found.where('audit.event.siteId', '=', siteId)
  if (outcome !== undefined) found = found.where('audit.event.outcome', '=', outcome)
  if (request !== undefined) found = found.where(requestIs(request.replace('urn:uuid:', '')))
  if (from !== undefined) found = found.where('audit.event.id', '>=', firstIdAt(from))
  if (to !== undefined) found = found.where('audit.event.id', '<', firstIdAt(to))
  return found
}

/** The request itself, or a count of refusals that names it. */
function requestIs(id: string) {
  return sql<boolean>`(audit.event.request_id = ${id}::uuid
    or (audit.event.outcome = 'refused' and audit.event.detail -> 'requests' ? ${id}))`
}

/** The smallest id of a millisecond: ids begin with their time (RFC 9562 §5.7). */
function firstIdAt(at: Instant): string {
  const hex = Date.parse(at).toString(16).padStart(12, '0').slice(-12)
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** The trail, newest first, from an id (not included) on. */
export async function listEvents(
  db: Db,
  of: { filter: AuditFilter; before: string | undefined; limit: number },
): Promise<{ events: AuditEvent[]; scannedTo: string | undefined }> {
  const { text, ...filter } = of.filter
  let query = filtered(
    db
      .selectFrom('audit.event')
      .leftJoin('audit.leaf', 'audit.leaf.eventId', 'audit.event.id')
      .select([...COLUMNS, 'audit.leaf.sequence']) as unknown as Events<AuditEvent>,
    filter,
  ).orderBy('audit.event.id', 'desc')
  if (of.before !== undefined) query = query.where('audit.event.id', '<', of.before)
  if (text === undefined) return { events: await query.limit(of.limit).execute(), scannedTo: undefined }

  const recent = query.limit(TEXT_SCAN)
  const pattern = `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const events = await db
    .selectFrom(recent.as('recent'))
    .selectAll()
    .where(sql<boolean>`concat_ws(' ', actor, action, object, reason, problem, before, after, detail) ilike ${pattern}`)
    .orderBy('id', 'desc')
    .limit(of.limit)
    .execute()
  const last = await db
    .selectFrom(recent.as('recent'))
    .select('id')
    .orderBy('id', 'desc')
    .offset(TEXT_SCAN - 1)
    .limit(1)
    .executeTakeFirst()
  return { events: events as AuditEvent[], scannedTo: last?.id }
}

/** Events that have no place yet, oldest first, with their seals. @param from the smallest id that is looked at. */
export async function listUnplaced(
  db: Db,
  from: Instant | undefined,
  limit: number,
): Promise<{ event: TrailEvent; seal: Buffer | null }[]> {
  let query = db
    .selectFrom('audit.event')
    .select(['audit.event.enterpriseId', ...COLUMNS, 'audit.event.seal'])
    .where(sql<boolean>`not exists (select from audit.leaf where ${ours('leaf')} and leaf.event_id = audit.event.id)`)
    .orderBy('audit.event.id')
    .limit(limit)
  if (from !== undefined) query = query.where('audit.event.id', '>=', firstIdAt(from))
  const rows = await query.execute()
  return rows.map(({ seal, ...event }) => ({ event: event as TrailEvent, seal }))
}

/** How many events have their place. */
export async function treeSize(db: Db): Promise<number> {
  const row = await db
    .selectFrom('audit.leaf')
    .select('sequence')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.sequence ?? 0
}

/** Gives events their places. As the role that adds to the trail. */
export async function saveLeaves(
  db: Db,
  leaves: readonly { sequence: number; eventId: string; hash: Buffer }[],
): Promise<void> {
  if (leaves.length > 0)
    await db
      .insertInto('audit.leaf')
      .values([...leaves])
      .execute()
}

/** Hashes of leaves in their order. @param after the place before the first. */
export function listLeaves(db: Db, after: number, limit: number): Promise<{ sequence: number; hash: Buffer }[]> {
  return db
    .selectFrom('audit.leaf')
    .select(['sequence', 'hash'])
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute()
}

/** Leaves with their events, in their order; no event where it is gone. */
export async function listPlaced(
  db: Db,
  of: { after: number; upTo: number; limit: number },
): Promise<{ sequence: number; hash: Buffer; event: TrailEvent | null }[]> {
  const rows = await db
    .selectFrom('audit.leaf')
    .leftJoin('audit.event', 'audit.event.id', 'audit.leaf.eventId')
    .select(['audit.leaf.sequence', 'audit.leaf.hash', 'audit.event.enterpriseId', ...COLUMNS])
    .where('audit.leaf.sequence', '>', of.after)
    .where('audit.leaf.sequence', '<=', of.upTo)
    .orderBy('audit.leaf.sequence')
    .limit(of.limit)
    .execute()
  return rows.map(({ sequence, hash, ...event }) => ({
    ...{ sequence, hash },
    event: event.id === null ? null : (event as TrailEvent),
  }))
}

/** Which of these events fit a filter. */
export async function fittingIds(db: Db, ids: readonly string[], filter: AuditFilter): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { text, ...rest } = filter
  let query = filtered(db.selectFrom('audit.event').select('audit.event.id') as Events<{ id: string }>, rest)
  query = query.where('audit.event.id', 'in', ids)
  if (text !== undefined) {
    const pattern = `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    query = query.where(
      sql<boolean>`concat_ws(' ', actor, action, object, reason, problem, before, after, detail) ilike ${pattern}`,
    )
  }
  return new Set((await query.execute()).map(({ id }) => id))
}

/** A signed head, with what the next is grown from. */
export interface HeadRow extends TrailHead {
  /** Hashes of 32 bytes, one after the other. */
  readonly frontier: Buffer
}

export async function findLastHead(db: Db): Promise<HeadRow | undefined> {
  return (await selectHeads(db).orderBy('size', 'desc').limit(1).execute()).map(headOf)[0]
}

export async function findHead(db: Db, size: number): Promise<HeadRow | undefined> {
  return (await selectHeads(db).where('size', '=', size).execute()).map(headOf)[0]
}

/** Heads by size. @param after the size before the first. */
export async function listHeads(db: Db, after: number, limit: number): Promise<HeadRow[]> {
  return (await selectHeads(db).where('size', '>', after).orderBy('size').limit(limit).execute()).map(headOf)
}

/** Newest first, for people. */
export async function listHeadsBefore(db: Db, before: number | undefined, limit: number): Promise<HeadRow[]> {
  let query = selectHeads(db).orderBy('size', 'desc').limit(limit)
  if (before !== undefined) query = query.where('size', '<', before)
  return (await query.execute()).map(headOf)
}

function selectHeads(db: Db) {
  return db.selectFrom('audit.head').select(['enterpriseId', 'size', 'root', 'at', 'keyId', 'signature', 'frontier'])
}

type StoredHead = Awaited<ReturnType<ReturnType<typeof selectHeads>['execute']>>[number]

function headOf({ root, signature, ...row }: StoredHead): HeadRow {
  return { ...row, root: root.toString('hex'), signature: signature.toString('base64url') }
}

/** As the role that adds to the trail. */
export async function saveHead(db: Db, head: HeadRow): Promise<void> {
  const { size, root, at, keyId, signature, frontier } = head
  await db
    .insertInto('audit.head')
    .values({
      ...{ size, at, keyId, frontier },
      root: Buffer.from(root, 'hex'),
      signature: Buffer.from(signature, 'base64url'),
    })
    .execute()
}

/** Waits for nobody: false when somebody else is giving places to this enterprise's events. */
export async function holdTree(db: Db): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_xact_lock(
    hashtextextended('millrace trail ' || current_setting('millrace.enterprise_id'), 0)) as held`.execute(db)
  return rows[0]?.held ?? false
}

/** How often somebody did something since then. */
export async function countOf(db: Db, actorId: string, action: string, since: Instant): Promise<number> {
  const { count } = await db
    .selectFrom('audit.event')
    .select((query) => query.fn.countAll<number>().as('count'))
    .where('actorId', '=', actorId)
    .where('id', '>=', firstIdAt(since))
    .where('action', '=', action)
    .executeTakeFirstOrThrow()
  return count
}
