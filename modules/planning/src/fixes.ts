import { getSite } from '@millrace/plant'
import { authorize, type Context } from '@millrace/runtime'
import { orderMissing } from './contract.ts'
import type { FixWish } from './fix-search.ts'
import { fixesInThread } from './plan-thread.ts'
import { readSitePlans } from './schedule.ts'
import type { FixAnswer, FixQuery } from './schedule-contract.ts'

/** Nobody waits longer for advice. */
const SEARCH_MS = 12_000

/** Reads what is needed to look for help. @throws equipmentMissing, forbidden, orderMissing it is not open at this site */
export async function readFixWish(ctx: Context, { siteId, orderId }: FixQuery): Promise<FixWish> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  const { state, draft, published } = await readSitePlans(ctx, siteId)
  if (!state.orders.some(({ id }) => id === orderId)) throw orderMissing(`There is no open order ${orderId} here.`)
  return { state, placed: (draft ?? published)?.placed ?? [], orderId }
}

/** What would make the order earlier, found in a thread: the transaction that read the plan is over. */
export async function findFixes(wish: FixWish): Promise<FixAnswer> {
  // Without a plan nothing is late.
  if (wish.placed.length === 0) return { items: [] }
  return (await fixesInThread(wish, AbortSignal.timeout(SEARCH_MS))) ?? { items: [] }
}
