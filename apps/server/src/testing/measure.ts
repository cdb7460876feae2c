import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, readMigrations } from '@millrace/db'
import { startEmbeddedPostgres } from '@millrace/db/embedded'
import { MIGRATION_FOLDERS } from '@millrace/testing/migrations'
import { testRuntime, withModules } from '@millrace/testing/runtime'
import pg from 'pg'
import { modules } from '../modules.ts'
import { runMatrix } from './authorization-matrix.ts'
import { measureAuthorization } from './authorization-speed.ts'
import { bounds } from './bounds.ts'
import { runIsolation, type Walls } from './isolation.ts'

// What the benchmarks `authz` and `isolation` run: measure.ts authz | isolation SEQUENCES SEED. Prints one JSON object.

/** Runs `act` on a fresh migrated database of a PostgreSQL of its own. */
async function onDatabases(act: (fresh: () => Promise<string>) => Promise<object>): Promise<object> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-measure-'))
  const postgres = await startEmbeddedPostgres({ dataDir })
  let count = 0
  const fresh = async () => {
    count += 1
    const client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
    await client.query(`create database measure_${count}`)
    await client.end()
    const url = new URL(postgres.url)
    url.pathname = `/measure_${count}`
    await migrate(url.href, await readMigrations(MIGRATION_FOLDERS))
    return url.href
  }
  try {
    return await act(fresh)
  } finally {
    await postgres.remove()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function authz(fresh: () => Promise<string>): Promise<object> {
  const runtime = withModules(testRuntime(await fresh()), modules)
  const { routes, cells, wrong } = await runMatrix(runtime, modules, bounds)
  await runtime.app.close()
  const url = await fresh()
  const speed = await measureAuthorization(withModules(testRuntime(url), modules), url)
  for (const fault of wrong) process.stderr.write(`${fault}\n`)
  return { ...speed, routesChecked: routes.length, matrixCells: cells, wrongAnswers: wrong.length }
}

async function isolation(fresh: () => Promise<string>, sequences: number, seed: number): Promise<object> {
  const seen: Record<string, number> = {}
  for (const walls of ['both', 'row-level-security', 'program'] satisfies Walls[]) {
    const databaseUrl = await fresh()
    const runtime = withModules(testRuntime(databaseUrl), modules)
    const result = await runIsolation({ runtime, modules, databaseUrl, walls, sequences, seed })
    await runtime.app.close()
    for (const example of result.examples) process.stderr.write(`${example}\n`)
    seen[walls] = result.foreignIdsSeen
  }
  const foreignIdsSeen = Object.values(seen).reduce((sum, one) => sum + one, 0)
  return {
    sequences,
    foreignIdsSeen,
    foreignIdsBehindRowLevelSecurityAlone: seen['row-level-security'],
    foreignIdsBehindTheProgramAlone: seen.program,
    seed,
  }
}

const [what, sequences = '2000', seed = '1'] = process.argv.slice(2)
const result = await onDatabases((fresh) =>
  what === 'isolation' ? isolation(fresh, Number(sequences), Number(seed)) : authz(fresh),
)
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
