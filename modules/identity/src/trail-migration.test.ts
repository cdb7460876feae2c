import { randomUUID } from 'node:crypto'
import { type Instant, newId } from '@millrace/base'
import { migrate, readMigrations } from '@millrace/db'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { MIGRATION_FOLDERS, testRuntime } from '@millrace/testing'
import { createTrailCheck, type TrailReport } from '@millrace/trail'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { trailLines } from './trail-export.ts'
import { isSignedBy, sha256, trailKey } from './trail-key.ts'
import { closeTrail, tellWitness } from './trail-seal.ts'

const SEALED = '202611261050_trail'
const FIRST_MS = 1_795_000_000_000

/** What a trail held before it was sealed: everything that is written in other ways in SQL, JSON and JavaScript. */
const DETAILS: readonly object[] = [
  {},
  {
    name: 'Ünïcødé 漢字 👩‍🏭',
    quote: 'a "b" \\ c / d',
    control: 'tab\t line\n bell\u0007 del\u007f',
    separators: '\u2028\u2029',
  },
  { numbers: [0, -0.5, 0.1, 85, 1e6, 123456.789, -40], flags: [true, false, null], empty: [[], {}, ''] },
  { b: 1, a: { z: { y: 'deep' } }, B: 2, _: 3, a1: 4, 'a-b': 5, Z: 6 },
  {
    grants: [
      { role: 'operator', placeId: null },
      { role: 'auditor', placeId: randomUUID() },
    ],
    before: { n: 1 },
  },
]

async function withOldDatabase(act: (url: string, client: pg.Client) => Promise<void>): Promise<void> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const server = new pg.Client({ connectionString: inject('databaseUrl') })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(inject('databaseUrl'))
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const all = await readMigrations(MIGRATION_FOLDERS)
    await migrate(
      url.href,
      all.filter((one) => one.name < SEALED),
    )
    await act(url.href, client)
  } finally {
    await client.end()
    await server.query(`drop database ${name} with (force)`)
    await server.end()
  }
}

async function addOldEvents(client: pg.Client, enterpriseId: string, count: number): Promise<void> {
  await client.query('insert into runtime.tenant (enterprise_id) values ($1)', [enterpriseId])
  for (let n = 0; n < count; n += 1) {
    const atMs = FIRST_MS + n * 1000
    await client.query(
      `insert into audit.event (enterprise_id, id, at, actor_kind, actor_id, actor, action, object, reason, detail)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[enterpriseId, newId(atMs), new Date(atMs).toISOString(), ['person', 'key', 'gateway', 'system'][n % 4]],
        ...[randomUUID(), 'Zoë "the" O’Brien', 'plant.site.change', `site ${n}`, n % 3 === 0 ? null : `Grund ${n} – ß`],
        JSON.stringify(DETAILS[n % DETAILS.length]),
      ],
    )
  }
}

async function seal(runtime: Runtime, enterpriseId: string): Promise<void> {
  const actor = systemActor(enterpriseId, 'test')
  await inContext(runtime, actor, closeTrail)
  await inContext(runtime, actor, tellWitness)
}

async function verify(runtime: Runtime, enterpriseId: string): Promise<TrailReport> {
  const witness = await runtime.witness.read(enterpriseId)
  const check = createTrailCheck({ hash: sha256, verify: isSignedBy, key: trailKey(runtime.secrets), witness })
  const plan = { filter: {}, enterpriseId, size: 1000, exportedAt: new Date().toISOString() as Instant }
  for await (const line of trailLines(runtime, systemActor(enterpriseId, 'test'), plan)) {
    check.take(JSON.parse(JSON.stringify(line)))
  }
  return check.finish()
}

// proves: T-I1 (what was there before it was sealed)
test('events of an older database get their hashes and places by migrating, are signed, and verify', async () => {
  await withOldDatabase(async (url, client) => {
    const companies = [
      [newId(FIRST_MS), 23],
      [newId(FIRST_MS + 1), 8],
    ] as const
    for (const [id, count] of companies) await addOldEvents(client, id, count)
    await migrate(url, await readMigrations(MIGRATION_FOLDERS))
    const runtime = testRuntime(url)
    try {
      for (const [id, count] of companies) {
        const { rows } = await client.query(
          'select min(sequence)::int as first, max(sequence)::int as last, count(*)::int as n from audit.leaf where enterprise_id = $1',
          [id],
        )
        expect(rows).toEqual([{ first: 1, last: count, n: count }])
        await seal(runtime, id)
        await inContext(runtime, systemActor(id, 'test'), async (ctx) => {
          ctx.audit({ action: 'test.thing.change', object: 'thing of today' })
        })
        await seal(runtime, id)
        const report = await verify(runtime, id)
        expect(report.findings).toEqual([])
        expect(report).toMatchObject({ events: count + 1, size: count + 1, headCount: 2, unplaced: 0 })
      }

      const [[id]] = companies
      await client.query(`update audit.event set reason = 'forged' where enterprise_id = $1 and object = 'site 4'`, [
        id,
      ])
      expect((await verify(runtime, id)).findings).toMatchObject([{ kind: 'changed', sequence: 5 }])
    } finally {
      await runtime.app.close()
    }
  })
}, 60_000)
