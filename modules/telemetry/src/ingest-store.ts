import type { Pool, PoolClient } from '@millrace/db'

/** A connection inside a transaction, as the role that owns inbox and history and sees those of every enterprise. */
export type IngestClient = Pick<PoolClient, 'query'>

export interface IngestPool {
  /** Runs `act` in one transaction: committed, durably, when the promise resolves. */
  transact<T>(act: (client: IngestClient) => Promise<T>): Promise<T>
  /** Runs statements one after the other outside any transaction, as VACUUM wants it; the last ones even when one fails. */
  alone(statements: readonly string[], always: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** One for the acknowledgements, one for the newest samples and upkeep, one for imports, one for thinning out. */
export const INGEST_CONNECTIONS = 4
/** One to take from the inbox, four to settle, one to look. */
export const WORKER_CONNECTIONS = 6

/**
 * Work as the role millrace_ingest, on a pool opened for it. Row-level security does not bind this role: whoever works with a
 * client of it names the enterprise in every statement.
 */
export function ingestPool(pool: Pool): IngestPool {
  return {
    async transact(act) {
      const client = await pool.pg.connect()
      try {
        await client.query('begin')
        const result = await act(client)
        await client.query('commit')
        client.release()
        return result
      } catch (error) {
        // A connection that cannot even roll back is not used again.
        await client.query('rollback').then(
          () => client.release(),
          (cause: Error) => client.release(cause),
        )
        throw error
      }
    },
    async alone(statements, always) {
      const client = await pool.pg.connect()
      try {
        for (const statement of statements) await client.query(statement)
      } finally {
        try {
          for (const statement of always) await client.query(statement)
          client.release()
        } catch (cause) {
          client.release(cause instanceof Error ? cause : true)
        }
      }
    },
    close: () => pool.close(),
  }
}
