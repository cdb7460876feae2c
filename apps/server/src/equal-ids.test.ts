import { createApp } from '@millrace/http'
import { inContext, systemActor } from '@millrace/runtime'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import pg from 'pg'
import { expect, test } from 'vitest'
import { modules } from './modules.ts'
import { requestOf, routesOf, STREAMS } from './testing/authorization-matrix.ts'
import { bounds } from './testing/bounds.ts'
import { addKey, makeTwoCompanies } from './testing/two-companies.ts'

// Two companies in which everything has the same id: only the company tells one thing from the other. Whatever is kept by id
// alone, in a cache, an export or a stream, shows the wrong one sooner or later.

const SEED = 20_261_127
const REQUESTS = 600
const OURS = 'of-ours-9f2'
const THEIRS = 'of-theirs-4c7'
/** What is platform-wide, and what a copy must not have: one company of each kind, one sealed history, one outbox. */
const NOT_COPIED = /^(runtime\.(tenant|migration|outbox|server)|identity\.founding|audit\.(leaf|head|event))$/

/** Makes the second company a copy of the first, id by id; and writes into every name whose it is. */
async function copyCompany(root: pg.Client, ours: string, theirs: string): Promise<number> {
  await root.query('begin; set local session_replication_role = replica')
  const { rows: tables } = await root.query(
    `select c.oid::regclass::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'enterprise_id'
     where relkind in ('r', 'p') and not relispartition and relnamespace::regnamespace::text !~ '^(pg_|information)' order by 1`,
  )
  let copied = 0
  for (const { name } of tables) {
    if (NOT_COPIED.test(name)) continue
    await root.query(`delete from ${name} where enterprise_id = $1`, [theirs])
    const { rows: columns } = await root.query(
      `select string_agg(quote_ident(attname), ', ') as names from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'enterprise_id'`,
      [name],
    )
    const { names } = columns[0]
    const { rowCount } = await root.query(
      `insert into ${name} (enterprise_id, ${names}) overriding system value select $2, ${names} from ${name}
       where enterprise_id = $1 on conflict do nothing`,
      [ours, theirs],
    )
    copied += rowCount ?? 0
  }
  for (const [id, whose] of [
    [ours, OURS],
    [theirs, THEIRS],
  ]) {
    for (const column of [
      'identity.person.name',
      'plant.equipment.name',
      'plant.gateway.name',
      'insight.finding.title',
    ]) {
      const [schema, table, field] = column.split('.')
      await root.query(
        `update ${schema}.${table} set ${field} = left(${field}, 20) || ' ${whose}' where enterprise_id = $1`,
        [id],
      )
    }
    for (const table of [
      'identity.role',
      'identity.api_key',
      'identity.network_zone',
      'exchange.webhook',
      'identity.station',
    ]) {
      await root.query(`update ${table} set name = left(name, 20) || ' ${whose}' where enterprise_id = $1`, [id])
    }
  }
  await root.query('commit')
  return copied
}

/** The same numbers each time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

// proves: T-B10
test('in two companies with the same ids nobody is ever shown the other’s, whatever was asked for before', async () => {
  const database = await createTestDatabase()
  const runtime = withModules(testRuntime(database.url), modules)
  const tried = modules.map(({ start: _, ...module }) => module)
  const app = await createApp({ runtime, modules: tried, version: 'test' })
  const root = new pg.Client({ connectionString: database.url })
  await root.connect()
  try {
    const { ours, theirs, own } = await makeTwoCompanies(runtime)
    const secret = await addKey(runtime, ours, 'auditor')
    expect(await copyCompany(root, ours, theirs)).toBeGreaterThan(20)
    for (const id of [ours, theirs]) {
      await inContext(runtime, systemActor(id, 'test'), async (ctx) =>
        ctx.audit({ action: 'test.thing.change', object: 'thing', reason: id === ours ? OURS : THEIRS }),
      )
    }
    // One key, whose secret lies in both companies: its token alone says of which it is.
    const theirSecret = secret.replace(ours, theirs)
    await root.query(
      'update identity.api_key set secret_sha256 = sha256($1::bytea) where enterprise_id = $2 and secret_sha256 = sha256($3::bytea)',
      [...[theirSecret, theirs, secret]],
    )
    const reads = (await routesOf(runtime, tried, bounds)).filter(
      // What anybody may see shows the demo company to everybody.
      ({ method, operationId, bound }) => method === 'GET' && bound !== 'anyone' && !STREAMS.has(operationId),
    )
    expect(reads.length).toBeGreaterThan(40)

    const random = randomFrom(SEED)
    const faults = new Set<string>()
    const seen = { [OURS]: 0, [THEIRS]: 0 }
    const companies = [
      { token: secret, mine: OURS, other: THEIRS, otherId: theirs },
      { token: theirSecret, mine: THEIRS, other: OURS, otherId: ours },
    ] as const
    const act = async () => {
      const route = reads[Math.floor(random() * reads.length)]
      const company = companies[Math.floor(random() * companies.length)]
      if (!route || !company) return
      const answer = await app.inject({
        ...requestOf(route, own),
        headers: { authorization: `Bearer ${company.token}` },
      })
      if (answer.body.includes(company.other) || answer.body.includes(company.otherId)) faults.add(route.operationId)
      if (answer.body.includes(company.mine)) seen[company.mine] += 1
    }
    // Some at the same moment: what one request left behind meets the other.
    for (let done = 0; done < REQUESTS; done += 4) await Promise.all([act(), act(), act(), act()])
    for (const { token, mine, other } of companies) {
      const trail = await app.inject({
        url: '/api/v1/identity/audit-events/export?format=csv&action=test.',
        headers: { authorization: `Bearer ${token}` },
      })
      expect(trail.body).toContain(mine)
      expect(trail.body).not.toContain(other)
    }
    expect([...faults]).toEqual([])
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(30)
  } finally {
    await root.end()
    await app.close()
    await runtime.app.close()
    await database.drop()
  }
}, 120_000)
