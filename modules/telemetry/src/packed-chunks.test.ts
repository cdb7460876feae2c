import { randomUUID } from 'node:crypto'
import { migrate, readMigrations } from '@millrace/db'
import { MIGRATION_FOLDERS } from '@millrace/testing'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { type ChunkRow, unpackChunk } from './chunk-store.ts'

const PACKED = '202611261090_packed_chunks'
const HOUR = 1_795_730_400_000

test('samples that were stored as arrays come back as they were', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const server = new pg.Client({ connectionString: inject('databaseUrl') })
  await server.connect()
  await server.query(`create database ${name}`)
  const url = new URL(inject('databaseUrl'))
  url.pathname = `/${name}`
  try {
    const all = await readMigrations(MIGRATION_FOLDERS)
    await migrate(
      url.href,
      all.filter((one) => one.name < PACKED),
    )
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    try {
      const ours = randomUUID()
      await client.query('set role millrace_ingest')
      await client.query(
        `create table telemetry.chunk_test partition of telemetry.chunk for values from (${HOUR}) to (${HOUR + 3_600_000})`,
      )
      const texts = Array.from({ length: 300 }, (_, at) => (at === 7 ? null : `Zustand ${at} – ünïcødé`))
      await client.query(
        `insert into telemetry.chunk (enterprise_id, series, first_ms, last_ms, count, offsets, "values", texts, qualities) values
         ($1, 1, $2::bigint, $2::bigint + 3000, 4, '{0,1000,2000,3000}', '{20.5,-1e-300,0.30000000000000004,7}', null, null),
         ($1, 2, $2::bigint, $2::bigint + 2000, 3, '{0,1000,2000}', '{1,null,3}', null, '{2,0,1}'),
         ($1, 3, $2::bigint, $2::bigint + 1000, 2, '{0,1000}', '{null,null}', null, '{0,0}'),
         ($1, 40, $2::bigint, $2::bigint + 299, 300, $3, null, $4, $5)`,
        [ours, HOUR, texts.map((_, at) => at), texts, texts.map((text) => (text === null ? 0 : 2))],
      )
      await client.query(
        `insert into telemetry.dirty_hour values ($1, 1, $2, now()), ($1, 2, $2, now()), ($1, 40, $2, now())`,
        [ours, HOUR],
      )

      await migrate(url.href, all)

      const { rows } = await client.query<ChunkRow>(
        'select first_ms::float8 as "firstMs", count, kind, data from telemetry.chunk order by series',
      )
      const [exact, gaps, bad, words] = rows.map((row) => unpackChunk(row))
      expect(exact).toEqual({
        timesMs: Float64Array.of(HOUR, HOUR + 1000, HOUR + 2000, HOUR + 3000),
        values: Float64Array.of(20.5, -1e-300, 0.1 + 0.2, 7),
        qualities: Uint8Array.of(2, 2, 2, 2),
      })
      expect(gaps?.values).toEqual(Float64Array.of(1, Number.NaN, 3))
      expect(gaps?.qualities).toEqual(Uint8Array.of(2, 0, 1))
      expect(bad?.values).toEqual(Float64Array.of(Number.NaN, Number.NaN))
      expect(words?.values).toEqual(texts)
      const marks = await client.query('select slice from telemetry.unsettled_hour order by slice')
      expect(marks.rows).toEqual([{ slice: 0 }, { slice: 1 }])
    } finally {
      await client.end()
    }
  } finally {
    await server.query(`drop database if exists ${name} with (force)`)
    await server.end()
  }
})
