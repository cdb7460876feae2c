import {
  epochMs,
  HOUR_MS,
  headText,
  type Instant,
  later,
  MINUTE_MS,
  type TrailEvent,
  type TrailHead,
  trailText,
} from '@millrace/base'
import { append, EMPTY, type Frontier, frontierRoot, leafHash } from '@millrace/rfc6962'
import { asTrailWriter, type Context, trailSeal } from '@millrace/runtime'
import { witnessLines } from '@millrace/trail'
import { trailBroken } from './trail-contract.ts'
import { isSignedBy, sha256, signHead, trailKey } from './trail-key.ts'
import * as store from './trail-store.ts'

// Events are written without a place in the acts' own transactions, so that no act waits for another. Here they get their
// places within two seconds, and within a minute the whole is signed and told to the witness (docs/decisions/0012).
// `trail-sealer.ts` says when.

const HEAD_EVERY_MS = MINUTE_MS
/** The most events that get their places in one transaction. */
const PLACED_AT_ONCE = 2000
/** Transactions that began this long ago are over, but for the longest, which are looked for each hour. */
const USUAL_MS = 2 * MINUTE_MS
const LEAVES_AT_ONCE = 10_000
const HASH_BYTES = 32

/** What came of one look at a trail. */
export interface Sealed {
  /** There is a new head, which the witness does not know yet. */
  readonly hasSigned: boolean
  /** Nothing is left to be placed or signed. A trail that was rewritten is left as it is. */
  readonly isSettled: boolean
}

/**
 * Gives places to what was committed, and signs when it is time.
 *
 * @param look `whole` looks at every event, however long ago its transaction began.
 */
export async function sealTrail(ctx: Context, look: 'recent' | 'whole' = 'recent'): Promise<Sealed> {
  if (!(await store.holdTree(ctx.db))) return { hasSigned: false, isSettled: false }
  const head = await store.findLastHead(ctx.db)
  const ageMs = head ? ctx.nowMs - epochMs(head.at) : Number.POSITIVE_INFINITY
  const isDue = ageMs >= HEAD_EVERY_MS
  const recent = later(ctx.now, isDue ? -HOUR_MS : -USUAL_MS)
  // Everything is looked at before a head is signed of a trail that was quiet for long, and at the first.
  const isWhole =
    look === 'whole' || !head || (ageMs >= HOUR_MS && (await store.listUnplaced(ctx.db, recent, 1)).length > 0)
  const { forged, count } = await placeEvents(ctx, isWhole ? undefined : recent)
  if (isDue) return { hasSigned: await signTrail(ctx, head, forged), isSettled: count < PLACED_AT_ONCE }
  return { hasSigned: false, isSettled: count === 0 && (await store.treeSize(ctx.db)) === head?.size }
}

/** Gives places to everything and signs it, when a process ends or a company is removed. */
export async function closeTrail(ctx: Context): Promise<void> {
  if (!(await store.holdTree(ctx.db))) return
  const { forged } = await placeEvents(ctx, undefined)
  await signTrail(ctx, await store.findLastHead(ctx.db), forged)
}

/** @returns events that were not written here, which get no place; and how many were looked at. */
async function placeEvents(
  ctx: Context,
  from: Instant | undefined,
): Promise<{ forged: readonly TrailEvent[]; count: number }> {
  const found = await store.listUnplaced(ctx.db, from, PLACED_AT_ONCE)
  if (found.length === 0) return { forged: [], count: 0 }
  const forged: TrailEvent[] = []
  const leaves: { sequence: number; eventId: string; hash: Buffer }[] = []
  let sequence = await store.treeSize(ctx.db)
  for (const { event, seal } of found) {
    if (!seal?.equals(trailSeal(ctx.secrets, event))) {
      forged.push(event)
      continue
    }
    sequence += 1
    leaves.push({ sequence, eventId: event.id, hash: hashOf(event, sequence) })
  }
  await asTrailWriter(ctx.db, () => store.saveLeaves(ctx.db, leaves))
  return { forged, count: found.length }
}

/** Hash of an event's leaf. */
export function hashOf(event: TrailEvent, sequence: number): Buffer {
  return Buffer.from(leafHash(sha256, Buffer.from(trailText(event, sequence))))
}

/** @returns whether there is a new head. */
async function signTrail(
  ctx: Context,
  head: store.HeadRow | undefined,
  forged: readonly TrailEvent[],
): Promise<boolean> {
  const grown = await growTree(ctx, head)
  const [strange] = forged
  const fault =
    (strange && `An event of ${strange.at} (${strange.action} ${strange.object}) was not written by Millrace.`) ??
    (await faultOf(ctx, head)) ??
    (grown === undefined ? 'Places of events after the newest head are missing.' : undefined)
  if (fault !== undefined) {
    ctx.log.error('The trail was changed in the database: no head is signed.', { fault })
    await ctx.emit(trailBroken({ fault }))
    return false
  }
  if (!grown || grown.size === (head?.size ?? 0)) return false
  const root = Buffer.from(frontierRoot(sha256, grown)).toString('hex')
  const signed = signHead(ctx.secrets, { enterpriseId: ctx.enterpriseId, size: grown.size, root, at: ctx.now })
  const frontier = Buffer.concat(grown.nodes)
  await asTrailWriter(ctx.db, () => store.saveHead(ctx.db, { ...signed, frontier }))
  return true
}

/** The tree with what was placed since a head; undefined when places are missing. */
async function growTree(ctx: Context, head: store.HeadRow | undefined): Promise<Frontier | undefined> {
  let grown = head ? frontierOf(head) : EMPTY
  for (;;) {
    const leaves = await store.listLeaves(ctx.db, grown.size, LEAVES_AT_ONCE)
    for (const { sequence, hash } of leaves) {
      if (sequence !== grown.size + 1) return undefined
      grown = append(sha256, grown, hash)
    }
    if (leaves.length < LEAVES_AT_ONCE) return grown
  }
}

function frontierOf({ size, frontier }: store.HeadRow): Frontier {
  const count = frontier.length / HASH_BYTES
  const nodes = Array.from({ length: count }, (_, at) => frontier.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))
  return { size, nodes }
}

/**
 * What is wrong with the newest head: with itself, with the places it covers, or with what the witness saw. Cheap: looks at
 * heads only; events are recomputed by a verification.
 */
export async function faultOf(ctx: Context, head: store.HeadRow | undefined): Promise<string | undefined> {
  if (head) {
    const root = Buffer.from(frontierRoot(sha256, frontierOf(head))).toString('hex')
    const { publicKey, keyId } = trailKey(ctx.secrets)
    // A key that is no longer ours signed before the root key was replaced: the witness still vouches for it.
    const isOurs = head.keyId === keyId
    if (root !== head.root || (isOurs && !isSignedBy(publicKey, headText(head), head.signature))) {
      return `The head of ${head.at} over ${head.size} events was changed.`
    }
    if ((await store.treeSize(ctx.db)) < head.size) return `Events that were signed at ${head.at} are missing.`
  }
  const witnessed = await lastWitnessed(ctx)
  if (!witnessed) return undefined
  if (!head || head.size < witnessed.size) {
    return `The witness saw ${witnessed.size} events at ${witnessed.at}, of which the end is missing.`
  }
  const same = await store.findHead(ctx.db, witnessed.size)
  if (same?.root === witnessed.root) return undefined
  return `The witness saw another history over ${witnessed.size} events at ${witnessed.at}.`
}

/** The newest head the witness was told of. */
export async function lastWitnessed(ctx: Context): Promise<TrailHead | undefined> {
  const line = await ctx.witness.last(ctx.enterpriseId)
  if (line === undefined) return undefined
  const { head } = JSON.parse(line) as { head?: TrailHead }
  return head
}

/** Tells the witness of heads it does not know yet, with the hashes that lead to them. */
export async function tellWitness(ctx: Context): Promise<void> {
  if (!(await store.holdTree(ctx.db))) return
  const witnessed = await lastWitnessed(ctx)
  let known = witnessed?.size ?? 0
  const [next] = await store.listHeads(ctx.db, known, 1)
  if (!next) return
  // Nothing is added to a testimony that says otherwise.
  if (witnessed && (await store.findHead(ctx.db, known))?.root !== witnessed.root) return
  for (const { frontier: _, ...head } of await store.listHeads(ctx.db, known, HEADS_AT_ONCE)) {
    const leaves: string[] = []
    while (leaves.length < head.size - known) {
      const rest = head.size - known - leaves.length
      const found = await store.listLeaves(ctx.db, known + leaves.length, Math.min(rest, LEAVES_AT_ONCE))
      if (found.length === 0) return
      leaves.push(...found.map(({ hash }) => hash.toString('hex')))
    }
    await ctx.witness.append(ctx.enterpriseId, witnessLines(head, known + 1, leaves))
    known = head.size
  }
}

/** Heads told to a witness in one go; the rest follows in the next. */
const HEADS_AT_ONCE = 100
