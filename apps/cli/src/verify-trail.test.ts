import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { headText, instant, type TrailEvent, trailText } from '@millrace/base'
import { type TrailLine, witnessLines } from '@millrace/trail'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bindKey, runVerify } from './verify-trail.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const leafOf = (text: string) => sha256(Buffer.concat([Buffer.of(0), Buffer.from(text)])).toString('hex')
const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-verify-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function eventOf(n: number): TrailEvent {
  return {
    id: `0199c1b4-0000-7000-8000-${String(n).padStart(12, '0')}`,
    ...{ enterpriseId: ENTERPRISE, at: instant(n * 1000), actorKind: 'person', actorId: 'p', actor: 'Jonas Arnold' },
    ...{ address: null, via: null, device: null, action: 'test.thing.change', object: `thing ${n}`, objects: [] },
    ...{
      siteId: null,
      before: null,
      after: n,
      detail: {},
      reason: null,
      outcome: 'done',
      problem: null,
      requestId: null,
    },
  }
}

/** A signed export of two events and its witness, as files. */
async function givenExport(change: (lines: TrailLine[]) => TrailLine[] = (lines) => lines) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const key = { keyId: sha256(raw).toString('hex').slice(0, 16), publicKey: raw.toString('base64url') }
  const rows = [1, 2].map((n) => ({ sequence: n, hash: leafOf(trailText(eventOf(n), n)), event: eventOf(n) }))
  const leaves = rows.map(({ hash }) => hash)
  const root = sha256(Buffer.concat([Buffer.of(1), ...leaves.map((hash) => Buffer.from(hash, 'hex'))])).toString('hex')
  const said = { enterpriseId: ENTERPRISE, size: 2, root, at: instant(5000), keyId: key.keyId }
  const head = { ...said, signature: sign(null, Buffer.from(headText(said)), privateKey).toString('base64url') }
  const lines = change([
    { format: 'millrace-trail/1', enterpriseId: ENTERPRISE, exportedAt: instant(9000), filter: null, key },
    { head },
    ...rows,
    { end: { events: 2 } },
  ])
  const [file, witness] = [path.join(folder, 'trail.jsonl'), path.join(folder, 'witness.jsonl')]
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  await writeFile(witness, `${witnessLines(head, 1, leaves).join('\n')}\n`)
  return { file, witness, key: key.publicKey }
}

async function run(...args: string[]) {
  const said: string[] = []
  return { code: await runVerify(args, (line) => said.push(line)), said: said.join('\n') }
}

// proves: T-I1 (the verifier as a program of its own)
test('a key that begins with a dash is a key', () => {
  expect(bindKey(['a.jsonl', '--key', '-_x', '--witness', 'w'])).toEqual(['a.jsonl', '--key=-_x', '--witness', 'w'])
  expect(bindKey(['a.jsonl', '--key'])).toEqual(['a.jsonl', '--key'])
  expect(bindKey(['a.jsonl'])).toEqual(['a.jsonl'])
})

test('a whole export is verified with 0, and the key it was checked with is named when nobody brought one', async () => {
  const { file, witness, key } = await givenExport()
  const pinned = await run(file, '--witness', witness, '--key', key)
  expect(pinned).toMatchObject({ code: 0, said: expect.stringContaining('Nothing was changed.') })
  expect(pinned.said).not.toContain('--key')
  const loose = await run(file)
  expect(loose).toMatchObject({ code: 0, said: expect.stringContaining(`The key ${key} was taken from the export`) })
})

test('a changed event ends with 1 and is named; with somebody else’s key no head counts', async () => {
  const { file, witness } = await givenExport((lines) =>
    lines.map((line) => ('hash' in line && line.sequence === 2 ? { ...line, event: eventOf(3) } : line)),
  )
  expect(await run(file, '--witness', witness)).toMatchObject({
    code: 1,
    said: expect.stringMatching(/CHANGED +Event 2 was changed; now it says: .*thing 3/),
  })
  const whole = await givenExport()
  const foreign = await run(whole.file, '--key', Buffer.alloc(32, 7).toString('base64url'))
  expect(foreign).toMatchObject({ code: 1, said: expect.stringContaining('its signature does not fit') })
})

test('what cannot be read ends with 2 and says why', async () => {
  const { file } = await givenExport((lines) => lines.slice(0, -1))
  expect(await run(file)).toMatchObject({ code: 2, said: expect.stringContaining('cut short') })
  await writeFile(file, 'no JSON\n')
  expect(await run(file)).toMatchObject({ code: 2, said: expect.stringContaining('line 1 is no JSON') })
  expect(await run(path.join(folder, 'nothing'))).toMatchObject({ code: 2 })
  expect(await run()).toMatchObject({ code: 2, said: expect.stringContaining('Say which file') })
  expect(await run(file, '--key', 'x')).toMatchObject({ code: 2, said: expect.stringContaining('32 bytes') })
})
