import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { headText, instant, type TrailEvent, type TrailHead, trailText } from '@millrace/base'
import { append, EMPTY, type Frontier, frontierRoot, leafHash, rootOf, subtreesOf } from '@millrace/rfc6962'
import { expect, test } from 'vitest'
import {
  createTrailCheck,
  TRAIL_FORMAT,
  type TrailKey,
  type TrailLine,
  type TrailReport,
  witnessLines,
} from './index.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'
const START_MS = Date.UTC(2026, 10, 26)

function newKey(): { privateKey: KeyObject; key: TrailKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return { privateKey, key: { keyId: hex(sha256(raw)).slice(0, 16), publicKey: raw.toString('base64url') } }
}
const ours = newKey()

function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey, 'base64url')])
  return verify(null, Buffer.from(text), { key: der, format: 'der', type: 'spki' }, Buffer.from(signature, 'base64url'))
}

function eventOf(n: number, reason = `Because of ${n}`): TrailEvent {
  return {
    id: `0199c1b4-0000-7000-8000-${String(n).padStart(12, '0')}`,
    enterpriseId: ENTERPRISE,
    ...{ at: instant(START_MS + n * 1000), actorKind: 'person', actorId: 'p', actor: 'Jonas Arnold' },
    ...{ address: '10.0.0.1', via: null, device: null, action: 'identity.grant.set', object: `person ${n}` },
    ...{ objects: [`person ${n}`], siteId: null, before: null, after: { role: 'operator' }, detail: {}, reason },
    ...{ outcome: 'done', problem: null, requestId: null },
  }
}

interface Placed {
  sequence: number
  hash: string
  event: TrailEvent | null
}

const hashOf = (event: TrailEvent, sequence: number) => hex(leafHash(sha256, Buffer.from(trailText(event, sequence))))
const placed = (events: readonly TrailEvent[]): Placed[] =>
  events.map((event, index) => ({ sequence: index + 1, hash: hashOf(event, index + 1), event }))

/** A trail as it is kept: events in their places, heads every few events, and what a witness was told. */
interface Trail {
  rows: Placed[]
  heads: TrailHead[]
  witness: string[]
}

function headOver(rows: readonly Placed[], by = ours): TrailHead {
  const root = hex(
    rootOf(
      sha256,
      rows.map(({ hash }) => Buffer.from(hash, 'hex')),
    ),
  )
  const said = { enterpriseId: ENTERPRISE, size: rows.length, root, at: instant(START_MS + rows.length * 1000) }
  const named = { ...said, keyId: by.key.keyId }
  return { ...named, signature: sign(null, Buffer.from(headText(named)), by.privateKey).toString('base64url') }
}

function makeTrail(count: number, every = 7, events = Array.from({ length: count }, (_, n) => eventOf(n + 1))): Trail {
  const rows = placed(events)
  const sizes = rows.map(({ sequence }) => sequence).filter((size) => size % every === 0)
  const heads = sizes.map((size) => headOver(rows.slice(0, size)))
  let from = 1
  const witness = heads.flatMap((head) => {
    const leaves = rows.slice(from - 1, head.size).map(({ hash }) => hash)
    const lines = witnessLines(head, from, leaves)
    from = head.size + 1
    return lines
  })
  return { rows, heads, witness }
}

function linesOf({ rows, heads }: Trail): TrailLine[] {
  return [
    {
      ...{ format: TRAIL_FORMAT, enterpriseId: ENTERPRISE, exportedAt: instant(START_MS + 86_400_000) },
      ...{ filter: null, key: ours.key },
    },
    ...heads.map((head) => ({ head })),
    ...rows,
    { end: { events: rows.length } },
  ] as TrailLine[]
}

function check(trail: Trail, options: { witness?: false; key?: TrailKey } = {}): TrailReport {
  const checking = createTrailCheck({
    ...{ hash: sha256, verify: isSignedBy, key: options.key ?? ours.key },
    ...(options.witness !== false && { witness: trail.witness }),
  })
  for (const line of linesOf(trail)) checking.take(line)
  return checking.finish()
}

const said = (report: TrailReport) => report.findings.map(({ kind, sequence }) => `${kind} ${sequence ?? ''}`.trim())

test('an untouched trail passes, whatever its length', () => {
  for (const count of [0, 1, 6, 7, 8, 20, 64, 100]) {
    const report = check(makeTrail(count))
    expect(report.findings).toEqual([])
    expect(report).toMatchObject({ events: count, size: count, headCount: Math.floor(count / 7) })
    expect(report.head?.size).toBe(count < 7 ? undefined : count - (count % 7))
  }
})

const COUNT = 60
/** Signed: 56. Of later events no change can be told from what was always so. */
const SIGNED = 56
const POSITIONS = [1, 2, 7, 8, 14, 31, 32, 55, 56]

/** How somebody who can write every row, and computes hashes anew, does it. */
const renumbered = (events: readonly TrailEvent[]) => placed(events)
const eventsOf = ({ rows }: Trail) => rows.flatMap(({ event }) => event ?? [])

// proves: T-I1
test.each(POSITIONS)('what is done to event %i is found and named, with and without hashes made to fit', (position) => {
  const whole = makeTrail(COUNT)
  const events = eventsOf(whole)
  const other = position === SIGNED ? 3 : position + 1 + ((position * 5) % (SIGNED - position))
  const at = position - 1

  // Changed: in the row alone, and with its hash.
  const changed = events.with(at, eventOf(position, 'Another reason'))
  const rowOnly = whole.rows.with(at, { ...(whole.rows[at] as Placed), event: changed[at] as TrailEvent })
  expect(said(check({ ...whole, rows: rowOnly }))).toEqual([`changed ${position}`])
  expect(said(check({ ...whole, rows: rowOnly }, { witness: false }))).toEqual([`changed ${position}`])
  expect(said(check({ ...whole, rows: renumbered(changed) }))).toEqual([`changed ${position}`])
  const unseen = check({ ...whole, rows: renumbered(changed) }, { witness: false })
  expect(unseen.findings.map(({ kind }) => kind)).toEqual(['fork'])
  expect(unseen.findings[0]?.sentence).toContain(`to ${Math.ceil(position / 7) * 7} are not those`)

  // Deleted: the event, the event and its hash, and all later ones moved up.
  const gone = whole.rows.with(at, { ...(whole.rows[at] as Placed), event: null })
  expect(said(check({ ...whole, rows: gone }))).toEqual([`deleted ${position}`])
  expect(said(check({ ...whole, rows: whole.rows.toSpliced(at, 1) }))).toEqual([`deleted ${position}`])
  // Behind the last signed event is none the witness knows: what takes its place looks like a changed one.
  const named = position === SIGNED ? `changed ${position}` : `deleted ${position}`
  expect(said(check({ ...whole, rows: renumbered(events.toSpliced(at, 1)) }))).toContain(named)

  // Inserted: with the number of another, and with all later ones moved down.
  const strange = { ...eventOf(900), at: eventOf(position).at }
  const twice = whole.rows.toSpliced(at + 1, 0, { ...(placed([strange])[0] as Placed), sequence: position })
  expect(said(check({ ...whole, rows: twice }))).toContain(`inserted ${position}`)
  const pushed = check({ ...whole, rows: renumbered(events.toSpliced(at, 0, strange)) })
  expect(said(pushed)).toContain(`inserted ${position}`)
  expect(said(pushed).filter((one) => one.startsWith('deleted') || one.startsWith('changed'))).toEqual([])

  // Two exchanged.
  const [one, two] = [events[at] as TrailEvent, events[other - 1] as TrailEvent]
  const swapped = check({ ...whole, rows: renumbered(events.with(at, two).with(other - 1, one)) })
  expect(said(swapped).sort()).toEqual([`moved ${position}`, `moved ${other}`].sort())

  // Cut off from here on, with the heads over it and without them.
  const cut = whole.rows.slice(0, at)
  expect(said(check({ ...whole, rows: cut }))).toContain(`cut ${position}`)
  expect(said(check({ ...whole, rows: cut, heads: whole.heads.filter(({ size }) => size < position) }))).toContain(
    `cut ${position}`,
  )
})

// proves: T-I1
test('a second history that was signed as well is a fork, for whoever has the witness', () => {
  const whole = makeTrail(COUNT)
  const events = eventsOf(whole).with(29, eventOf(30, 'Another reason'))
  const fork = { ...makeTrail(COUNT, 7, events), witness: whole.witness }
  expect(said(check(fork))).toEqual(['changed 30', 'fork'])
  const heads = whole.heads.with(2, { ...(whole.heads[2] as TrailHead), at: instant(START_MS) })
  expect(said(check({ ...whole, heads }))).toEqual(['head', 'head'])
  expect(said(check({ ...whole, heads: whole.heads.toSpliced(2, 1) }))).toEqual(['head'])
  const theirs = newKey()
  const foreign = whole.heads.map(({ size }) => headOver(whole.rows.slice(0, size), theirs))
  expect(check({ ...whole, heads: foreign }).findings.some(({ kind }) => kind === 'head')).toBe(true)
})

test('a witness that was changed itself is not believed', () => {
  const whole = makeTrail(COUNT)
  const [first = '', ...rest] = whole.witness
  const leaves = JSON.parse(first) as { from: number; leaves: string[] }
  leaves.leaves[2] = hashOf(eventOf(77), 3)
  expect(said(check({ ...whole, witness: [JSON.stringify(leaves), ...rest] }))).toContain('fork')
  expect(said(check({ ...whole, witness: rest }))).toContain('witness')
  expect(said(check({ ...whole, witness: ['nonsense', ...whole.witness] }))).toEqual(['witness'])
  // A crash between the file and its memory says the same twice.
  expect(said(check({ ...whole, witness: [...whole.witness.slice(0, 2), ...whole.witness] }))).toEqual([])
})

test('a part of a trail is checked by the subtrees that stand for the rest', () => {
  const whole = makeTrail(63)
  const [head] = whole.heads.slice(-1)
  const wanted = new Set([5, 6, 40, 63])
  const body: TrailLine[] = []
  let start = 0
  for (const row of [...whole.rows, undefined]) {
    if (row && !wanted.has(row.sequence)) continue
    const end = row ? row.sequence - 1 : whole.rows.length
    for (const subtree of subtreesOf(start, end)) {
      const leaves = whole.rows.slice(subtree.start, subtree.start + subtree.leafCount)
      const tree = leaves.reduce<Frontier>((grown, { hash }) => append(sha256, grown, Buffer.from(hash, 'hex')), EMPTY)
      body.push({ ...subtree, root: hex(frontierRoot(sha256, tree)) })
    }
    if (row) body.push(row as TrailLine)
    start = end + 1
  }
  const run = (lines: TrailLine[]) => {
    const checking = createTrailCheck({ hash: sha256, verify: isSignedBy, key: ours.key })
    const [header] = linesOf(whole)
    if (header && 'format' in header) checking.take({ ...header, filter: { actor: 'p' } })
    if (head) checking.take({ head })
    for (const line of lines) checking.take(line)
    checking.take({ end: { events: 4 } })
    return checking.finish()
  }
  expect(run(body)).toMatchObject({ findings: [], events: 4, size: 63, head: { size: 63 } })
  expect(said(run(body.slice(1)))).not.toEqual([])
  const forged = body.map((line) => ('event' in line && line.sequence === 40 ? { ...line, event: eventOf(41) } : line))
  expect(said(run(forged as TrailLine[]))).toEqual(['changed 40'])
})

test('what is no export, or half of one, is said to be so', () => {
  const empty = createTrailCheck({ hash: sha256, verify: isSignedBy })
  expect(said(empty.finish())).toEqual(['file'])
  const half = createTrailCheck({ hash: sha256, verify: isSignedBy, key: ours.key })
  for (const line of linesOf(makeTrail(10)).slice(0, -1)) half.take(line)
  expect(said(half.finish())).toEqual(['file'])
})
