import { randomUUID } from 'node:crypto'
import { newId } from '@millrace/base'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createTestDatabase, test as inTransaction, somebody, type TestDatabase, testRuntime } from '@millrace/testing'
import { createTrailCheck, type TrailLine, type TrailReport } from '@millrace/trail'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEnterprise, removeEnterprise } from './index.ts'
import { listAuditEvents } from './trail.ts'
import { trailBroken } from './trail-contract.ts'
import { csvCell } from './trail-csv-rules.ts'
import { trailLines } from './trail-export.ts'
import { isSignedBy, sha256, trailKey } from './trail-key.ts'
import { closeTrail, hashOf, sealTrail, tellWitness } from './trail-seal.ts'

let database: TestDatabase
let runtime: Runtime
/** A superuser, who can write every row of the trail. */
let root: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  runtime = testRuntime(database.url)
  root = new pg.Client({ connectionString: database.url })
  root.on('error', () => undefined)
  await root.connect()
})
afterAll(async () => {
  await root.end()
  await runtime.app.close()
  await database.drop()
})

const inSystem = <T>(enterpriseId: string, act: (ctx: Context) => Promise<T>) =>
  inContext(runtime, systemActor(enterpriseId, 'test'), act)

/** A company whose trail has this many events more than its beginning, signed and witnessed every few. */
async function companyWith(count: number, every = 6): Promise<string> {
  const id = newId<'Enterprise'>(Date.now())
  await root.query('delete from identity.founding')
  await inSystem(id, (ctx) => createEnterprise(ctx, { id, name: 'Muster', demo: false }))
  await addEvents(id, count, every)
  return id
}

async function addEvents(id: string, count: number, every = 6): Promise<void> {
  for (let n = 1; n <= count; n += every) {
    await inSystem(id, async (ctx) => {
      for (let m = n; m < n + every && m <= count; m += 1) {
        const said = { before: { n: m - 1 }, after: { n: m }, reason: `R${m}` }
        ctx.audit({ action: 'test.thing.change', object: `thing ${m}`, ...said })
      }
    })
    await seal(id)
  }
}

async function seal(id: string): Promise<void> {
  await inSystem(id, closeTrail)
  await inSystem(id, tellWitness)
}

/** Exports the trail from the database as it is now, and verifies the file as somebody elsewhere would. */
async function verify(enterpriseId: string, filter = {}): Promise<TrailReport> {
  const size = Number(
    (await root.query('select count(*) from audit.leaf where enterprise_id = $1', [enterpriseId])).rows[0].count,
  )
  const plan = { filter, enterpriseId, size: size + 10, exportedAt: new Date().toISOString() }
  const lines: TrailLine[] = []
  for await (const line of trailLines(runtime, systemActor(enterpriseId, 'verify'), plan)) lines.push(line)
  const witness = await runtime.witness.read(enterpriseId)
  const check = createTrailCheck({ hash: sha256, verify: isSignedBy, key: trailKey(runtime.secrets), witness })
  for (const line of lines) check.take(JSON.parse(JSON.stringify(line)))
  return check.finish()
}

const said = ({ findings }: TrailReport) => findings.map(({ kind, sequence }) => `${kind} ${sequence ?? ''}`.trim())

/** Makes the hash of a place fit what stands there now, as somebody would who knows how it is made. */
async function rehash(enterpriseId: string): Promise<void> {
  const plan = { filter: {}, enterpriseId, size: 1000, exportedAt: new Date().toISOString() }
  for await (const line of trailLines(runtime, systemActor(enterpriseId, 'forger'), plan)) {
    if (!('hash' in line) || line.event === null) continue
    await root.query('update audit.leaf set hash = $3 where enterprise_id = $1 and sequence = $2', [
      ...[enterpriseId, line.sequence, hashOf(line.event, line.sequence)],
    ])
  }
}

/** Takes places away from, or makes room at, everything from a place on. */
async function shift(id: string, from: number, by: number): Promise<void> {
  // Far away first: no two may have the same place on the way.
  for (const step of [1_000_000, by - 1_000_000]) {
    await root.query('update audit.leaf set sequence = sequence + $3 where enterprise_id = $1 and sequence >= $2', [
      ...[id, from, step],
    ])
  }
}

const COUNT = 24
/** The founding of the company comes first. */
const SIZE = COUNT + 1

interface Attack {
  readonly name: string
  readonly run: (id: string, at: number) => Promise<unknown>
  /** One of these must be said of the event, whether or not its hash was made to fit. */
  readonly found: (at: number) => readonly string[]
  readonly positions?: readonly number[]
}

const eventAt = `(select event_id from audit.leaf where enterprise_id = $1 and sequence = $2)`

const ATTACKS: readonly Attack[] = [
  ...['reason', 'actor', 'action', 'object', 'address', 'outcome'].map((column) => ({
    name: `the ${column} is changed`,
    run: (id: string, at: number) =>
      root.query(
        `update audit.event set ${column} = ${column === 'outcome' ? `'refused'` : `'forged'`}
         where enterprise_id = $1 and id = ${eventAt}`,
        [id, at],
      ),
    found: (at: number) => [`changed ${at}`],
    positions: [1, 14, SIZE],
  })),
  {
    name: 'the time is changed by a millisecond',
    run: (id, at) =>
      root.query(`update audit.event set at = at + interval '1 ms' where enterprise_id = $1 and id = ${eventAt}`, [
        id,
        at,
      ]),
    found: (at) => [`changed ${at}`],
  },
  {
    name: 'what was afterwards is changed',
    run: (id, at) =>
      root.query(`update audit.event set after = '{"n": 99}' where enterprise_id = $1 and id = ${eventAt}`, [id, at]),
    found: (at) => [`changed ${at}`],
  },
  {
    name: 'the event is deleted',
    run: (id, at) => root.query(`delete from audit.event where enterprise_id = $1 and id = ${eventAt}`, [id, at]),
    found: (at) => [`deleted ${at}`],
  },
  {
    name: 'the event and its place are deleted',
    run: async (id, at) => {
      await root.query(`delete from audit.event where enterprise_id = $1 and id = ${eventAt}`, [id, at])
      await root.query('delete from audit.leaf where enterprise_id = $1 and sequence = $2', [id, at])
    },
    found: (at) => [`deleted ${at}`, `cut ${at}`],
  },
  {
    name: 'the event is deleted and all later ones move up',
    run: async (id, at) => {
      await root.query(`delete from audit.event where enterprise_id = $1 and id = ${eventAt}`, [id, at])
      await root.query('delete from audit.leaf where enterprise_id = $1 and sequence = $2', [id, at])
      await shift(id, at, -1)
    },
    found: (at) => [`deleted ${at}`, `cut ${at}`],
  },
  {
    name: 'an event is put in and all later ones move down',
    run: async (id, at) => {
      const event = randomUUID()
      await root.query(
        `insert into audit.event (enterprise_id, id, at, actor_kind, actor_id, actor, action, object, objects, detail)
         values ($1, $2, now(), 'person', 'x', 'X', 'test.forge', 'thing 0', '{thing 0}', '{}')`,
        [id, event],
      )
      await shift(id, at, 1)
      await root.query(
        `insert into audit.leaf (enterprise_id, sequence, event_id, hash) values ($1, $2, $3, sha256('x'))`,
        [id, at, event],
      )
    },
    found: (at) => [`inserted ${at}`, `changed ${at}`],
  },
  {
    name: 'two events change places',
    run: async (id, at) => {
      const other = at === SIZE ? at - 3 : at + 1
      const { rows } = await root.query(
        'select sequence, event_id, hash from audit.leaf where enterprise_id = $1 and sequence in ($2, $3)',
        [id, at, other],
      )
      await root.query('delete from audit.leaf where enterprise_id = $1 and sequence in ($2, $3)', [id, at, other])
      for (const row of rows) {
        await root.query('insert into audit.leaf values ($1, $2, $3, $4)', [
          ...[id, Number(row.sequence) === at ? other : at, row.event_id, row.hash],
        ])
      }
    },
    found: (at) => [`moved ${at}`],
  },
  {
    name: 'the end is cut off from here on',
    run: async (id, at) => {
      await root.query(
        `delete from audit.event where enterprise_id = $1 and id in
         (select event_id from audit.leaf where enterprise_id = $1 and sequence >= $2)`,
        [id, at],
      )
      await root.query('delete from audit.leaf where enterprise_id = $1 and sequence >= $2', [id, at])
      await root.query('delete from audit.head where enterprise_id = $1 and size >= $2', [id, at])
    },
    found: (at) => [`cut ${at}`],
  },
]

/** First, last, on either side of a head, and in the middle, another one for each seed. */
const POSITIONS = [1, 7, 8, SIZE, ...[1, 2].map((seed) => 9 + ((seed * 7919) % (SIZE - 10)))]

// proves: T-I1
test.each(ATTACKS)(
  'when $name, the verifier finds it and names the event',
  async ({ run, found }) => {
    for (const at of POSITIONS) {
      for (const isMadeToFit of [false, true]) {
        const id = await companyWith(COUNT)
        expect(said(await verify(id)), 'untouched').toEqual([])
        await run(id, at)
        if (isMadeToFit) await rehash(id)
        const report = await verify(id)
        const what = `event ${at}${isMadeToFit ? ', made to fit' : ''}: ${JSON.stringify(report.findings)}`
        expect(
          said(report).some((one) => found(at).includes(one)),
          what,
        ).toBe(true)
      }
    }
  },
  120_000,
)

// proves: T-I1
test('two histories with one witness, and a head that was changed or taken away, are found', async () => {
  const id = await companyWith(12)
  // The past of a moment ago, gone on with otherwise: what a restored backup does, or a thief of the key.
  await root.query('delete from audit.head where enterprise_id = $1 and size > 7', [id])
  await root.query(
    'delete from audit.event where enterprise_id = $1 and id in (select event_id from audit.leaf where enterprise_id = $1 and sequence > 7)',
    [id],
  )
  await root.query('delete from audit.leaf where enterprise_id = $1 and sequence > 7', [id])
  for (let n = 1; n <= 6; n += 1) {
    await inSystem(id, async (ctx) => ctx.audit({ action: 'test.other.change', object: `thing ${n}` }))
  }
  // The server itself notices that the witness knows better, and signs nothing more.
  const before = await root.query('select count(*) from audit.head where enterprise_id = $1', [id])
  await inSystem(id, closeTrail)
  expect((await root.query('select count(*) from audit.head where enterprise_id = $1', [id])).rows).toEqual(before.rows)
  const alarms = await root.query(`select data from runtime.outbox where enterprise_id = $1 and type = $2`, [
    id,
    trailBroken.type,
  ])
  expect(alarms.rows[0].data.fault).toMatch(/witness/)
  // Signed without the witness it is a fork.
  const blind = { ...runtime, witness: { ...runtime.witness, last: async () => undefined } }
  await inContext(blind, systemActor(id, 'test'), closeTrail)
  expect(said(await verify(id))).toEqual(expect.arrayContaining(['changed 8', 'fork']))

  for (const change of [
    `update audit.head set at = at - interval '1 day' where enterprise_id = $1 and size = 7`,
    `update audit.head set root = sha256('x') where enterprise_id = $1 and size = 7`,
    `update audit.head set signature = sha512('x') where enterprise_id = $1 and size = 7`,
    `delete from audit.head where enterprise_id = $1 and size = 7`,
  ]) {
    const other = await companyWith(12)
    expect(said(await verify(other))).toEqual([])
    await root.query(change, [other])
    expect(said(await verify(other)), change).toContain('head')
  }
})

// proves: T-I1 (what was not written by Millrace is never signed)
test('an event put in by hand gets no place, and raises an alarm', async () => {
  const id = await companyWith(3)
  await root.query(
    `insert into audit.event (enterprise_id, id, at, actor_kind, actor_id, actor, action, object, objects, detail, seal)
     values ($1, $2, now() - interval '1 hour', 'person', 'x', 'X', 'test.forge', 'thing 0', '{thing 0}', '{}', sha256('x'))`,
    [id, newId(Date.now() - 3_600_000)],
  )
  await inSystem(id, async (ctx) => ctx.audit({ action: 'test.thing.change', object: 'thing 9' }))
  await seal(id)
  const alarms = await root.query(`select data from runtime.outbox where enterprise_id = $1 and type = $2`, [
    id,
    trailBroken.type,
  ])
  expect(alarms.rows[0].data.fault).toContain('was not written by Millrace')
  const report = await verify(id)
  expect(said(report)).toEqual(['inserted'])
  expect(report.size).toBe(5)
  expect(report.head?.size).toBe(4)
})

// proves: T-I2 (fault before the commit)
test('an act that fails after its event was written leaves neither, also when the database is torn away', async () => {
  const id = await companyWith(1)
  const actor = somebody(id)
  const rename = (ctx: Context, name: string) =>
    sql`update identity.enterprise set name = ${name} where enterprise_id = ${id}`.execute(ctx.db)
  const thrown = inContext(runtime, actor, async (ctx) => {
    await rename(ctx, 'Thrown')
    ctx.audit({ action: 'test.thing.change', object: 'thing of a throw' })
    throw new Error('changed my mind')
  })
  await expect(thrown).rejects.toThrow('changed my mind')

  // The event is written, the commit never arrives: the connection is killed between the two.
  const { kysely } = runtime.app
  const tearing = new Proxy(kysely, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value
      return () => ({
        execute: (run: (db: object) => Promise<unknown>) =>
          kysely.transaction().execute(async (db) => {
            await run(db)
            const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
            await root.query('select pg_terminate_backend($1)', [rows[0]?.pid])
          }),
      })
    },
  })
  const torn = inContext({ ...runtime, app: { ...runtime.app, kysely: tearing } }, actor, async (ctx) => {
    await rename(ctx, 'Torn')
    ctx.audit({ action: 'test.thing.change', object: 'thing of a cut' })
  })
  await expect(torn).rejects.toThrow()
  const left = await root.query(
    `select count(*)::int as n from audit.event where enterprise_id = $1 and object like 'thing of a %'`,
    [id],
  )
  const { rows } = await root.query('select name from identity.enterprise where enterprise_id = $1', [id])
  expect([left.rows[0].n, rows[0].name]).toEqual([0, 'Muster'])
})

test('places have no gaps however many transactions commit at once, and those taken back take none', async () => {
  const id = await companyWith(0)
  const acts = Array.from({ length: 40 }, (_, n) =>
    inSystem(id, async (ctx) => {
      ctx.audit({ action: 'test.thing.change', object: `thing ${n}` })
      if (n % 4 === 0) throw new Error('taken back')
    }).catch(() => undefined),
  )
  await Promise.all([...acts, inSystem(id, sealTrail), inSystem(id, sealTrail), inSystem(id, sealTrail)])
  await seal(id)
  const { rows } = await root.query(
    'select count(*)::int as n, min(sequence)::int as first, max(sequence)::int as last from audit.leaf where enterprise_id = $1',
    [id],
  )
  expect(rows[0]).toEqual({ n: 31, first: 1, last: 31 })
  expect(said(await verify(id))).toEqual([])
})

test('a part of the trail verifies against the head over the whole', async () => {
  const id = await companyWith(20)
  const part = await verify(id, { object: 'thing 7' })
  expect(part).toMatchObject({ findings: [], events: 1, size: 21, head: { size: 21 } })
  await root.query(`update audit.event set reason = 'forged' where enterprise_id = $1 and object = 'thing 7'`, [id])
  expect(said(await verify(id, { object: 'thing 7' }))).toEqual(['changed 8'])
})

test('a company is removed with everything but its trail, which is signed for the last time', async () => {
  const id = await companyWith(4)
  await inSystem(id, async (ctx) => ctx.audit({ action: 'test.last', object: 'thing' }))
  await inSystem(id, removeEnterprise)
  const { rows } = await root.query('select max(size)::int as size from audit.head where enterprise_id = $1', [id])
  expect(rows[0].size).toBe(6)
  expect((await root.query('select from runtime.tenant where enterprise_id = $1', [id])).rowCount).toBe(0)
  expect(said(await verify(id))).toEqual([])
})

inTransaction('the trail is searched by person, object, action, site, outcome, words and time', async ({ ctx, as }) => {
  await as(systemActor(ctx.enterpriseId, 'test'), async (first) => {
    await sql`insert into identity.enterprise (name, demo, created_at) values ('Muster', false, ${first.now})`.execute(
      first.db,
    )
    first.audit({ action: 'identity.enterprise.create', object: `enterprise ${ctx.enterpriseId}` })
  })
  const maria = { ...somebody(ctx.enterpriseId), name: 'Maria' }
  const siteId = randomUUID()
  await as(maria, async (hers) => {
    hers.audit({ action: 'plant.site.create', object: `site ${siteId}`, siteId, reason: 'A 100 % new_hall' })
    hers.auditRefusal({ action: 'plant.site.change', object: 'site 2' })
  })
  const auditor = somebody(ctx.enterpriseId, { 'identity:audit:read': 'everywhere' })
  const found = async (query: Parameters<typeof listAuditEvents>[1]) => {
    const { items } = await as(auditor, (theirs) => listAuditEvents(theirs, query))
    return items.map(({ action }) => action)
  }
  expect((await found({})).sort()).toEqual(['identity.enterprise.create', 'plant.site.change', 'plant.site.create'])
  expect(await found({ actor: maria.id })).toHaveLength(2)
  expect(await found({ object: `site ${siteId}` })).toEqual(['plant.site.create'])
  expect(await found({ action: 'plant.' })).toHaveLength(2)
  expect(await found({ action: 'plant%' })).toEqual([])
  expect(await found({ siteId: siteId as never })).toEqual(['plant.site.create'])
  expect(await found({ outcome: 'refused' })).toEqual(['plant.site.change'])
  expect(await found({ text: '100 % NEW_h' })).toEqual(['plant.site.create'])
  expect(await found({ text: '100 % newxh' })).toEqual([])
  expect(await found({ from: ctx.now, limit: 1 })).toHaveLength(1)
  expect(await found({ to: ctx.now })).toEqual([])
})

test('a cell that a spreadsheet would run is text', () => {
  expect(['=1+1', '+1', '-1', '@x', '\tx', 'x=1', 'a,"b"', ''].map(csvCell)).toEqual([
    ...["'=1+1", "'+1", "'-1", "'@x", "'\tx", 'x=1', '"a,""b"""', ''],
  ])
})
