import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '@millrace/base'
import type { Pool } from '@millrace/db'
import type { Log } from './log.ts'

/** What is divided among servers: parts from 0. */
export interface LeaseOptions {
  /** Of one connection, held as long as the leases are. */
  readonly openPool: () => Pool
  /** Any number, as long as it means the same everywhere and nothing else. */
  readonly key: number
  readonly parts: number
  readonly log: Log
  /** A part is ours from now on. */
  readonly onTaken: (part: number) => void
  /** A part is to be given away: it goes when this resolves. Called at once, too, when it was lost with the connection. */
  readonly onGiven: (part: number) => Promise<void>
}

const TURN_MS = SECOND_MS
/** A database server that says nothing, or that we cannot reach, is noticed within about this; so are we. */
const SILENT_S = 6

/**
 * Divides parts among those servers that take some now, about equally. Each is held by one at a time: by an advisory lock of
 * PostgreSQL, which goes with the connection of whoever dies. Nothing of ours chooses a leader.
 */
export class Leases {
  readonly #options: LeaseOptions
  readonly #held = new Set<number>()
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  get held(): ReadonlySet<number> {
    return this.#held
  }

  /** Gives every part away. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const pool = this.#options.openPool()
      try {
        await this.#hold(pool)
      } catch (error) {
        if (!signal.aborted) this.#options.log.warn('What this server had taken on is free again.', {}, error)
      }
      // Before the connection goes: who comes next waits for what is under way.
      await this.#giveAll()
      await pool.close().catch(() => undefined) // it is broken, and gone with that
      await pause(TURN_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Rejects when the connection is lost; resolves when it is stopped. */
  async #hold(pool: Pool): Promise<void> {
    const { key, parts } = this.#options
    const client = await pool.pg.connect()
    const { promise: lost, reject: lose } = Promise.withResolvers<never>()
    lost.catch(() => undefined)
    client.once('error', lose)
    client.once('end', () => lose(new Error('The connection ended.')))
    try {
      // Either side finds out that the other is gone, and no lock stays with the dead.
      await client.query(
        `set tcp_keepalives_idle = ${SILENT_S / 3}; set tcp_keepalives_interval = ${SILENT_S / 3}; set tcp_keepalives_count = 2;
         set tcp_user_timeout = ${SILENT_S * SECOND_MS}; set idle_in_transaction_session_timeout = 0`,
      )
      // Seen by the others for as long as it lives.
      await client.query('select pg_advisory_lock_shared($1::int, $2::int)', [key, parts])
      while (!this.#stopping.signal.aborted) {
        await Promise.race([this.#turn((text, values) => client.query(text, values)), lost])
        await Promise.race([pause(TURN_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined), lost])
      }
      await this.#giveAll()
    } finally {
      client.release(true)
    }
  }

  async #turn(query: (text: string, values: number[]) => Promise<{ rows: unknown[] }>): Promise<void> {
    const { key, parts, onTaken, onGiven } = this.#options
    const { rows } = await query(
      `select count(*)::int as sharing from pg_locks where locktype = 'advisory' and objsubid = 2 and granted
         and classid = $1::int::oid and objid = $2::int::oid
         and database = (select oid from pg_database where datname = current_database())`,
      [key, parts],
    )
    const { sharing } = rows[0] as { sharing: number }
    const share = Math.ceil(parts / Math.max(1, sharing))
    for (const part of [...this.#held].slice(share)) {
      await onGiven(part)
      this.#held.delete(part)
      await query('select pg_advisory_unlock($1::int, $2::int)', [key, part])
    }
    for (let part = 0; part < parts && this.#held.size < share; part += 1) {
      if (this.#held.has(part)) continue
      const taken = await query('select pg_try_advisory_lock($1::int, $2::int) as taken', [key, part])
      if (!(taken.rows[0] as { taken: boolean }).taken) continue
      this.#held.add(part)
      onTaken(part)
    }
  }

  async #giveAll(): Promise<void> {
    const parts = [...this.#held]
    await Promise.all(parts.map((part) => this.#options.onGiven(part)))
    this.#held.clear()
  }
}
