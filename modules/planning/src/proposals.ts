import { epochMs, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import type { Assumption } from './assumption-rules.ts'
import { addException, findException, removeException } from './capacity-store.ts'
import { makeChanges, publishDraft, tellScreens } from './draft.ts'
import { savePaces } from './pace-store.ts'
import { findPlan } from './plan-store.ts'
import { countRejection } from './policy-store.ts'
import * as store from './proposal-store.ts'
import { notApplied } from './reaction-contract.ts'
import { type Cause, type ProposalId, planStale, proposalDecided, proposalMissing } from './schedule-contract.ts'

/**
 * Accepts a proposal: what it takes to be so is written down, so that planning knows of it, and the moves are made in the draft.
 *
 * @throws proposalMissing, forbidden, proposalDecided
 * @throws planStale, planInvalid, planBusy as for changes made by hand: nothing is decided then
 */
export async function acceptProposal(ctx: Context, id: ProposalId): Promise<void> {
  await accept(ctx, await lockOpen(ctx, id), false)
}

/** {@link acceptProposal} for the policy of a site. @returns the revision of the draft; undefined when nothing had to move */
export async function acceptByPolicy(ctx: Context, id: ProposalId): Promise<number | undefined> {
  return accept(ctx, await lockOpen(ctx, id), true)
}

async function accept(ctx: Context, proposal: store.ProposalRow, byPolicy: boolean): Promise<number | undefined> {
  const { siteId, untilAt, changes, record } = proposal
  if (epochMs(untilAt) <= ctx.nowMs) throw planStale('The time it speaks of is over. A new proposal will come.')
  await writeDown(ctx, proposal, record)
  // The words are for people; a plan knows the places.
  const moves = changes.map(({ operationId, before, after }) => ({ operationId, before, after }))
  const made = moves.length > 0 ? await makeChanges(ctx, siteId, moves) : undefined
  await decide(ctx, proposal, { state: 'accepted', reason: null, byPolicy })
  return made?.revision
}

async function writeDown(ctx: Context, { siteId }: store.ProposalRow, record: Assumption | null): Promise<void> {
  if (record?.kind === 'exception') await addException(ctx.db, record.id, record.exception)
  if (record?.kind === 'paces') await savePaces(ctx.db, siteId, record.paces, ctx.now)
}

/** Dismisses a proposal with a reason. @throws proposalMissing, forbidden, proposalDecided */
export async function dismissProposal(ctx: Context, id: ProposalId, reason: string): Promise<void> {
  const proposal = await lockOpen(ctx, id)
  await decide(ctx, proposal, { state: 'dismissed', reason, byPolicy: false })
  await countRejected(ctx, proposal.siteId, proposal.cause)
}

/**
 * Takes back what the policy applied: what was written down is forgotten, and everything goes back to where it was. Published at once
 * where nobody has a draft in hand; else in that draft.
 *
 * @throws proposalMissing, forbidden
 * @throws notApplied   the policy did not apply it, or it was taken back before
 * @throws planStale    something has begun or moved since
 * @throws planInvalid, planBusy as for changes made by hand
 */
export async function takeBackProposal(ctx: Context, id: ProposalId): Promise<void> {
  const proposal = await store.lockProposal(ctx.db, id)
  if (!proposal) throw proposalMissing(`There is no proposal ${id}.`)
  const { siteId, changes, record, title } = proposal
  authorize(ctx.actor, 'planning:schedule:publish', siteId)
  if (!proposal.byPolicy || proposal.takenBackAt !== null)
    throw notApplied('The policy did not apply this, or it was taken back already.')
  const begun = changes.find(({ before }) => before && epochMs(before.setupStartAt) < ctx.nowMs - SECOND_MS)
  const isMoved = begun && begun.before?.startAt !== begun.after?.startAt
  if (isMoved) throw planStale('Its old place lies in the past by now. Move what is left by hand.')
  if (record?.kind === 'exception' && (await findException(ctx.db, record.id))) await removeException(ctx.db, record.id)
  if (record?.kind === 'paces') await savePaces(ctx.db, siteId, record.before, ctx.now)
  const hasDraft = (await findPlan(ctx.db, siteId, 'draft')) !== undefined
  const back = changes.map(({ operationId, before, after }) => ({ operationId, before: after, after: before }))
  if (back.length > 0) {
    const { revision } = await makeChanges(ctx, siteId, back)
    if (!hasDraft) await publishDraft(ctx, { siteId, revision })
  }
  await store.takeBack(ctx.db, id, ctx.now, ctx.actor.name)
  ctx.audit({
    ...{ action: 'planning.proposal.take-back', object: `proposal ${id}`, siteId },
    ...{ before: { state: 'accepted' }, after: { state: 'taken back' }, detail: { name: title } },
  })
  await countRejected(ctx, proposal.siteId, proposal.cause)
  tellScreens(ctx, siteId)
}

/** People or the check did not want one: the policy of the site rests when that happens too often. */
export async function countRejected(ctx: Context, siteId: EquipmentId, cause: Cause): Promise<void> {
  if (await countRejection(ctx.db, siteId, cause, ctx.now))
    ctx.audit({ action: 'planning.reaction-policy.suspend', object: `site ${siteId}`, siteId, detail: {} })
}

async function lockOpen(ctx: Context, id: ProposalId): Promise<store.ProposalRow> {
  const proposal = await store.lockProposal(ctx.db, id)
  if (!proposal) throw proposalMissing(`There is no proposal ${id}.`)
  authorize(ctx.actor, 'planning:schedule:plan', proposal.siteId)
  if (proposal.state !== 'open') throw proposalDecided(`The proposal is ${proposal.state}.`, { state: proposal.state })
  return proposal
}

async function decide(
  ctx: Context,
  { id, siteId, title }: store.ProposalRow,
  { state, reason, byPolicy }: { state: 'accepted' | 'dismissed'; reason: string | null; byPolicy: boolean },
): Promise<void> {
  const decidedBy = ctx.actor.name
  await store.decideProposal(ctx.db, id, { state, reason, decidedAt: ctx.now, decidedBy, byPolicy })
  const verb = state === 'dismissed' ? 'dismiss' : byPolicy ? 'apply' : 'accept'
  ctx.audit({
    ...{ action: `planning.proposal.${verb}`, object: `proposal ${id}`, siteId },
    ...(reason !== null && { reason }),
    ...{ before: { state: 'open' }, after: { state }, detail: { name: title } },
  })
  tellScreens(ctx, siteId)
}
