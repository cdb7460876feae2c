import { isProblem } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { publishDraft } from './draft.ts'
import { notAppliedBecause, type ProposalFacts, policyOf } from './policy-rules.ts'
import * as store from './policy-store.ts'
import { acceptByPolicy, countRejected } from './proposals.ts'
import type { NewReactionPolicy, ReactionPolicy } from './reaction-contract.ts'
import { readSitePlans } from './schedule.ts'
import { type ProposalId, planBusy } from './schedule-contract.ts'

/** Who did it, in the trail and on the page. */
const POLICY = 'the policy'

/** What a site applies by itself: nothing, until somebody has set it. @throws equipmentMissing, forbidden */
export async function getReactionPolicy(ctx: Context, siteId: EquipmentId): Promise<ReactionPolicy> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:read', siteId)
  return (await store.findPolicy(ctx.db, siteId)) ?? policyOf(siteId)
}

/** Sets what a site applies by itself; one that rested works again. @throws equipmentMissing, forbidden */
export async function setReactionPolicy(ctx: Context, policy: NewReactionPolicy): Promise<ReactionPolicy> {
  const { siteId } = policy
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:publish', siteId)
  const before = (await store.findPolicy(ctx.db, siteId)) ?? policyOf(siteId)
  const set = { ...policy, rejectionCount: 0, suspendedAt: null, setAt: ctx.now, setBy: ctx.actor.name }
  await store.savePolicy(ctx.db, set)
  ctx.audit({
    ...{ action: 'planning.reaction-policy.set', object: `site ${siteId}`, siteId },
    ...{ before: { enabled: before.enabled }, after: { enabled: policy.enabled } },
    detail: { causes: policy.causes, movesMax: policy.movesMax, shiftHoursMax: policy.shiftHoursMax },
  })
  return set
}

/** The words by which a site's alarms say that a machine has broken down. */
export async function breakdownWords(ctx: Context, siteId: EquipmentId): Promise<readonly string[]> {
  return ((await store.findPolicy(ctx.db, siteId)) ?? policyOf(siteId)).breakdownWords
}

/**
 * Applies a proposal and publishes it, when the policy of the site allows it and nobody has a draft in hand: that is theirs. What the
 * check refuses stays a proposal, and counts as one that was rejected.
 */
export async function applyByPolicy(
  runtime: Runtime,
  enterpriseId: string,
  siteId: EquipmentId,
  id: ProposalId,
  facts: ProposalFacts,
): Promise<void> {
  const actor = systemActor(enterpriseId, POLICY)
  try {
    await inContext(runtime, actor, async (ctx) => {
      const policy = await store.findPolicy(ctx.db, siteId)
      if (!policy?.enabled) return
      const { state, draft } = await readSitePlans(ctx, siteId, true)
      if (draft) return
      if (notAppliedBecause(policy, facts, state)) return
      const revision = await acceptByPolicy(ctx, id)
      if (revision !== undefined) await publishDraft(ctx, { siteId, revision })
    })
  } catch (error) {
    // Somebody plans just now: it stays a proposal.
    if (isProblem(error, planBusy)) return
    if (!isProblem(error)) throw error
    await inContext(runtime, actor, (ctx) => countRejected(ctx, siteId, facts.cause))
  }
}
