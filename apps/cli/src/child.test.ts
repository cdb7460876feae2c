import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Child } from './child.ts'

const TIMEOUT_MS = 40_000
// Notes its beginning and its end, and takes a moment for each.
const PROGRAM = `
import { appendFileSync } from 'node:fs'
const note = (word) => appendFileSync(process.env.NOTES, word + process.env.TURN + '\\n')
note('begin')
setInterval(() => {}, 1000)
process.once('message', () => setTimeout(() => { note('end'); process.exit() }, 150))
process.on('disconnect', () => process.exit())`

let folder: string
let turn: number
let child: Child
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-child-'))
  await writeFile(path.join(folder, 'program.mjs'), PROGRAM)
  turn = 0
  child = new Child({
    name: 'program',
    entry: path.join(folder, 'program.mjs'),
    logPath: path.join(folder, 'program.log'),
    environment: async () => ({ NOTES: path.join(folder, 'notes'), TURN: String(++turn) }),
    onMessage: () => undefined,
    say: () => undefined,
    onChange: () => undefined,
  })
})
afterEach(async () => {
  child.kill()
  await rm(folder, { recursive: true, force: true })
})

async function notes(): Promise<string[]> {
  const text = await readFile(path.join(folder, 'notes'), 'utf8').catch(() => '')
  return text.split('\n').slice(0, -1)
}

async function untilNoted(word: string): Promise<void> {
  const deadlineMs = performance.now() + TIMEOUT_MS / 2
  while (!(await notes()).includes(word)) {
    if (performance.now() > deadlineMs) throw new Error(`never noted ${word}: ${await notes()}`)
    await pause(20)
  }
}

test(
  'however often it is asked to start again, one ends before the next begins',
  async () => {
    child.start()
    child.start()
    await untilNoted('begin1')
    child.restart()
    child.restart()
    child.start()
    await untilNoted('begin2')
    await child.stop()
    expect(await notes()).toEqual(['begin1', 'end1', 'begin2', 'end2'])
  },
  TIMEOUT_MS,
)

test(
  'a stop that comes while it is being started again is the last word',
  async () => {
    child.start()
    await untilNoted('begin1')
    child.restart()
    await child.stop()
    await new Promise(setImmediate) // a launch that was waiting for the stop would come now
    expect(await notes()).toEqual(['begin1', 'end1'])
    expect(turn).toBe(1)
  },
  TIMEOUT_MS,
)

test(
  'stopping what was never started, or twice, is no failure',
  async () => {
    await child.stop()
    child.start()
    await untilNoted('begin1')
    await Promise.all([child.stop(), child.stop()])
    expect(await notes()).toEqual(['begin1', 'end1'])
  },
  TIMEOUT_MS,
)
