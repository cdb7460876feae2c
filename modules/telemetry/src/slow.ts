import type { SlowRead, SlowReads } from '@millrace/http'
import { authorize, type Context } from '@millrace/runtime'
import type { SlowPart, SlowReadView } from './slow-contract.ts'

/** The most that are shown. */
const SHOWN_MAX = 50

/** The long reads of the company that were slow lately in this server, newest first. @throws forbidden */
export function listSlowReads(ctx: Context, slowReads: SlowReads): SlowReadView[] {
  authorize(ctx.actor, 'telemetry:retention:read')
  return slowReads.list(ctx.enterpriseId).slice(0, SHOWN_MAX).map(present)
}

function present(read: SlowRead): SlowReadView {
  const { permissionMs, queueMs, databaseMs, workMs, sendMs, ...rest } = read
  const parts = { permission: permissionMs, queue: queueMs, database: databaseMs, work: workMs, send: sendMs }
  const [most] = (Object.entries(parts) as [SlowPart, number][]).toSorted(([, a], [, b]) => b - a)
  return { ...rest, parts, most: most?.[0] ?? 'database' }
}
