import { limitOf, type Page, pageOf } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import { recordListed } from './read-budget.ts'
import type { AuditEvent, AuditFilter, TrailState } from './trail-contract.ts'
import { trailKey } from './trail-key.ts'
import { faultOf, lastWitnessed } from './trail-seal.ts'
import * as store from './trail-store.ts'

/** The trail of the enterprise, newest first. */
export async function listAuditEvents(
  ctx: Context,
  query: { limit?: number; cursor?: string } & AuditFilter,
): Promise<Page<AuditEvent>> {
  authorize(ctx.actor, 'identity:audit:read')
  await recordListed(ctx, 'identity.audit.list', 'personal')
  const { limit: _, cursor, ...filter } = query
  const limit = limitOf(query)
  const { events, scannedTo } = await store.listEvents(ctx.db, { filter, before: cursor, limit: limit + 1 })
  const page = pageOf(events, limit, (last) => last.id)
  // A text was looked for in as many events as one look allows: there may be more behind them.
  return page.nextCursor === undefined && scannedTo !== undefined ? { ...page, nextCursor: scannedTo } : page
}

/** How the trail stands: what was signed last, what the witness saw, and whether they agree. */
export async function getTrail(ctx: Context): Promise<TrailState> {
  authorize(ctx.actor, 'identity:audit:read')
  const row = await store.findLastHead(ctx.db)
  const witnessed = await lastWitnessed(ctx)
  return {
    size: await store.treeSize(ctx.db),
    head: row ? headOf(row) : null,
    key: trailKey(ctx.secrets),
    witnessed: witnessed ? { size: witnessed.size, at: witnessed.at } : null,
    fault: (await faultOf(ctx, row)) ?? null,
  }
}

/** Signed heads, newest first. */
export async function listHeads(ctx: Context, query: { limit?: number; cursor?: string }) {
  authorize(ctx.actor, 'identity:audit:read')
  const limit = limitOf(query)
  const before = query.cursor === undefined ? undefined : Number.parseInt(query.cursor, 10) || 0
  const rows = await store.listHeadsBefore(ctx.db, before, limit + 1)
  return pageOf(rows.map(headOf), limit, (last) => String(last.size))
}

/** A head without what only growing needs. */
export function headOf({ frontier: _, ...head }: store.HeadRow) {
  return head
}
