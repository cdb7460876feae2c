import type pg from 'pg'

const ASK = `select current_setting('millrace.enterprise_id', true) as tenant`
const BEGIN = /^(begin|start transaction)\b[^;]*$/i

/** A connection came out of the pool with a tenant on it: somebody set it for the session. It is thrown away. */
export class LeftTenantError extends Error {
  override readonly name = 'LeftTenantError'
}

type Query = (...args: unknown[]) => Promise<pg.QueryResult | pg.QueryResult[]>

/**
 * Makes a pool look at each connection it hands out, before anything else is asked of it (THREATS T-B3). The question
 * travels with the `begin` of a transaction, so that it costs no round trip of its own.
 *
 * The first query of a connection rejects with {@link LeftTenantError} when a tenant was left on it.
 */
export function refuseLeftTenants(pool: pg.Pool): void {
  const unchecked = new WeakSet<pg.PoolClient>()
  pool.on('acquire', (client) => unchecked.add(client))
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as Query
    const first: Query = async (...args) => {
      const [text] = args
      const begins = typeof text === 'string' && BEGIN.test(text)
      const answers = [await query(begins ? `${text}; ${ASK}` : ASK)].flat()
      if (answers.at(-1)?.rows[0]?.tenant) {
        // An ending connection is not taken back by the pool, whoever releases it.
        client.end().catch(() => undefined)
        throw new LeftTenantError('A tenant was left on a pooled connection.')
      }
      return begins ? (answers[0] as pg.QueryResult) : query(...args)
    }
    const checked = (...args: unknown[]) => {
      if (!unchecked.delete(client)) return query(...args)
      const told = args.at(-1)
      if (typeof told !== 'function') return first(...args)
      first(...args.slice(0, -1)).then(
        (result) => told(undefined, result),
        (error: unknown) => told(error),
      )
    }
    Object.assign(client, { query: checked })
  })
}
