import { createHmac } from 'node:crypto'
import { canonical, epochMs, type Instant, newId, type TrailEvent } from '@millrace/base'
import type { Db } from '@millrace/db'
import { sql } from 'kysely'
import type { Actor } from './actor.ts'
import type { Secrets } from './secrets.ts'

/** One entry of the trail, without what the context knows by itself. */
export interface AuditEntry {
  /** `module.noun.verb`, such as `control.command.request`. */
  readonly action: string
  /** What it was done to: a kind and an id, `command 0199…`. */
  readonly object: string
  readonly siteId?: string | null
  readonly reason?: string
  readonly before?: unknown
  readonly after?: unknown
  /** Whatever else makes the entry readable alone. Nothing secret. `before` and `after` in it move to their own places. */
  readonly detail?: Readonly<Record<string, unknown>>
  /** Who did it, where it is not the actor of the context: somebody who was just recognised. */
  readonly by?: Pick<Actor, 'kind' | 'id' | 'name'>
  /** Something sensitive was looked at. Not told of a request that also changed something. */
  readonly looked?: true
  /**
   * One of many acts of the same kind that one request asks for: an event of its own, so that each is found, read and
   * checked as if it had been asked for alone.
   */
  readonly apart?: true
}

/** The request a context was opened for. */
export interface RequestTrace {
  /** Also the `instance` of the problem it may be refused with. */
  readonly id: string
  readonly address: string | null
  readonly device: string | null
  /** For a request that has to leave an event: the one that is written when its services wrote none. */
  readonly duty?: AuditEntry
  /** How often it left something in the trail, committed. At most once (THREATS T-I2). */
  told: number
  /** What its services refused and want to be known, until it is written. */
  refused: readonly AuditEntry[]
}

/** What an event needs besides its entry. */
export interface TrailSetting {
  readonly secrets: Secrets
  readonly actor: Actor
  readonly at: Instant
  readonly request: RequestTrace | undefined
}

/** An entry with how it ended. */
export interface TrailEntry extends AuditEntry {
  readonly outcome: 'done' | 'refused'
  readonly problem?: string
}

/**
 * What a transaction leaves in the trail. One request is one event: what its services say besides goes into the detail of
 * the last, which is the outermost act. Background work leaves one for each act, and so does what is told `apart`.
 */
export function eventsOf(request: RequestTrace | undefined, entries: readonly TrailEntry[]): readonly TrailEntry[] {
  if (!request) return entries
  const apart = entries.filter((entry) => entry.apart)
  if (apart.length > 0)
    return [
      ...apart,
      ...eventsOf(
        request,
        entries.filter((entry) => !entry.apart),
      ),
    ]
  const changes = entries.filter((entry) => !entry.looked)
  const said = changes.length > 0 ? changes : entries
  const main = said.findLast((entry) => entry.outcome === 'done') ?? said.at(-1)
  if (!main || said.length === 1) return said
  const also = said.filter((entry) => entry !== main)
  return [
    {
      ...main,
      siteId: main.siteId ?? also.find((entry) => entry.siteId)?.siteId ?? null,
      detail: { ...main.detail, also: also.map(({ looked: _, ...entry }) => entry) },
    },
  ]
}

/** The most events one statement writes. */
const WRITTEN_AT_ONCE = 500

/** Writes events at the end of the transaction they belong to. The sealer gives them their place in the order. */
export async function writeTrail(db: Db, setting: TrailSetting, entries: readonly TrailEntry[]): Promise<void> {
  const key = sealKey(setting.secrets)
  // Ids of one moment sort by chance: those of one transaction sort as it went.
  const ids = entries.map(() => newId<'AuditEvent'>(epochMs(setting.at))).sort()
  const rows = entries.map((entry, index) => {
    const event = eventOf(setting, entry, ids[index] ?? '')
    return { ...event, seal: createHmac('sha256', key).update(canonical(event)).digest('hex') }
  })
  await asTrailWriter(db, async () => {
    for (let from = 0; from < rows.length; from += WRITTEN_AT_ONCE) {
      await insertEvents(db, rows.slice(from, from + WRITTEN_AT_ONCE))
    }
  })
}

/** Acts as the role that adds to the trail and can do nothing else. The serving role cannot. */
export async function asTrailWriter<T>(db: Db, act: () => Promise<T>): Promise<T> {
  await sql.raw('set local role millrace_audit').execute(db)
  const value = await act()
  // What fails takes the transaction with it, and the role too.
  await sql.raw('set local role millrace_app').execute(db)
  return value
}

async function insertEvents(db: Db, rows: readonly object[]): Promise<void> {
  await sql`
    insert into audit.event (id, at, actor_kind, actor_id, actor, address, via, device, action, object, objects, site_id,
      before, after, detail, reason, outcome, problem, request_id, seal)
    select id, at, "actorKind", "actorId", actor, address, via, device, action, object, objects, "siteId", before, after,
      detail, reason, outcome, problem, "requestId", decode(seal, 'hex')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as (id uuid, at timestamptz, "actorKind" text, "actorId" text,
      actor text, address text, via text, device text, action text, object text, objects text[], "siteId" uuid,
      before jsonb, after jsonb, detail jsonb, reason text, outcome text, problem text, "requestId" uuid, seal text)`.execute(
    db,
  )
}

function eventOf({ actor, at, request }: TrailSetting, entry: TrailEntry, eventId: string): TrailEvent {
  const { before: detailBefore, after: detailAfter, ...rest } = entry.detail ?? {}
  const { kind, id, name } = entry.by ?? actor
  const { signIn } = actor
  const also = Array.isArray(rest.also) ? (rest.also as AuditEntry[]) : []
  return {
    id: eventId,
    enterpriseId: actor.enterpriseId,
    ...{ at, actorKind: kind, actorId: id, actor: wellFormed(name) },
    address: request?.address ?? signIn?.address ?? null,
    via: signIn ? `${signIn.station ? 'station-session' : 'session'} ${signIn.sessionId}` : null,
    device: storable(request?.device ?? null),
    action: entry.action,
    object: wellFormed(entry.object).slice(0, OBJECT_LENGTH),
    objects: [...new Set([entry.object, ...also.map((one) => one.object)])].map((one) => wellFormed(one)),
    siteId: entry.siteId ?? null,
    before: storable(entry.before ?? detailBefore ?? null),
    after: storable(entry.after ?? detailAfter ?? null),
    detail: storable(rest),
    reason: storable(entry.reason ?? null),
    outcome: entry.outcome,
    problem: entry.problem ?? null,
    requestId: request?.id ?? null,
  }
}

const OBJECT_LENGTH = 300

/** A value as it comes back out of a jsonb column, so that its text is the same then. */
function storable<T>(value: T): T {
  return value === null ? value : (JSON.parse(JSON.stringify(value), (_, one) => wellFormed(one)) as T)
}

/** Half a character (a lone surrogate) and U+0000 cannot be stored: they become the sign for an unknown one. */
function wellFormed<T>(value: T): T {
  return typeof value === 'string' ? (value.toWellFormed().replaceAll('\0', '\ufffd') as T) : value
}

const SEAL_BYTES = 32
const sealKeys = new WeakMap<Secrets, Buffer>()

/** Derived once: it stands in every event's way. */
function sealKey(secrets: Secrets): Buffer {
  const known = sealKeys.get(secrets)
  if (known) return known
  const key = secrets.derive('trail seal', SEAL_BYTES)
  sealKeys.set(secrets, key)
  return key
}

/** The seal an event would have if it was written here. */
export function trailSeal(secrets: Secrets, event: TrailEvent): Buffer {
  return createHmac('sha256', sealKey(secrets)).update(canonical(event)).digest()
}
