import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { refuseLeftTenants } from './left-tenant.ts'
import { countQuery } from './query-meter.ts'

/**
 * Every table of the program. Modules add theirs by declaration merging, in their `tables.ts`, as
 * `'schema.tableName'`; names are camelCase here and snake_case in SQL.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Database {}

/** An open transaction, with the tenant set. Stores take it as their first argument. */
export type Db = Transaction<Database>

/** A database opened as one of its roles. */
export interface Pool {
  readonly kysely: Kysely<Database>
  readonly pg: pg.Pool
  close(): Promise<void>
}

export type DatabaseRole = 'millrace_owner' | 'millrace_app' | 'millrace_ingest' | 'millrace_audit'

const CONNECT_TIMEOUT_MS = 10_000
const IDLE_TIMEOUT_MS = 30_000
/** THREATS T-H8: no statement of a request runs longer. */
export const STATEMENT_TIMEOUT_MS = 15_000
/** A transaction that does nothing holds its locks no longer: whoever forgot it must not stop the others. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000

// One form from the column to the screen: instants are RFC 3339 texts with milliseconds, numerics stay text,
// 64-bit integers become numbers (ours stay far below 2^53).
const TIMESTAMPTZ = 1184
const INT8 = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (format !== 'binary' && oid === TIMESTAMPTZ) return (text: string) => new Date(text).toISOString()
    if (format !== 'binary' && oid === INT8) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

/**
 * Opens a pool. Connections are made when first needed.
 *
 * @param role the role every connection takes on; the URL's account must be a member of it.
 * @param onError told of connections that broke while idle; the pool replaces them.
 */
export function openPool(options: {
  url: string
  role: DatabaseRole
  max: number
  onError: (error: Error) => void
}): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: `millrace ${options.role}`,
    // Taken on at connect, before any query: a connection is never used as the account that opened it.
    options: `-c role=${options.role} -c timezone=UTC`,
    types,
  })
  pool.on('error', options.onError)
  pool.on('connect', (client) => client.on('error', options.onError))
  refuseLeftTenants(pool)
  // What lies in a jsonb column keeps its keys: only column names change case.
  const kysely = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => countQuery(event.queryDurationMillis),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  return { kysely, pg: pool, close: () => kysely.destroy() }
}
