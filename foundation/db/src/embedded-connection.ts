import pg from 'pg'
import { databaseUnusable } from './embedded-problem.ts'

const CONNECT_TIMEOUT_MS = 5000

/** The oldest PostgreSQL that has what the migrations use. */
const OLDEST_MAJOR = 15

/** Opens one connection, does one thing with it and closes it. Every step has a timeout. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  })
  client.on('error', () => undefined) // a connection that dies under us shows in the query that waits for it
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => undefined) // closing twice or too late is no news
  }
}

/**
 * Makes sure that an external database answers and is new enough.
 *
 * @throws databaseUnusable with one sentence that says what to do, never with the password of the URL
 */
export async function reachDatabase(url: string): Promise<void> {
  const where = placeOf(url)
  let version: number
  try {
    version = await withConnection(url, async (client) => {
      const { rows } = await client.query('show server_version_num')
      return Math.floor(Number(rows[0]?.server_version_num) / 10_000)
    })
  } catch (error) {
    throw databaseUnusable(`The database ${where} cannot be used: ${reason(error)}.`, {}, { cause: error })
  }
  if (version < OLDEST_MAJOR) {
    throw databaseUnusable(
      `The database ${where} is PostgreSQL ${version}: Millrace needs ${OLDEST_MAJOR} or newer, or unset MILLRACE_DATABASE_URL to use the built-in one.`,
    )
  }
}

function placeOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `${hostname}:${port || '5432'}${pathname}`
  } catch {
    return 'named by MILLRACE_DATABASE_URL'
  }
}

// SQLSTATE and system codes, because sentences change between versions and languages.
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there; start PostgreSQL or correct MILLRACE_DATABASE_URL',
  ENOTFOUND: 'its host name is unknown; correct MILLRACE_DATABASE_URL',
  EAI_AGAIN: 'its host name could not be looked up; check the network or MILLRACE_DATABASE_URL',
  ETIMEDOUT: 'it did not answer in time; check the network or MILLRACE_DATABASE_URL',
  EHOSTUNREACH: 'there is no way to its host; check the network or MILLRACE_DATABASE_URL',
  ENETUNREACH: 'there is no way to its network; check the network or MILLRACE_DATABASE_URL',
  '28P01': 'it refused the password; correct MILLRACE_DATABASE_URL',
  '28000': 'it refused the user; correct MILLRACE_DATABASE_URL or its pg_hba.conf',
  '3D000': 'it has no such database; create it or correct MILLRACE_DATABASE_URL',
  '53300': 'it has no free connection; raise its max_connections',
  '57P03': 'it is still starting; try again in a minute',
}

function reason(error: unknown): string {
  const causes = error instanceof AggregateError ? error.errors : [error]
  for (const cause of causes) {
    const known = cause instanceof Error && 'code' in cause ? REASONS[String(cause.code)] : undefined
    if (known !== undefined) return known
  }
  return `${error instanceof Error ? error.message : String(error)}; check MILLRACE_DATABASE_URL`
}
