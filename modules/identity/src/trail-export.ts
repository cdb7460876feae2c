import { HOUR_MS, instant, later } from '@millrace/base'
import { append, EMPTY, frontierRoot, subtreesOf } from '@millrace/rfc6962'
import { type Actor, authorize, type Context, inContext, type Runtime } from '@millrace/runtime'
import { TRAIL_FORMAT, type TrailLine } from '@millrace/trail'
import { headOf } from './trail.ts'
import { type AuditFilter, exportsSpent } from './trail-contract.ts'
import { csvHeader, csvRow } from './trail-csv-rules.ts'
import { sha256, trailKey } from './trail-key.ts'
import * as store from './trail-store.ts'

/** How often one account may export within an hour: enough for an audit, too little to empty the house unseen. */
const EXPORTS_AN_HOUR = 20
const PAGE = 1000
/** A power of two. */
const GAP_MAX = 4096
/** Events that have no place yet and are exported all the same. */
const UNPLACED_MAX = 10_000

export type ExportFormat = 'jsonl' | 'csv'

/** What an export is of, fixed when it begins. */
export interface ExportPlan {
  readonly filter: AuditFilter
  readonly enterpriseId: string
  readonly size: number
  readonly exportedAt: string
}

/**
 * Begins an export: written into the trail before its first line leaves.
 *
 * @throws exportsSpent the account exported too often within the hour.
 */
export async function beginExport(ctx: Context, filter: AuditFilter, format: ExportFormat): Promise<ExportPlan> {
  authorize(ctx.actor, 'identity:audit:export')
  const done = await store.countOf(ctx.db, ctx.actor.id, 'identity.audit.export', later(ctx.now, -HOUR_MS))
  if (done >= EXPORTS_AN_HOUR) {
    throw exportsSpent(`The trail was exported ${done} times within an hour. Try again later.`, {
      retryAfterMs: HOUR_MS,
    })
  }
  ctx.audit({
    action: 'identity.audit.export',
    object: `enterprise ${ctx.enterpriseId}`,
    detail: { format, ...filter },
  })
  return { filter, enterpriseId: ctx.enterpriseId, size: await store.treeSize(ctx.db), exportedAt: ctx.now }
}

/**
 * The lines of an export. Read page by page, each in a short transaction: events never change, and the plan says where it
 * ends. Nothing is read any more once nobody takes the next line.
 */
export async function* exportLines(
  runtime: Runtime,
  actor: Actor,
  plan: ExportPlan,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv') {
    yield csvHeader()
    for await (const line of trailLines(runtime, actor, plan)) {
      if ('event' in line && line.event) yield csvRow(line.event, line.sequence)
    }
  } else for await (const line of trailLines(runtime, actor, plan)) yield `${JSON.stringify(line)}\n`
}

/** The lines a verifier understands: the tree whole, with events that were not asked for as roots of subtrees. */
export async function* trailLines(runtime: Runtime, actor: Actor, plan: ExportPlan): AsyncGenerator<TrailLine> {
  const read = <T>(act: (ctx: Context) => Promise<T>) => inContext(runtime, actor, act)
  const { enterpriseId, exportedAt, size } = plan
  const isWhole = Object.keys(plan.filter).length === 0
  const key = trailKey(runtime.secrets)
  yield { format: TRAIL_FORMAT, enterpriseId, exportedAt, filter: isWhole ? null : { ...plan.filter }, key }

  const newest = await read((ctx) => store.findLastHead(ctx.db))
  for (let after = 0; newest && after < newest.size; ) {
    const heads = isWhole ? await read((ctx) => store.listHeads(ctx.db, after, PAGE)) : [newest]
    for (const row of heads) if (row.size <= newest.size) yield { head: headOf(row) }
    after = heads.at(-1)?.size ?? newest.size
  }

  let events = 0
  const gap = new Gap(newest?.size ?? 0)
  for (let after = 0; after < size; ) {
    const rows = await read((ctx) => store.listPlaced(ctx.db, { after, upTo: size, limit: PAGE }))
    const ids = rows.flatMap(({ event }) => event?.id ?? [])
    const wanted = isWhole ? new Set(ids) : await read((ctx) => store.fittingIds(ctx.db, ids, plan.filter))
    for (const { sequence, hash, event } of rows) {
      if (event && !wanted.has(event.id)) {
        gap.add(sequence - 1, hash)
        if (gap.isFull) yield* gap.close()
        continue
      }
      yield* gap.close()
      events += 1
      yield { sequence, hash: hash.toString('hex'), event }
    }
    if (rows.length === 0) break
    after = rows.at(-1)?.sequence ?? size
  }
  yield* gap.close()

  const until = instant(Date.parse(exportedAt))
  const late = await read((ctx) => store.listUnplaced(ctx.db, undefined, UNPLACED_MAX))
  const young = late.map(({ event }) => event).filter((event) => event.at <= until)
  const wanted = await read((ctx) =>
    store.fittingIds(
      ctx.db,
      young.map(({ id }) => id),
      plan.filter,
    ),
  )
  for (const event of young) {
    if (!wanted.has(event.id)) continue
    events += 1
    yield { sequence: null, event }
  }
  yield { end: { events } }
}

/** Events that are left out, one after the other: kept as roots of whole subtrees, so that the tree can still be computed. */
class Gap {
  /** Where the newest head ends: a subtree must not reach over it, or the head could not be checked. */
  readonly #edge: number
  #start: number | undefined
  #hashes: Buffer[] = []

  constructor(edge: number) {
    this.#edge = edge
  }

  /** Closed now and then, at a place where a large subtree ends, so that it never holds more. */
  get isFull(): boolean {
    return ((this.#start ?? 0) + this.#hashes.length) % GAP_MAX === 0
  }

  add(index: number, hash: Buffer): void {
    this.#start ??= index
    this.#hashes.push(hash)
  }

  *close(): Generator<TrailLine> {
    const start = this.#start
    if (start === undefined) return
    const end = start + this.#hashes.length
    const parts = start < this.#edge && this.#edge < end ? [start, this.#edge, end] : [start, end]
    for (const [index, from] of parts.slice(0, -1).entries()) {
      for (const subtree of subtreesOf(from, parts[index + 1] ?? end)) {
        const leaves = this.#hashes.slice(subtree.start - start, subtree.start - start + subtree.leafCount)
        const tree = leaves.reduce((grown, leaf) => append(sha256, grown, leaf), EMPTY)
        yield { ...subtree, root: Buffer.from(frontierRoot(sha256, tree)).toString('hex') }
      }
    }
    this.#start = undefined
    this.#hashes = []
  }
}
