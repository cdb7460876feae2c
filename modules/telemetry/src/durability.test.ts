import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { HOUR_MS } from '@millrace/base'
import { migrate, openPool, readMigrations } from '@millrace/db'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@millrace/db/embedded'
import { createGateway } from '@millrace/plant'
import { inContext, systemActor } from '@millrace/runtime'
import { MIGRATION_FOLDERS, testRuntime } from '@millrace/testing'
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { type ChunkRow, unpackChunk } from './chunk-store.ts'
import type { KillerOrder } from './testing/durability-killer.ts'
import type { ServerOrder } from './testing/durability-server.ts'
import type { WriterOrder, WriterReport } from './testing/durability-writer.ts'
import { givenPlant } from './testing/given-plant.ts'

const WITHIN_MS = 700

function start(file: 'server' | 'writer' | 'killer'): ChildProcess {
  return fork(new URL(`./testing/durability-${file}.ts`, import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [answer] = (await once(child, 'message', { signal: AbortSignal.timeout(30_000) })) as [T | { failure: string }]
  if (typeof answer === 'object' && answer !== null && 'failure' in answer) throw new Error(answer.failure)
  return answer as T
}

async function startServer(order: ServerOrder): Promise<{ child: ChildProcess; port: number }> {
  const child = start('server')
  child.send(order)
  const { port } = await answerOf<{ port: number }>(child)
  return { child, port }
}

async function rows<Row>(url: string, query: string): Promise<Row[]> {
  const pool = openPool({ url, role: 'millrace_ingest', max: 1, onError: () => undefined })
  try {
    return (await pool.pg.query(query)).rows as Row[]
  } finally {
    await pool.close()
  }
}

test('every acknowledged sample is in the history exactly once, whatever is killed while samples flow', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'millrace-durability-'))
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir })
  const children: ChildProcess[] = []
  try {
    await migrate(postgres.url, await readMigrations(MIGRATION_FOLDERS))
    const runtime = testRuntime(postgres.url)
    const plant = await givenPlant(runtime, [
      { name: 'a', kind: 'number' },
      { name: 'b', kind: 'number' },
    ])
    const enrolmentCode = await freshCode(runtime, plant)
    await runtime.app.close()

    const killer = start('killer')
    const writer = start('writer')
    children.push(killer, writer)
    let server = await startServer({ databaseUrl: postgres.url, port: 0 })
    children.push(server.child)
    const { port } = server

    const series = plant.signals.map((signal) => signal.series)
    const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const url = `http://127.0.0.1:${port}/api/v1`
    writer.send({ url, enrolmentCode, series, startMs } satisfies WriterOrder)
    expect(await answerOf(writer)).toBe('writing')

    const kill = async (...pids: number[]) => {
      killer.send({ pids, withinMs: WITHIN_MS } satisfies KillerOrder)
      await answerOf(killer)
    }
    const restartServer = async () => {
      server = await startServer({ databaseUrl: postgres.url, port })
      children.push(server.child)
    }

    for (let round = 0; round < 2; round += 1) {
      await kill(server.child.pid ?? 0)
      await restartServer()
    }
    // One backend that dies makes PostgreSQL end all others and recover; the server lives on.
    const backends = await rows<{ pid: number }>(
      postgres.url,
      `select pid from pg_stat_activity where application_name = 'millrace millrace_ingest' and pid <> pg_backend_pid()`,
    )
    await kill(backends[0]?.pid ?? 0)
    await vi.waitFor(() => rows(postgres.url, 'select 1'), 20_000)
    await kill(postgres.pid, server.child.pid ?? 0)
    postgres = await startEmbeddedPostgres({ dataDir })
    await restartServer()

    writer.send('end')
    const { acknowledged, repeated } = await answerOf<WriterReport>(writer)

    expect(repeated).toBeGreaterThan(0)
    await vi.waitFor(async () => {
      expect(await rows(postgres.url, 'select count(*) from telemetry.inbox')).toEqual([{ count: 0 }])
    }, 20_000)
    // From the chunks as they were written: settling, which keeps one sample of each time, would hide a double.
    const chunks = await rows<ChunkRow & { series: number }>(
      postgres.url,
      'select series, first_ms::float8 as "firstMs", count, kind, data from telemetry.chunk',
    )
    const stored = series.map((one) => {
      const all = chunks.filter((chunk) => chunk.series === one).map((row) => unpackChunk(row))
      const times = all.flatMap(({ timesMs }) => Array.from(timesMs))
      return {
        count: times.length,
        times: new Set(times).size,
        areRight: all.every(({ timesMs, values }) =>
          Array.from(timesMs).every((timeMs, at) => timeMs - startMs === values[at]),
        ),
      }
    })
    expect(stored).toEqual(acknowledged.map((count) => ({ count, times: count, areRight: true })))
    expect(Math.min(...acknowledged)).toBeGreaterThan(100)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await postgres.remove()
  }
}, 180_000)

/** A code for a gateway whose key we have: that of the given plant enrols by itself. */
async function freshCode(runtime: ReturnType<typeof testRuntime>, plant: Awaited<ReturnType<typeof givenPlant>>) {
  return inContext(runtime, systemActor(plant.enterpriseId, 'test'), async (ctx) => {
    const { gateway, enrolmentCode } = await createGateway(ctx, { siteId: plant.siteId, name: 'Writer', local: false })
    await sql`update plant.connection set gateway_id = ${gateway.id}`.execute(ctx.db)
    return enrolmentCode
  })
}
