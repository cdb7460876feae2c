import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identify, isAlive } from './process-identity.ts'
import { takeRunningLock } from './running-lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('who comes second learns who came first and where it runs', async () => {
  const lock = await takeRunningLock(folder)
  if ('heldBy' in lock) throw new Error('held by nobody')
  await lock.update('http://127.0.0.1:4680', [])

  expect(await takeRunningLock(folder)).toMatchObject({ heldBy: { pid: process.pid, url: 'http://127.0.0.1:4680' } })
  await lock.release()
  expect(await readdir(folder)).toEqual([])
  expect(await takeRunningLock(folder)).not.toHaveProperty('heldBy')
})

test('a lock whose process number now belongs to somebody else is no lock', async () => {
  const self = await identify(process.pid)
  const before = { pid: process.pid, startedAt: `${self?.startedAt}0`, children: [] }
  await writeFile(path.join(folder, 'running.json'), JSON.stringify(before))
  expect(await takeRunningLock(folder)).not.toHaveProperty('heldBy')
})

test.each(['', '{"pid":', 'null', '[]'])('a lock that says %j is no lock', async (text) => {
  await writeFile(path.join(folder, 'running.json'), text)
  expect(await takeRunningLock(folder)).not.toHaveProperty('heldBy')
})

test('of many that find the same stale lock, one gets it', async () => {
  await writeFile(path.join(folder, 'running.json'), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1', children: [] }))
  const code = `
    import { takeRunningLock } from ${JSON.stringify(import.meta.resolve('./running-lock.ts'))}
    const lock = await takeRunningLock(process.argv[1])
    process.stdout.write('heldBy' in lock ? 'held' : 'taken')
    process.stdin.resume() // stays alive until all have answered
    process.stdin.on('end', () => process.exit())`
  const all = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', code, folder], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  const answers = await Promise.all(all.map((child) => once(child.stdout, 'data').then(([bytes]) => String(bytes))))
  for (const child of all) child.stdin.end()
  await Promise.all(all.map((child) => once(child, 'exit')))

  expect(answers.sort()).toEqual(['held', 'held', 'held', 'taken'])
})

test('children that a killed start left behind are ended, a stranger with such a number is not', async () => {
  const left = spawn('sleep', ['60'], { stdio: 'ignore' })
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
  const leftExit = once(left, 'exit')
  const children = [await identify(left.pid ?? 0), { pid: stranger.pid, startedAt: '1' }]
  const gone = { pid: 2 ** 22 + 1, startedAt: '1', children }
  await writeFile(path.join(folder, 'running.json'), JSON.stringify(gone))

  expect(await takeRunningLock(folder)).not.toHaveProperty('heldBy')
  expect((await leftExit)[1]).toBe('SIGKILL')
  const strange = await identify(stranger.pid ?? 0)
  expect(strange && (await isAlive(strange))).toBe(true)
  stranger.kill()
}, 20_000)
