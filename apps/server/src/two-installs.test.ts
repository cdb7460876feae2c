import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { type House, startHouse } from '@millrace/testing/house'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Two installations as two companies make them, each by one command and nothing else.

const houses: House[] = []
beforeAll(async () => {
  houses.push(await startHouse(['--no-demo']))
  houses.push(await startHouse(['--no-demo']))
}, 240_000)
afterAll(async () => {
  for (const house of houses) await house.stop()
}, 60_000)

/** Every file of an installation but PostgreSQL's own and the logs, by its path. */
async function filesOf(folder: string): Promise<Map<string, { mode: number; text: string }>> {
  const found = new Map<string, { mode: number; text: string }>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    const name = path.relative(folder, file)
    if (!entry.isFile() || /(^|\/)(cluster|logs|compile-cache)\//.test(name)) continue
    found.set(name, { mode: (await stat(file)).mode & 0o777, text: (await readFile(file, 'utf8')).trim() })
  }
  return found
}

/** What holds a secret, and nothing that only looks like one. */
const SECRETS = ['database/password', 'secrets/root-key']
/** What two installations may well have in common. */
const NO_SECRETS = /^(database\/port|database\/postgres\.log|running\.(json|lock)|.*\.lock|.*\.pid|VERSION)$/

async function signIn(port: string, user: string, password: string): Promise<string> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port: Number(port), database: 'millrace', user, password },
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return 'in'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

// proves: T-I5
test('two installations share no secret, and only their owner may read one', async () => {
  const [here, there] = await Promise.all(houses.map((house) => filesOf(house.dataDir)))
  for (const name of SECRETS) {
    const [own, other] = [here?.get(name), there?.get(name)]
    expect([name, own?.mode, other?.mode]).toEqual([name, 0o600, 0o600])
    expect(own?.text.length, name).toBeGreaterThanOrEqual(32)
    expect(own?.text, name).not.toBe(other?.text)
  }
  // Whatever else comes to lie there: it differs, or it is known to be no secret; and no other account reads it.
  for (const [name, { mode, text }] of here ?? []) {
    if (NO_SECRETS.test(name)) continue
    expect(mode & 0o077, `${name} is readable by others`).toBe(0)
    expect(text, `${name} is the same in both`).not.toBe(there?.get(name)?.text)
  }
})

// proves: T-I5
test('the database of an installation opens with its own password only: with no known one, none, or the neighbour’s', async () => {
  const read = async (house: House | undefined, file: string) =>
    (await readFile(path.join(house?.dataDir ?? '', 'database', file), 'utf8')).trim()
  const [here, there] = houses
  const port = await read(here, 'port')
  expect(await signIn(port, 'postgres', await read(here, 'password'))).toBe('in')
  for (const password of [await read(there, 'password'), '', 'postgres', 'password', 'millrace', 'changeme', 'admin']) {
    expect([password.slice(0, 8), await signIn(port, 'postgres', password)]).not.toContain('in')
    for (const role of ['millrace_app', 'millrace_owner', 'millrace_ingest', 'millrace_audit']) {
      expect([role, password.slice(0, 8), await signIn(port, role, password)]).not.toContain('in')
    }
  }
}, 60_000)

// proves: T-I5 (what was signed or opened by one counts nothing at the other)
test('the keys that two installations sign their trails with differ, and there is nobody to sign in as', async () => {
  const keys = await Promise.all(
    houses.map(async ({ url }) => {
      const answer = await fetch(`${url}/api/v1/identity/trail/key`, { signal: AbortSignal.timeout(20_000) })
      return ((await answer.json()) as { publicKey: string }).publicKey
    }),
  )
  expect(new Set(keys).size).toBe(2)
  for (const { url } of houses) {
    for (const [email, password] of [
      ['admin', 'admin'],
      ['admin@millrace.example', 'millrace'],
      ['root', ''],
    ]) {
      const answer = await fetch(`${url}/api/v1/identity/sessions`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(20_000) },
        body: JSON.stringify({ email, password }),
      })
      expect(answer.status).toBeGreaterThanOrEqual(400)
    }
  }
})
