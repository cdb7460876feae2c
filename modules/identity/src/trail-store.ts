import './tables.ts'
import type { Db } from '@millrace/db'
import type { AuditEvent } from './contract.ts'

/** The trail, newest first. The cursor is the id of the last one seen: ids sort by time. */
export function listAuditEvents(db: Db, before: string | undefined, limit: number): Promise<AuditEvent[]> {
  let query = db
    .selectFrom('audit.event')
    .select(['id', 'at', 'actor', 'action', 'object', 'reason', 'detail'])
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute() as Promise<AuditEvent[]>
}
