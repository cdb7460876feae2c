import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogDigest } from './log-digest.ts'
import { LogFile } from './log-file.ts'

const MIB = 1024 * 1024
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-log-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a log keeps its bound and one older piece, and goes on where it was after a new start', async () => {
  const file = path.join(folder, 'server.log')
  const failures: unknown[] = []
  const piece = Buffer.alloc(MIB, 'x')
  const first = new LogFile(file, (error) => failures.push(error))
  for (let count = 0; count < 12; count++) first.write(piece)
  first.close()
  const second = new LogFile(file, (error) => failures.push(error))
  second.write(Buffer.from('the end\n'))
  second.close()

  expect((await readdir(folder)).sort()).toEqual(['server.log', 'server.log.1'])
  for (const name of await readdir(folder))
    expect((await stat(path.join(folder, name))).size).toBeLessThanOrEqual(5 * MIB)
  expect((await readFile(file, 'utf8')).endsWith('xthe end\n')).toBe(true)
  expect(failures).toEqual([])
})

test('errors of a log are said at most once a minute, with the number of those left out', () => {
  const said: [string, number][] = []
  let nowMs = 0
  const digest = new LogDigest(
    (sentence, unsaidCount) => said.push([sentence, unsaidCount]),
    () => nowMs,
  )
  const error = `{"level":50,"msg":"broker gone","err":{"message":"connect ECONNREFUSED"}}\n`
  digest.read(`{"level":30,"msg":"hello"}\n${error.slice(0, 20)}`)
  digest.read(`${error.slice(20)}${error}${error}not json {\n`)
  nowMs = 60_001
  digest.read(error)

  expect(said).toEqual([
    ['broker gone: connect ECONNREFUSED', 0],
    ['broker gone: connect ECONNREFUSED', 2],
  ])
})

test('the last words are the sentence of an uncaught error, not its stack', () => {
  const digest = new LogDigest(() => undefined)
  digest.read(
    'file:///x.ts:3\n  throw new TypeError()\n\nTypeError: the tables are upside down\n    at main (x.ts:3)\n\n',
  )
  digest.read('Node.js v26.10.0\n')
  expect(digest.lastWords).toBe('the tables are upside down')
})

test('a line without an end does not grow without bound', () => {
  const digest = new LogDigest(() => undefined)
  for (let count = 0; count < 100; count++) digest.read('x'.repeat(MIB / 8))
  digest.read('\nError: still here\n')
  expect(digest.lastWords).toBe('still here')
})
