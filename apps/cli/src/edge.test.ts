import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { edge } from './edge.ts'

const LIST = [{ connectionId: 'c1', address: 'ns=2;s=FeedOverride', kind: 'number', min: 50, max: 110, maxStep: 20 }]
let folder: string
let lines: string[]
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-edge-'))
  lines = []
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

test('a list that waits is shown and enforced once it is confirmed', async () => {
  await writeFile(path.join(folder, 'allow-list.pending.json'), JSON.stringify(LIST))
  expect(await edge.run(['confirm', folder, '--yes'])).toBe(0)
  expect(lines.join('\n')).toContain('ns=2;s=FeedOverride (number, connection c1), from 50 to 110, steps of at most 20')
  expect(JSON.parse(await readFile(path.join(folder, 'allow-list.json'), 'utf8'))).toEqual(LIST)
  expect(await readdir(folder)).toEqual(['allow-list.json'])
})

test('without a yes nothing changes', async () => {
  await writeFile(path.join(folder, 'allow-list.pending.json'), JSON.stringify(LIST))
  expect(await edge.run(['confirm', folder])).toBe(1)
  expect(await readdir(folder)).toEqual(['allow-list.pending.json'])
})

test('a file that is no list is refused', async () => {
  await writeFile(path.join(folder, 'allow-list.pending.json'), '{"address":"everything"}')
  await expect(edge.run(['confirm', folder, '--yes'])).rejects.toThrow('is not a list of set-points')
})

test('nothing waiting is no failure; a command that is not understood is', async () => {
  expect(await edge.run(['confirm', folder])).toBe(0)
  await expect(edge.run(['allow', folder])).rejects.toThrow('millrace edge confirm DIR [--yes]')
})
