import { limitOf, type Page, pageOf } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import type { AuditEvent } from './contract.ts'
import * as store from './trail-store.ts'

/** The trail of the enterprise, newest first. */
export async function listAuditEvents(
  ctx: Context,
  query: { limit?: number; cursor?: string },
): Promise<Page<AuditEvent>> {
  authorize(ctx.actor, 'identity:audit:read')
  const limit = limitOf(query)
  return pageOf(await store.listAuditEvents(ctx.db, query.cursor, limit + 1), limit, (last) => last.id)
}
