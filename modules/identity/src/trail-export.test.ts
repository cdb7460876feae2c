import { inContext, systemActor } from '@millrace/runtime'
import { createTestDatabase, type TestDatabase, testRuntime } from '@millrace/testing'
import { createTrailCheck, type TrailLine } from '@millrace/trail'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Company, openCompany } from './testing/company.ts'
import { isSignedBy, sha256, trailKey } from './trail-key.ts'
import { closeTrail, tellWitness } from './trail-seal.ts'

let database: TestDatabase
let bare: ReturnType<typeof testRuntime>
let company: Company
let root: pg.Client
/** Signed in as an auditor, whose name a spreadsheet would run. */
let headers: Readonly<Record<string, string>>
let operator: Readonly<Record<string, string>>

const NAME = '=HYPERLINK("http://evil.example","Pay here")'
const REASON = '+1 "quoted", and\r\non two lines'
const EXPORT = '/api/v1/identity/audit-events/export'

const seal = async () => {
  const actor = systemActor(company.enterpriseId, 'test')
  await inContext(company.runtime, actor, closeTrail)
  await inContext(company.runtime, actor, tellWitness)
}

beforeAll(async () => {
  database = await createTestDatabase()
  bare = testRuntime(database.url)
  root = new pg.Client({ connectionString: database.url })
  root.on('error', () => undefined)
  await root.connect()
  company = await openCompany(bare)
  const auditor = await company.addPerson('Nadia', [{ role: 'auditor', placeId: null }])
  await root.query('update identity.person set name = $1 where id = $2', [NAME, auditor.id])
  headers = { cookie: (await company.signIn(auditor)).cookie }
  operator = { cookie: (await company.signIn(await company.addPerson('Otto'))).cookie }
  await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), async (ctx) => {
    for (let n = 1; n <= 30; n += 1) ctx.audit({ action: 'test.thing.change', object: `thing ${n}`, after: { n } })
    ctx.audit({ action: 'test.odd.change', object: '@SUM(A1)', reason: REASON })
  })
  await seal()
})
afterAll(async () => {
  await root.end()
  await company.app.close()
  await bare.app.close()
  await database.drop()
})

async function exported(query: string, as = headers) {
  return company.app.inject({ url: `${EXPORT}?${query}`, headers: as })
}

/** RFC 4180, as a spreadsheet reads it. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') rows.push([])
    if (end === '') break
  }
  return rows.filter((row) => row.length > 1)
}

test('JSON Lines hold every event with what verifies them elsewhere', async () => {
  const answer = await exported('format=jsonl')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-disposition': expect.stringMatching(/^attachment; filename="trail-[\dT-]+\.jsonl"$/),
    'cache-control': 'no-store',
  })
  const witness = await company.runtime.witness.read(company.enterpriseId)
  const check = createTrailCheck({
    ...{ hash: sha256, verify: isSignedBy, key: trailKey(company.runtime.secrets), witness },
  })
  const lines = answer.body.trimEnd().split('\n')
  for (const line of lines) check.take(JSON.parse(line) as TrailLine)
  expect(check.finish()).toMatchObject({ findings: [], isKeyPinned: true })
  const { rows } = await root.query('select count(*)::int as n from audit.event where enterprise_id = $1', [
    company.enterpriseId,
  ])
  expect(lines.filter((line) => line.includes('"event"'))).toHaveLength(rows[0].n)
})

test('CSV has no cell that a spreadsheet would run, and loses nothing', async () => {
  const answer = await exported('format=csv')
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
  const [header = [], ...rows] = cellsOf(answer.body)
  expect(header.slice(0, 3)).toEqual(['sequence', 'at', 'actor'])
  const faults = rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))
  expect(faults).toEqual([])
  const cell = (row: string[] | undefined, name: string) => row?.[header.indexOf(name)]
  const odd = rows.find((row) => cell(row, 'action') === 'test.odd.change')
  expect([cell(odd, 'object'), cell(odd, 'reason')]).toEqual([`'@SUM(A1)`, `'${REASON}`])
  const own = rows.find((row) => cell(row, 'action') === 'identity.audit.export')
  expect(cell(own, 'actor')).toBe(`'${NAME}`)
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([header.length]))
})

test.each([
  ['action=test.thing.', 30],
  ['action=test.thing.&text=thing%2017', 1],
  ['object=thing%205', 1],
  ['outcome=refused', 0],
  ['from=2030-01-01T00:00:00.000Z', 0],
  ['to=2030-01-01T00:00:00.000Z&action=test.odd', 1],
])('an export of %s holds what fits and no more, in both forms', async (query, count) => {
  const [, ...rows] = cellsOf((await exported(`format=csv&${query}`)).body)
  expect(rows).toHaveLength(count)
  const lines = (await exported(`format=jsonl&${query}`)).body.trimEnd().split('\n')
  expect(lines.filter((line) => line.includes('"event"'))).toHaveLength(count)
})

test('an export is told in the trail with what it was of, and refused to whoever may not', async () => {
  await exported('format=csv&action=test.odd&text=quoted')
  const { rows } = await root.query(
    `select detail, object from audit.event where enterprise_id = $1 and action = 'identity.audit.export'
     order by id desc limit 1`,
    [company.enterpriseId],
  )
  expect(rows).toEqual([
    {
      detail: { format: 'csv', action: 'test.odd', text: 'quoted' },
      object: `enterprise ${company.enterpriseId}`,
    },
  ])
  const refused = await exported('format=csv', operator)
  expect(refused.json()).toMatchObject({ status: 403, code: 'runtime/forbidden' })
  expect((await exported('format=csv', {})).statusCode).toBe(401)
  expect((await exported('format=pdf')).statusCode).toBe(422)
})

test('whoever exported twenty times within an hour waits', async () => {
  const somebody = await company.addPerson('Sam', [{ role: 'auditor', placeId: null }])
  const cookie = (await company.signIn(somebody)).cookie
  for (let n = 0; n < 20; n += 1)
    expect((await exported('format=csv&outcome=refused', { cookie })).statusCode).toBe(200)
  const spent = await exported('format=csv', { cookie })
  expect(spent.json()).toMatchObject({ status: 503, code: 'identity/trail-exports-spent' })
})

/** Verifies by the routes, as the page does. */
async function verified() {
  const begun = await company.app.inject({ method: 'POST', url: '/api/v1/identity/trail/checks', headers })
  expect(begun.statusCode, begun.body).toBe(202)
  const { id } = begun.json() as { id: string }
  for (;;) {
    const answer = await company.app.inject({ url: `/api/v1/identity/trail/checks/${id}`, headers })
    expect(answer.statusCode).toBe(200)
    const check = answer.json() as { state: string; findings: { kind: string; sequence?: number }[] }
    if (check.state !== 'running') return check
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('the trail is verified by whoever may read it, is told so, and says which event was changed', async () => {
  await seal()
  expect(await verified()).toMatchObject({ state: 'done', findings: [], progressRatio: 1 })
  const { rows: told } = await root.query(
    `select actor, object from audit.event where enterprise_id = $1 and action = 'identity.audit.verify'`,
    [company.enterpriseId],
  )
  expect(told).toEqual([{ actor: NAME, object: `enterprise ${company.enterpriseId}` }])
  const { rows } = await root.query(
    `select sequence::int from audit.leaf join audit.event on event.id = leaf.event_id where object = 'thing 7'`,
  )
  await root.query(`update audit.event set after = '{"n": 700}' where object = 'thing 7'`)
  const found = await verified()
  await root.query(`update audit.event set after = '{"n": 7}' where object = 'thing 7'`)
  expect(found.findings).toMatchObject([{ kind: 'changed', sequence: rows[0].sequence }])

  const refused = await company.app.inject({
    ...{ method: 'POST', url: '/api/v1/identity/trail/checks', headers: operator },
  })
  expect(refused.json()).toMatchObject({ status: 403, code: 'runtime/forbidden' })
  const gone = await company.app.inject({
    ...{ url: '/api/v1/identity/trail/checks/0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11', headers },
  })
  expect(gone.json()).toMatchObject({ status: 404, code: 'identity/trail-check-missing' })
})

test('reading the trail over and over tells of it once', async () => {
  const count = async () => {
    const { rows } = await inContext(company.runtime, systemActor(company.enterpriseId, 'test'), (ctx) =>
      sql<{ n: number }>`select count(*)::int as n from audit.event where action = 'identity.audit.list'`.execute(
        ctx.db,
      ),
    )
    return rows[0]?.n
  }
  for (let n = 0; n < 3; n += 1) {
    const answer = await company.app.inject({ url: '/api/v1/identity/audit-events', headers })
    expect(answer.statusCode).toBe(200)
  }
  expect(await count()).toBe(1)
})
