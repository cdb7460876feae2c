import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { foundEnterprise, startHouse } from '@millrace/testing/house'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { execMillrace, startMillrace } from './testing/exec-millrace.ts'

// The whole way: a running installation, its backup, another one made of it.

const START_MS = 240_000

let folder: string
let saved: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-backup-'))
  saved = path.join(folder, 'saved.tar')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a backup', () => {
  let cookie = ''
  let people: unknown

  test(
    'is made while Millrace runs, and only its owner may read it',
    async () => {
      const house = await startHouse(['--no-demo'], path.join(folder, 'first'))
      try {
        const founder = await foundEnterprise(house.url, 'Kept Ltd')
        const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
        await founder.send('POST', '/plant/sites', { name: 'Sursee', ...place })
        cookie = founder.cookie
        people = await founder.get('/identity/people')
        const { code, printed } = await execMillrace(['backup', saved, '--data', path.join(folder, 'first')])
        expect(printed).toMatch(/Saved in .*: \d+ rows of \d+ tables and \d+ files/)
        expect(code).toBe(0)
        // What comes later is not in it.
        await founder.send('POST', '/plant/sites', { name: 'Later', ...place })
      } finally {
        await house.stop({ keepData: true })
      }
      expect((await stat(saved)).mode & 0o777).toBe(0o600)
      expect(await readdir(folder)).toEqual(['first', 'saved.tar'])
    },
    START_MS,
  )

  test(
    'makes an installation what it was, with its sessions and secrets, in an empty folder only',
    async () => {
      const second = path.join(folder, 'second')
      const { code, printed } = await execMillrace(['restore', saved, '--data', second])
      expect(printed).toMatch(/Restored from .*, as of 20/)
      expect(code).toBe(0)
      const house = await startHouse(['--no-demo'], second)
      try {
        const ask = (at: string) =>
          fetch(`${house.url}/api/v1${at}`, { headers: { cookie } }).then((answer) => answer.json())
        expect(await ask('/identity/people')).toEqual(people)
        const { items } = (await ask('/plant/equipment')) as { items: { name: string }[] }
        expect(items.map(({ name }) => name)).toEqual(['Sursee'])
      } finally {
        await house.stop({ keepData: true })
      }
      const again = await execMillrace(['restore', saved, '--data', second])
      expect(again.printed).toMatch(/is not empty: choose another folder/)
      expect(again.code).toBe(1)
    },
    START_MS,
  )

  test(
    'that is interrupted while it is restored leaves nothing behind',
    async () => {
      const fourth = path.join(folder, 'fourth')
      const child = startMillrace(['restore', saved, '--data', fourth])
      await vi.waitFor(() => expect(child.printed()).toMatch(/Preparing the database/), 60_000)
      child.interrupt()
      expect(await child.code).toBe(130)
      expect(await readdir(fourth)).toEqual([])
    },
    START_MS,
  )

  test(
    'that was damaged is refused, and leaves nothing behind',
    async () => {
      const bytes = await readFile(saved)
      const damaged = path.join(folder, 'damaged.tar')
      // In the manifest, and within the last of the packed tables.
      for (const at of [600, bytes.lastIndexOf(Buffer.of(0x28, 0xb5, 0x2f, 0xfd)) + 12]) {
        const changed = Buffer.from(bytes)
        changed.writeUInt8((changed[at] ?? 0) ^ 0xff, at)
        await writeFile(damaged, changed)
        const { code, printed } = await execMillrace(['backup', 'check', damaged])
        expect(printed).toMatch(/is damaged|is not what it was/)
        expect(code).toBe(1)
      }
      await writeFile(damaged, bytes.subarray(0, bytes.length / 2))
      const third = path.join(folder, 'third')
      const { code, printed } = await execMillrace(['restore', damaged, '--data', third])
      expect(printed).toMatch(/damaged|ends too early/)
      expect(code).toBe(1)
      expect(await readdir(third)).toEqual([])
      await cp(saved, damaged)
      const whole = await execMillrace(['backup', 'check', damaged])
      expect(whole.printed).toMatch(/is whole: \d+ rows/)
    },
    START_MS,
  )

  test(
    'does not write over a file',
    async () => {
      const { code, printed } = await execMillrace(['backup', saved, '--data', path.join(folder, 'first')])
      expect(printed).toMatch(/is there already/)
      expect(code).toBe(1)
    },
    START_MS,
  )
})
