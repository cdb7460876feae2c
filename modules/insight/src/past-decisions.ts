import { later, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Context } from '@millrace/runtime'
import type { FindingCause } from './contract.ts'
import { announce } from './decisions.ts'
import * as store from './finding-store.ts'
import { measureByHand } from './outcome.ts'

/** What somebody did about a case of the past that is over. */
export interface PastDecision {
  readonly workUnitId: EquipmentId
  readonly cause: FindingCause
  readonly by: string
  readonly choice: 'accepted' | 'dismissed'
  readonly reason: string
}

/** People decide a little before what they do shows. */
const BEFORE_END_MS = 8 * MINUTE_MS

/**
 * Enters a decision into the newest case of this machine and cause that went away by itself, as it was known before the
 * case was: with the outcome measured from the history before and after. For the past of a company, not for its present.
 *
 * @returns whether there was such a case.
 */
export async function enterPastDecision(ctx: Context, past: PastDecision): Promise<boolean> {
  const finding = await store.findLastClosed(ctx.db, past.workUnitId, past.cause)
  if (!finding) return false
  const { by, choice, reason } = past
  const decision = { by, choice, reason, at: later(finding.lastSeenAt, -BEFORE_END_MS) }
  const decided: store.StoredFinding = { ...finding, decision, state: choice === 'dismissed' ? 'dismissed' : 'closed' }
  const outcome = choice === 'accepted' ? ((await measureByHand(ctx, decided)) ?? null) : null
  const settled: store.StoredFinding = outcome ? { ...decided, outcome, state: 'resolved' } : decided
  await store.updateFinding(ctx.db, settled)
  ctx.audit({
    action: 'insight.finding.enter-decision',
    object: `finding ${finding.id}`,
    reason,
    detail: { title: finding.title, by, choice },
  })
  await announce(ctx, settled)
  return true
}
