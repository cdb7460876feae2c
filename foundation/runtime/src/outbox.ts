import type { DomainEvent, EventType, Instant } from '@millrace/base'
import { ours } from '@millrace/db'
import { sql } from 'kysely'
import type { TSchema } from 'typebox'
import { systemActor } from './actor.ts'
import { type Context, inContext, type Runtime } from './context.ts'

/** What a module does when something below it happened. Runs in a transaction of its own, exactly once in effect. */
export interface Listener {
  /** Undefined: every event. */
  readonly type: string | undefined
  readonly name: string
  readonly act: (ctx: Context, event: DomainEvent, announcedAt: Instant) => Promise<void>
}

export function listener<S extends TSchema>(
  event: EventType<S>,
  name: string,
  act: (ctx: Context, event: ReturnType<EventType<S>>) => Promise<void>,
): Listener {
  // The type's name was checked against the schema when it was announced; what comes out is what went in.
  return { type: event.type, name, act: act as Listener['act'] }
}

/** Hears every event of every module. */
export function hearingAll(name: string, act: Listener['act']): Listener {
  return { type: undefined, name, act }
}

/** Delivers announced events. `poke` after a commit; a sweep finds what a crash left behind. */
export interface Outbox {
  poke(enterpriseId: string): void
  stop(): Promise<void>
}

const BATCH = 100
const SWEEP_MS = 5000
const ATTEMPTS = 10
const FIRST_PAUSE_MS = 500
/** Another server delivers in this enterprise: what it has not seen is looked for after this. */
const ELSEWHERE_MS = 100

/**
 * @param onDelivered told of each event after its transaction committed: the way to the screens.
 * @param options     `sweeps: false` where another server looks for what a crash left behind.
 */
export function createOutbox(
  runtime: () => Runtime,
  listeners: readonly Listener[],
  onDelivered: (enterpriseId: string, event: DomainEvent) => void,
  options: { readonly sweeps: boolean } = { sweeps: true },
): Outbox {
  const running = new Map<string, Promise<void>>()
  const again = new Set<string>()
  let stopped = false

  async function deliverBatch(enterpriseId: string): Promise<number> {
    const delivered: DomainEvent[] = []
    const count = await inContext(runtime(), systemActor(enterpriseId, 'outbox'), async (ctx) => {
      if (!(await isOurTurn(ctx))) {
        setTimeout(() => poke(enterpriseId), ELSEWHERE_MS).unref()
        return 0
      }
      const rows = await sql<{ id: number; type: string; data: unknown; announcedAt: Instant; attempts: number }>`
        select id, type, data, announced_at, attempts from runtime.outbox where ${ours()} and due_at <= now()
        order by id limit ${BATCH} for update skip locked`.execute(ctx.db)
      for (const row of rows.rows) {
        const event = { type: row.type, data: row.data }
        const failure = await hear(ctx, event, row.announcedAt)
        if (failure === undefined) {
          delivered.push(event)
          await sql`delete from runtime.outbox where ${ours()} and id = ${row.id}`.execute(ctx.db)
        } else {
          const given = row.attempts + 1 >= ATTEMPTS
          ctx.log.error('A listener failed.', { event: row.type, attempts: row.attempts + 1, given }, failure)
          const pause = FIRST_PAUSE_MS * 2 ** row.attempts
          if (!given) setTimeout(() => poke(enterpriseId), pause).unref()
          await sql`update runtime.outbox set attempts = attempts + 1,
            due_at = ${given ? null : sql`now() + make_interval(secs => ${pause / 1000})`},
            last_error = ${String(failure).slice(0, 500)} where ${ours()} and id = ${row.id}`.execute(ctx.db)
        }
      }
      return rows.rows.length
    })
    for (const event of delivered) onDelivered(enterpriseId, event)
    return count
  }

  /** All listeners of an event or none: a savepoint takes back what the ones before a failure did. */
  async function hear(ctx: Context, event: DomainEvent, announcedAt: Instant): Promise<unknown> {
    const hearing = listeners.filter((one) => one.type === undefined || one.type === event.type)
    if (hearing.length === 0) return undefined
    await sql`savepoint hearing`.execute(ctx.db)
    try {
      for (const one of hearing) await one.act(ctx, event, announcedAt)
      await sql`release savepoint hearing`.execute(ctx.db)
      return undefined
    } catch (error) {
      await sql`rollback to savepoint hearing`.execute(ctx.db)
      return error ?? new Error('A listener threw nothing.')
    }
  }

  async function drain(enterpriseId: string): Promise<void> {
    try {
      do {
        again.delete(enterpriseId)
        while (!stopped && (await deliverBatch(enterpriseId)) === BATCH);
      } while (!stopped && again.has(enterpriseId))
    } catch (error) {
      if (!stopped) runtime().log.warn('Events wait, the outbox could not be read.', {}, error)
    } finally {
      running.delete(enterpriseId)
    }
  }

  function poke(enterpriseId: string): void {
    if (stopped) return
    again.add(enterpriseId)
    if (!running.has(enterpriseId)) running.set(enterpriseId, drain(enterpriseId))
  }

  const sweep = () => {
    sql<{ enterpriseId: string }>`select enterprise_id from runtime.tenant`
      .execute(runtime().app.kysely)
      .then(({ rows }) => {
        for (const row of rows) poke(row.enterpriseId)
      })
      .catch((error: unknown) => runtime().log.warn('The outbox could not be swept.', {}, error))
  }
  const timer = options.sweeps ? setInterval(sweep, SWEEP_MS) : undefined

  return {
    poke,
    async stop() {
      stopped = true
      clearInterval(timer)
      await Promise.allSettled(running.values())
    },
  }
}

/** One server delivers the events of an enterprise at a time, so that they keep their order. */
async function isOurTurn({ db, enterpriseId }: Context): Promise<boolean> {
  const { rows } = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`outbox ${enterpriseId}`}, 0)) as is_ours`.execute(db)
  return rows[0]?.isOurs ?? false
}
