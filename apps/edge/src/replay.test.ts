import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { GatewayConfiguration } from '@millrace/plant/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRecording, type Row, readRows } from './replay-recording.ts'
import { timeReaderFor } from './replay-time.ts'
import { type FakeCloud, samplesOf, startFakeCloud } from './testing/fake-cloud.ts'
import { until } from './testing/until.ts'

const run = promisify(execFile)
const REPLAY = join(import.meta.dirname, 'replay.ts')

let dir: string
let cloud: FakeCloud

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-test-'))
  cloud = await startFakeCloud()
  const connectionId = randomUUID() as GatewayConfiguration['connections'][number]['id']
  const tag = (series: number, name: string) => ({ series, connectionId, address: name, name, kind: 'number' as const })
  cloud.configure({
    connections: [{ id: connectionId, name: 'Recording', protocol: 'replay', endpoint: '', options: {} }],
    tags: [tag(1, 'Temperature'), tag(2, 'Pressure')],
  })
})

afterEach(async () => {
  await cloud.close()
  await rm(dir, { recursive: true, force: true })
})

async function given(text: string | Uint8Array, name = 'recording.csv'): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, text)
  return path
}

const ROWS = [
  'timestamp,Temperature (°C),note,Pressure',
  ...['20.5,a,1', '21,b,', '22.25,c,3'].map((rest, at) => `2013-12-02 21:0${at}:00,${rest}`),
]

test.each([
  ['2013-12-02 21:15:00', 'UTC', '2013-12-02T21:15:00.000Z'],
  ['2013-12-02T21:15:00.250+02:00', 'UTC', '2013-12-02T19:15:00.250Z'],
  ['2013-07-02 21:15', 'Europe/Zurich', '2013-07-02T19:15:00.000Z'],
  ['31-01-2018 00:15', 'UTC', '2018-01-31T00:15:00.000Z'],
  ['01.02.2018 10:00:00', 'UTC', '2018-02-01T10:00:00.000Z'],
  ['1/2/2018 10:00', 'UTC', '2018-01-02T10:00:00.000Z'],
  ['13/2/2018 10:00', 'UTC', '2018-02-13T10:00:00.000Z'],
  ['1700000000', 'UTC', '2023-11-14T22:13:20.000Z'],
  ['1700000000500', 'UTC', '2023-11-14T22:13:20.500Z'],
  ['0.25', 'UTC', '1970-01-01T00:00:00.250Z'],
])('the time %s in %s is %s', (cell, zone, expected) => {
  const at = timeReaderFor([cell], zone)?.(cell)
  expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected)
})

test('columns, separator, units and decimal commas are found out', async () => {
  const path = await given('Zeit;Temperatur [°C];Text\n01.02.2018 10:00;20,5;x\n02.02.2018 10:00;;y\n')
  const recording = await openRecording(path, { timeZone: 'Europe/Zurich' })
  expect(recording).toMatchObject({ separator: ';', timeAt: 0, signals: [{ name: 'Temperatur', unit: '°C', at: 1 }] })
  const rows: Row[] = []
  for await (const row of readRows(recording)) rows.push(row)
  expect(rows.map(({ values }) => values)).toEqual([[20.5], [undefined]])
  expect(new Date(rows[0]?.timeMs ?? 0).toISOString()).toBe('2018-02-01T09:00:00.000Z')
})

test('a file without times says which option helps', async () => {
  await expect(openRecording(await given('a,b\n1,2\n3,4\n'), { timeZone: 'UTC' })).rejects.toThrow(/--time/)
  await expect(openRecording(await given('a,b\n1,2\n'), { timeZone: 'UTC', timeColumn: 'c' })).rejects.toThrow(
    /There are: a, b/,
  )
})

test('a packed recording arrives complete, with its distances, ending now', async () => {
  const path = await given(gzipSync(ROWS.join('\n')), 'oven.csv.gz')
  const { stdout } = await run(process.execPath, [
    REPLAY,
    path,
    '--url',
    cloud.url.href,
    '--code',
    cloud.code,
    '--speed',
    'max',
  ])
  expect(stdout).toContain('Everything was taken by the server.')
  const samples = samplesOf(cloud, 1)
  expect(samples.map(([, value]) => value)).toEqual([20.5, 21, 22.25])
  const times = samples.map(([at]) => at)
  expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 60_000, 120_000])
  expect(Math.abs((times.at(-1) ?? 0) - Date.now())).toBeLessThan(60_000)
  // The empty cell is a gap, not a zero and not nothing.
  expect(samplesOf(cloud, 2).map(([, value, quality]) => [value, quality])).toEqual([
    [1, 2],
    [Number.NaN, 0],
    [3, 2],
  ])
}, 30_000)

test('recorded times are kept when asked for', async () => {
  const minuteMs = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000
  const path = await given(
    `timestamp,Temperature (°C),Pressure\n${new Date(minuteMs).toISOString()},20,1\n${new Date(minuteMs + 60_000).toISOString()},21,2`,
  )
  const options = ['--url', cloud.url.href, '--code', cloud.code, '--speed', 'max', '--as-recorded']
  await run(process.execPath, [REPLAY, path, ...options])
  expect(samplesOf(cloud, 1)[0]?.[0]).toBe(minuteMs)
}, 30_000)

test('a recording older than single samples are kept is refused in words, and nothing is sent', async () => {
  const path = await given(ROWS.join('\n'))
  const options = ['--url', cloud.url.href, '--code', cloud.code, '--speed', 'max', '--as-recorded']
  await expect(run(process.execPath, [REPLAY, path, ...options])).rejects.toThrow(/days ago.*--speed N/s)
  expect(samplesOf(cloud, 1)).toEqual([])
}, 30_000)

test('a running replay is live and ends cleanly on Ctrl-C', async () => {
  const path = await given(ROWS.join('\n'))
  // A recorded minute takes three seconds.
  const child = spawn(process.execPath, [REPLAY, path, '--url', cloud.url.href, '--code', cloud.code, '--speed', '20'])
  const exit = new Promise((done) => child.on('exit', done))
  await until('the first row has arrived', () => samplesOf(cloud, 1).length > 0)
  expect(Math.abs((samplesOf(cloud, 1)[0]?.[0] ?? 0) - Date.now())).toBeLessThan(10_000)
  child.kill('SIGINT')
  expect(await exit).toBe(0)
  expect(samplesOf(cloud, 1).length).toBeLessThan(3)
}, 30_000)

test('wrong options are said all at once', async () => {
  const failing = run(process.execPath, [REPLAY, 'x.csv', '--speed', 'fast', '--time-zone', 'Mars'])
  await expect(failing).rejects.toThrow(/--time-zone.*--speed.*--plant/s)
}, 30_000)
