import { type DomainEvent, epochMs, type Instant, isProblem, isUuid, now } from '@millrace/base'
import { type DatabaseRole, type Db, type Pool, tenantWall } from '@millrace/db'
import { sql } from 'kysely'
import type { Actor } from './actor.ts'
import type { Announcement } from './announcement.ts'
import type { Cluster } from './cluster.ts'
import type { ExtensionPoint } from './extension.ts'
import type { Live } from './live.ts'
import type { Log } from './log.ts'
import type { Mail } from './mail.ts'
import type { Outbound } from './outbound.ts'
import type { Permission } from './permission.ts'
import type { Quotas } from './quotas.ts'
import type { Role } from './roles.ts'
import type { Secrets } from './secrets.ts'
import { type AuditEntry, eventsOf, type RequestTrace, type TrailEntry, writeTrail } from './trail.ts'
import type { Witness } from './witness.ts'

/** Who, when and where: the actor, one reading of the clock, the open transaction of one enterprise. */
export interface Context {
  readonly actor: Actor
  readonly enterpriseId: string
  readonly now: Instant
  readonly nowMs: number
  readonly db: Db
  readonly log: Log
  readonly live: Live
  readonly secrets: Secrets
  /** The way out by HTTP, guarded. */
  readonly outbound: Outbound
  /** The way out by mail; to be used after the commit. */
  readonly mail: Mail
  /** Where people reach this installation; undefined = wherever they come in. Never undefined where mail is sent. */
  readonly publicUrl: string | undefined
  readonly witness: Witness
  /** Everything that may be allowed, of all modules. */
  readonly permissions: readonly Permission[]
  /** Every event others may be told of, of all modules. */
  readonly announcements: readonly Announcement[]
  /** Announces an event: stored in this transaction, delivered to listeners and screens after commit. */
  emit(event: DomainEvent): Promise<void>
  /** Adds to the trail in this transaction. */
  audit(entry: AuditEntry): void
  /** Adds to the trail even when this transaction is taken back: what was tried and refused. */
  auditRefusal(entry: AuditEntry): void
  /** Asks the higher modules what they add to something. */
  ask<Arg, Answer>(point: ExtensionPoint<Arg, Answer>, arg: Arg): Promise<Answer[]>
  /** Runs after the commit, and only then. Must not throw. */
  afterCommit(act: () => void): void
}

/** What a process needs to open contexts: made once in main, handed down. */
export interface Runtime {
  readonly app: Pool
  /** Opens another pool, for the one module that works under another role. Whoever opens it closes it. */
  readonly openPool: (role: DatabaseRole, max: number) => Pool
  /**
   * The address under which the server works, for heavy work that gets a thread of its own and opens its own pools there;
   * undefined = everything runs in this thread.
   */
  readonly threadsDatabaseUrl: string | undefined
  readonly log: Log
  /** What this server does; undefined = everything. */
  readonly roles?: ReadonlySet<Role>
  /** The way to the other servers; undefined = there is none. */
  readonly cluster?: Cluster
  readonly live: Live
  readonly secrets: Secrets
  /** What each tenant may use at once. */
  readonly quotas: Quotas
  /** The way out by HTTP, guarded. */
  readonly outbound: Outbound
  /** The way out by mail. */
  readonly mail: Mail
  /** Where people reach this installation, such as `https://millrace.example`; undefined = wherever they come in. */
  readonly publicUrl: string | undefined
  /** Where the heads of the trails are kept outside the database. */
  readonly witness: Witness
  /** Where the database lies, if on this machine: how full its disk is can be told. */
  readonly databaseDir?: string
  /** The request this runtime works for; undefined for background work. */
  readonly request?: RequestTrace
  /** Everything that may be allowed, of all modules. */
  readonly permissions: readonly Permission[]
  /** Every event others may be told of, of all modules. */
  readonly announcements: readonly Announcement[]
  /** Called after a commit that announced something in an enterprise. */
  readonly announced: (enterpriseId: string) => void
  readonly answer: <Arg, Answer>(point: ExtensionPoint<Arg, Answer>, ctx: Context, arg: Arg) => Promise<Answer[]>
}

/**
 * Opens a transaction of the actor's enterprise and runs `act` in it: committed when it resolves, rolled back when it
 * throws. Row-level security shows it the rows of that enterprise only. A `read only` one cannot change anything, whatever
 * `act` tries.
 */
export function inContext<T>(
  runtime: Runtime,
  actor: Actor,
  act: (ctx: Context) => Promise<T>,
  access: 'read write' | 'read only' = 'read write',
): Promise<T> {
  return contextOn(
    runtime,
    actor,
    act,
    (run) => {
      const transaction = runtime.app.kysely.transaction()
      return (access === 'read only' ? transaction.setAccessMode(access) : transaction).execute(run)
    },
    access,
  )
}

/** {@link inContext} on a transaction somebody else opened and ends; tests roll it back. */
export async function contextOn<T>(
  runtime: Runtime,
  actor: Actor,
  act: (ctx: Context) => Promise<T>,
  transact: (run: (db: Db) => Promise<T>) => Promise<T>,
  access: 'read write' | 'read only' = 'read write',
): Promise<T> {
  const { enterpriseId } = actor
  // A literal, checked, and LOCAL: DESIGN §5. A tenant left on a pooled connection would be somebody else's.
  if (!isUuid(enterpriseId)) throw new TypeError('An enterprise id must be a UUID.')
  const afterwards: (() => void)[] = []
  const refusals: AuditEntry[] = []
  const { request, secrets } = runtime
  let announced = false
  let hasTold = false

  const transacting = transact(async (transaction) => {
    await sql.raw(`set local millrace.enterprise_id = '${enterpriseId}'`).execute(transaction)
    const db = transaction.withPlugin(tenantWall(enterpriseId))
    const entries: TrailEntry[] = []
    const at = now()
    const ctx: Context = {
      actor,
      enterpriseId,
      now: at,
      nowMs: epochMs(at),
      db,
      log: runtime.log,
      live: runtime.live,
      secrets,
      outbound: runtime.outbound,
      mail: runtime.mail,
      publicUrl: runtime.publicUrl,
      witness: runtime.witness,
      permissions: runtime.permissions,
      announcements: runtime.announcements,
      emit: async (event) => {
        announced = true
        await sql`insert into runtime.outbox (type, data) values (${event.type}, ${JSON.stringify(event.data)})`.execute(
          db,
        )
      },
      audit: (entry) => entries.push({ ...entry, outcome: 'done' }),
      auditRefusal: (entry) => refusals.push(entry),
      ask: (point, arg) => runtime.answer(point, ctx, arg),
      afterCommit: (then) => afterwards.push(then),
    }
    const value = await act(ctx)
    entries.push(...refusals.map((entry) => ({ ...entry, outcome: 'refused' as const })))
    // What a caller changed without a word of its service is told by the frame, in the same transaction.
    const { duty } = request ?? {}
    const isSilent = request?.told === 0 && actor.kind !== 'system' && entries.every((entry) => entry.looked)
    const owes = duty && isSilent && access === 'read write'
    if (owes) entries.push({ ...duty, outcome: 'done' })
    if (entries.length > 0) {
      await writeTrail(db, { secrets, actor, at, request }, eventsOf(request, entries))
      hasTold = true
    }
    return value
  })
  const result = await transacting.catch(async (error: unknown) => {
    // In a request the frame writes them: it knows with which problem it ends, and counts what comes again and again.
    if (request) request.refused = [...request.refused, ...refusals]
    else if (refusals.length > 0) {
      await writeRefusals(runtime, actor, refusals, isProblem(error) ? error.type.code : undefined)
    }
    throw error
  })

  if (hasTold) tell(runtime, enterpriseId)
  for (const then of afterwards) then()
  if (announced) runtime.announced(enterpriseId)
  return result
}

/** The topic on which screens hear that a trail has grown. */
export const TRAIL_TOPIC = 'identity.trail'

function tell(runtime: Runtime, enterpriseId: string): void {
  if (runtime.request) runtime.request.told += 1
  runtime.live.publish(enterpriseId, TRAIL_TOPIC, {})
}

/**
 * Writes what was refused, in a transaction of its own. The refusal itself is what the caller is told; a trail that cannot
 * be written now is our own trouble.
 *
 * @param problem code of the problem it ended with.
 */
export async function writeRefusals(
  runtime: Runtime,
  actor: Actor,
  refusals: readonly AuditEntry[],
  problem: string | undefined,
): Promise<void> {
  const { request, secrets } = runtime
  const entries = refusals.map((entry) => ({ ...entry, outcome: 'refused' as const, ...(problem && { problem }) }))
  try {
    await runtime.app.kysely.transaction().execute(async (db) => {
      await sql.raw(`set local millrace.enterprise_id = '${actor.enterpriseId}'`).execute(db)
      await writeTrail(db, { secrets, actor, at: now(), request }, eventsOf(request, entries))
    })
    tell(runtime, actor.enterpriseId)
  } catch (error) {
    runtime.log.error('A refusal could not be written into the trail.', {}, error)
  }
}
