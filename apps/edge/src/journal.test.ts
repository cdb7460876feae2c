import { type ChildProcess, fork } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BatchColumn, decodeBatch } from '@millrace/base'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Journal } from './journal.ts'
import { createLog } from './log.ts'
import { until } from './testing/until.ts'

const log = createLog({ write: () => undefined })
const MIB = 1024 * 1024

let dir: string
let open: Journal[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'journal-'))
})

afterEach(async () => {
  for (const journal of open) await journal.close()
  open = []
  await rm(dir, { recursive: true, force: true })
})

async function given(options: { maxBytes?: number; segmentBytes?: number } = {}): Promise<Journal> {
  const journal = await Journal.open(dir, { maxBytes: 64 * MIB, ...options, log })
  open.push(journal)
  return journal
}

const sample = (value: number): BatchColumn => ({
  series: 1,
  kind: 'number',
  timestampsMs: Float64Array.of(1_790_000_000_000 + value),
  values: Float64Array.of(value),
  qualities: Uint8Array.of(2),
})

async function valueOfRecord(journal: Journal, number: number): Promise<unknown> {
  const record = await journal.record(number)
  return record && decodeBatch(record.body).columns[0]?.values[0]
}

const segments = async () => (await readdir(dir)).filter((file) => file.endsWith('.segment')).sort()

test('records come back in order, also after a restart, until they are acknowledged', async () => {
  const first = await given()
  for (let value = 1; value <= 50; value += 1) expect(await first.append([sample(value)])).toBe(true)
  first.acknowledge(20)
  await first.close()
  const second = await given()
  expect([second.acknowledged, second.lastNumber, second.backlog]).toEqual([20, 50, 30])
  expect(second.oldestAtMs).toBeDefined()
  expect(await valueOfRecord(second, 21)).toBe(21)
  expect(second.wireNumber(21)).toEqual(first.wireNumber(21))
  await second.append([sample(51)])
  expect(await valueOfRecord(second, 51)).toBe(51)
})

test('what was appended at the same time shares a flush and keeps its order', async () => {
  const journal = await given()
  const stored = await Promise.all(Array.from({ length: 200 }, (_, value) => journal.append([sample(value)])))
  expect(stored.every(Boolean)).toBe(true)
  expect(await Promise.all([1, 100, 200].map((number) => valueOfRecord(journal, number)))).toEqual([0, 99, 199])
})

test('files are deleted once everything in them is acknowledged, and numbers go on', async () => {
  const first = await given({ segmentBytes: 1_000 })
  for (let value = 1; value <= 100; value += 1) await first.append([sample(value)])
  const before = (await segments()).length
  expect(before).toBeGreaterThan(4)
  first.acknowledge(100)
  await first.close()
  expect(await segments()).toHaveLength(1)
  const second = await given({ segmentBytes: 1_000 })
  expect([second.lastNumber, second.backlog, second.oldestAtMs]).toEqual([100, 0, undefined])
  await second.append([sample(101)])
  expect(second.wireNumber(101)).toEqual({ journalId: first.wireNumber(1).journalId, sequence: 101 })
})

// proves: T-J6
test('a full journal keeps the oldest, and counts what it drops', async () => {
  const journal = await given({ maxBytes: 4_000, segmentBytes: 1_000 })
  const stored: boolean[] = []
  for (let value = 1; value <= 100; value += 1) stored.push(await journal.append([sample(value)]))
  const kept = stored.filter(Boolean).length
  expect(kept).toBeGreaterThan(10)
  expect(journal.droppedSamples).toBe(100 - kept)
  expect(journal.lastNumber).toBe(kept)
  expect(await valueOfRecord(journal, 1)).toBe(1)
  journal.acknowledge(kept)
  await until('there is room again', () => journal.append([sample(0)]))
  expect(await valueOfRecord(journal, kept + 1)).toBe(0)
})

// proves: T-J2
test('a journal cut at any byte keeps every whole record and numbers on without mistaking one for another', async () => {
  const first = await given()
  for (let value = 1; value <= 5; value += 1) await first.append([sample(value)])
  const { journalId } = first.wireNumber(1)
  await first.close()
  const [name = ''] = await segments()
  const whole = await readFile(join(dir, name))
  const recordBytes = whole.length / 5
  for (let length = whole.length; length >= 0; length -= 7) {
    await writeFile(join(dir, name), whole)
    await truncate(join(dir, name), length)
    const journal = await Journal.open(dir, { maxBytes: MIB, log })
    const kept = Math.floor(length / recordBytes)
    expect(journal.lastNumber).toBe(kept)
    for (let number = 1; number <= kept; number += 1) expect(await valueOfRecord(journal, number)).toBe(number)
    // What was cut off may have been sent: the next record must not take its number in the same count.
    const next = journal.wireNumber(kept + 1)
    if (length % recordBytes !== 0) expect(next.journalId).not.toBe(journalId)
    await journal.close()
    for (const file of await readdir(dir)) await rm(join(dir, file))
    await writeFile(
      join(dir, 'journal.json'),
      JSON.stringify({ epochs: [{ id: journalId, first: 1 }], acknowledged: 0 }),
    )
  }
})

test('garbage behind the last record, a flipped bit and a foreign file are survived', async () => {
  const first = await given()
  for (let value = 1; value <= 5; value += 1) await first.append([sample(value)])
  await first.close()
  const [name = ''] = await segments()
  await appendFile(
    join(dir, name),
    Uint8Array.from({ length: 500 }, (_, at) => at * 31),
  )
  await writeFile(join(dir, 'notes.txt'), 'hello')
  const second = await given()
  expect(second.lastNumber).toBe(5)
  await second.close()
  const bytes = await readFile(join(dir, name))
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
  await writeFile(join(dir, name), bytes)
  const third = await given()
  expect(third.lastNumber).toBe(4)
  await third.append([sample(6)])
  expect(third.wireNumber(5).sequence).toBe(1)
})

// proves: T-J1
test('kill -9 at any moment loses nothing that was said to be durable', async () => {
  let durable = 0
  for (let kill = 0; kill < 6; kill += 1) {
    const writer = fork(join(import.meta.dirname, 'testing/journal-writer.ts'), [dir, '16384'], { silent: true })
    const target = durable + 20 + kill * 37
    writer.on('message', (number) => {
      durable = Math.max(durable, Number(number))
    })
    await until('enough is written', () => durable >= target)
    await killed(writer)
    const journal = await Journal.open(dir, { maxBytes: 64 * MIB, log })
    expect(journal.lastNumber).toBeGreaterThanOrEqual(durable)
    for (const number of [1, Math.floor(durable / 2), durable]) {
      const record = await journal.record(number)
      const values = record && decodeBatch(record.body).columns[0]?.values
      expect(values?.[0]).toBe(number * 20)
      expect(values?.length).toBe(20)
    }
    await journal.close()
  }
}, 60_000)

function killed(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done())
    child.kill('SIGKILL')
  })
}
