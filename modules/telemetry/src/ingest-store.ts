import type { Pool, PoolClient } from '@millrace/db'

/** A connection inside a transaction, as the role that owns inbox and history and sees those of every enterprise. */
export type IngestClient = Pick<PoolClient, 'query'>

export interface IngestPool {
  /** Runs `act` in one transaction: committed, durably, when the promise resolves. */
  transact<T>(act: (client: IngestClient) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** One for the acknowledgements, one for the newest samples and upkeep, one for imports. */
export const INGEST_CONNECTIONS = 3
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
    close: () => pool.close(),
  }
}
