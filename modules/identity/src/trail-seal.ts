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
import { asTrailWriter, type Context, inContext, type Runtime, systemActor, trailSeal } from '@millrace/runtime'
import { witnessLines } from '@millrace/trail'
import { listTenants } from './enterprise-store.ts'
import { trailBroken } from './trail-contract.ts'
import { isSignedBy, sha256, signHead, trailKey } from './trail-key.ts'
import * as store from './trail-store.ts'

// Events are written without a place in the acts' own transactions, so that no act waits for another. Here they get their
// places, every two seconds, and every minute the whole is signed and told to the witness (docs/decisions/0012).

export const PLACE_EVERY_MS = 2000
const HEAD_EVERY_MS = MINUTE_MS
/** The most events that get their places in one transaction. */
const PLACED_AT_ONCE = 2000
/** Transactions that began this long ago are over, but for the longest, which are looked for each hour. */
const USUAL_MS = 2 * MINUTE_MS
const LEAVES_AT_ONCE = 10_000
const HASH_BYTES = 32

/** Gives places to what was committed, and signs when it is time. */
export async function sealTrail(ctx: Context): Promise<void> {
  if (!(await store.holdTree(ctx.db))) return
  const head = await store.findLastHead(ctx.db)
  const isDue = !head || ctx.nowMs - epochMs(head.at) >= HEAD_EVERY_MS
  // Everything is looked at before a head is signed of a trail that was quiet for long, and at the first.
  const isLong = !head || ctx.nowMs - epochMs(head.at) >= HOUR_MS
  const forged = await placeEvents(ctx, isLong ? undefined : later(ctx.now, isDue ? -HOUR_MS : -USUAL_MS))
  if (isDue) await signTrail(ctx, head, forged)
}

/** Gives places to everything and signs it, when a process ends or a company is removed. */
export async function closeTrail(ctx: Context): Promise<void> {
  if (!(await store.holdTree(ctx.db))) return
  const forged = await placeEvents(ctx, undefined)
  await signTrail(ctx, await store.findLastHead(ctx.db), forged)
}

/** @returns events that were not written here, which get no place. */
async function placeEvents(ctx: Context, from: Instant | undefined): Promise<readonly TrailEvent[]> {
  const found = await store.listUnplaced(ctx.db, from, PLACED_AT_ONCE)
  if (found.length === 0) return []
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
  return forged
}

/** Hash of an event's leaf. */
export function hashOf(event: TrailEvent, sequence: number): Buffer {
  return Buffer.from(leafHash(sha256, Buffer.from(trailText(event, sequence))))
}

async function signTrail(ctx: Context, head: store.HeadRow | undefined, forged: readonly TrailEvent[]): Promise<void> {
  const grown = await growTree(ctx, head)
  const [strange] = forged
  const fault =
    (strange && `An event of ${strange.at} (${strange.action} ${strange.object}) was not written by Millrace.`) ??
    (await faultOf(ctx, head)) ??
    (grown === undefined ? 'Places of events after the newest head are missing.' : undefined)
  if (fault !== undefined) {
    ctx.log.error('The trail was changed in the database: no head is signed.', { fault })
    await ctx.emit(trailBroken({ fault }))
    return
  }
  if (!grown || grown.size === (head?.size ?? 0)) return
  const root = Buffer.from(frontierRoot(sha256, grown)).toString('hex')
  const signed = signHead(ctx.secrets, { enterpriseId: ctx.enterpriseId, size: grown.size, root, at: ctx.now })
  const frontier = Buffer.concat(grown.nodes)
  await asTrailWriter(ctx.db, () => store.saveHead(ctx.db, { ...signed, frontier }))
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

/** Closes every trail when the process ends. */
export async function closeTrails(runtime: Runtime): Promise<void> {
  for (const enterpriseId of await listTenants(runtime.app.kysely)) {
    const actor = systemActor(enterpriseId, 'identity.close-trail')
    try {
      await inContext(runtime, actor, closeTrail)
      await inContext(runtime, actor, tellWitness)
    } catch (error) {
      runtime.log.error('A trail could not be closed.', { enterpriseId }, error)
    }
  }
}
