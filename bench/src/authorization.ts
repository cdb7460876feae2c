import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Benchmark, BenchmarkResult } from './benchmark.ts'

const MEASURE = fileURLToPath(new URL('../../apps/server/src/testing/measure.ts', import.meta.url))
const WITHIN_MS = 30 * 60_000
const CI_SEQUENCES = 2000
const FULL_SEQUENCES = 10_000

/** Runs a measurement of the server in a process of its own, with a database of its own. */
async function measure(args: readonly string[]): Promise<BenchmarkResult> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [MEASURE, ...args], {
    timeout: WITHIN_MS,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (stderr !== '') process.stderr.write(stderr)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as BenchmarkResult
}

export const authz: Benchmark = {
  name: 'authz',
  summary: 'every route × role × plant against the matrix; the time of a decision and of a guarded request',
  run: () => measure(['authz']),
}

export const isolation: Benchmark = {
  name: 'isolation',
  summary: 'random use of the API by two companies, with each wall taken away in turn; --full, --seed N',
  run: ({ options }) => {
    const sequences = options.has('full') ? FULL_SEQUENCES : CI_SEQUENCES
    return measure(['isolation', String(sequences), options.get('seed') ?? '1'])
  },
}
