import type { Secrets } from '@millrace/runtime'
import pg from 'pg'

const ACCOUNT = 'millrace_server'
// Any number will do that nothing else uses: two servers that start together change the account one after the other.
const LOCK = 4_680_003

/**
 * The address under which the server works. An account that is a superuser is used for migrations only: it makes an
 * ordinary account, that can take on the serving roles and nothing else. Its password comes from the root key, which all
 * servers of an installation share, and is kept nowhere. An ordinary account is used as it is.
 */
export async function servingUrl(url: string, secrets: Secrets): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rows } = await client.query<{ rolsuper: boolean }>(
      'select rolsuper from pg_roles where rolname = current_user',
    )
    if (!rows[0]?.rolsuper) return url
    const password = secrets.derive('database account', 24).toString('hex')
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    // Role statements take no parameters; the password is hexadecimal by construction.
    const known = await client.query('select from pg_roles where rolname = $1', [ACCOUNT])
    const act = known.rowCount === 0 ? 'create' : 'alter'
    await client.query(
      `${act} role ${ACCOUNT} login nosuperuser nocreatedb nocreaterole noinherit nobypassrls password '${password}'`,
    )
    await client.query(`grant millrace_app, millrace_ingest, millrace_audit to ${ACCOUNT}`)
    await client.query('commit')
    const serving = new URL(url)
    serving.username = ACCOUNT
    serving.password = password
    return serving.href
  } finally {
    await client.end()
  }
}
