import { instant, newId } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Actor, type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import type { Assumption } from './assumption-rules.ts'
import { tellScreens } from './draft.ts'
import type { PlanRow } from './plan-store.ts'
import { repairInThread } from './plan-thread.ts'
import { applyByPolicy } from './policies.ts'
import * as store from './proposal-store.ts'
import { assumptionText, freshlyLate, movesOf, summaryOf, titleOf } from './proposal-words.ts'
import { isNearlyOver, offeredUntil, renewalText } from './renewal-rules.ts'
import type { FoundRepair } from './repair-search.ts'
import { readSitePlans, type SitePlans } from './schedule.ts'
import type { ProposalId } from './schedule-contract.ts'
import { assumptionsFor, sourceOf, subjectOf, type Trouble, usefulUntil } from './trouble-rules.ts'

/** Searching longer wins little back: the planner waits. */
const REPAIR_BUDGET_MS = 400
/** What was tried in vain is forgotten beyond this; it is tried once more then. */
const TRIED_MAX = 2000

/** The plan that changes start from, as a proposal remembers it. */
export function basisOf({
  draft,
  published,
}: {
  readonly draft: PlanRow | undefined
  readonly published: PlanRow | undefined
}): string {
  const plan = draft ?? published
  return plan ? `${plan.id} ${plan.revision}` : ''
}

/** Makes proposals for what happens: in threads, one after the other. */
export class Proposer {
  readonly #runtime: Runtime
  readonly #stop = new AbortController()
  /** Nothing came of these: by subject, what was tried on which plan. */
  readonly #tried = new Map<string, string>()
  readonly #waiting = new Set<string>()
  #work: Promise<void> = Promise.resolve()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * Proposes what to do about it, after whatever is being worked on. Once, however often it is told.
   *
   * @param basis the plan as whoever tells it knows it, so that nothing is read for what came to nothing on it before
   */
  propose(actor: Actor, trouble: Trouble, basis?: string): void {
    const key = keyOf(actor.enterpriseId, trouble)
    if (this.#waiting.has(key)) return
    if (basis !== undefined && this.#tried.get(key) === `${sourceOf(trouble)} ${basis}`) return
    this.#waiting.add(key)
    this.#work = this.#work
      .then(() => (this.#stop.signal.aborted ? undefined : this.#propose(actor, trouble, key)))
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted)
          this.#runtime.log.error('No proposal could be made.', { cause: trouble.cause, siteId: trouble.siteId }, error)
      })
      .finally(() => this.#waiting.delete(key))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#work
  }

  async #propose(actor: Actor, trouble: Trouble, key: string): Promise<void> {
    const { siteId } = trouble
    const subject = { siteId, cause: trouble.cause, subject: subjectOf(trouble) }
    const { plans, open } = await inContext(
      this.#runtime,
      actor,
      async (ctx) => ({
        plans: await readSitePlans(ctx, siteId),
        open: await store.findOpenProposal(ctx.db, subject),
      }),
      'read only',
    )
    const placed = (plans.draft ?? plans.published)?.placed
    const tried = `${sourceOf(trouble)} ${basisOf(plans)}`
    if (!placed || this.#tried.get(key) === tried) return
    if (this.#tried.size >= TRIED_MAX) this.#tried.clear()
    // Before the search: what fails on a plan fails on it again.
    this.#tried.set(key, tried)
    const { state } = plans
    const title = titleOf(trouble, state)
    const assumptions = assumptionsFor(trouble, title, state, placed, newId<'CalendarException'>(state.nowMs))
    const isOfUse = open?.source === sourceOf(trouble) && !isNearlyOver(open, state.nowMs)
    const standing = isOfUse ? { assumption: open.record, moves: open.changes } : undefined
    const awaited = trouble.cause === 'late-delivery' ? trouble.receiptId : undefined
    const wish = { state, placed, assumptions, budgetMs: REPAIR_BUDGET_MS, standing, awaited }
    const repair = await repairInThread(wish, this.#stop.signal)
    if (!repair) return
    if (repair.stands && open) {
      await inContext(this.#runtime, actor, (ctx) => leave(ctx, open, basisOf(plans), repair))
      this.#tried.delete(key)
      return
    }
    const found = { trouble, plans, repair, record: assumptions[repair.chosen] ?? null, title }
    const id = await inContext(this.#runtime, actor, (ctx) => keep(ctx, found))
    if (id === undefined) return
    this.#tried.delete(key)
    const facts = { cause: trouble.cause, changes: repair.changes, forced: repair.forced, late: freshlyLate(repair) }
    await applyByPolicy(this.#runtime, actor.enterpriseId, siteId, id, facts)
  }
}

function keyOf(enterpriseId: string, trouble: Trouble): string {
  return `${enterpriseId} ${trouble.siteId} ${trouble.cause} ${subjectOf(trouble)}`
}

/** What was proposed before fits this plan as well: whoever reads it is not disturbed. */
async function leave(ctx: Context, open: store.ProposalRow, basis: string, repair: FoundRepair): Promise<void> {
  const summary = summaryOf({ ...repair, changes: open.changes })
  const isThere = await store.keepStanding(ctx.db, open.id, { basis, summary })
  if (isThere && summary !== open.summary) tellScreens(ctx, open.siteId)
}

interface Found {
  readonly trouble: Trouble
  readonly plans: SitePlans
  readonly repair: FoundRepair
  /** What it takes to be so. */
  readonly record: Assumption | null
  readonly title: string
}

/** Stores what was found. @returns undefined when there is nothing to do about it */
async function keep(ctx: Context, { trouble, plans, repair, record, title }: Found): Promise<ProposalId | undefined> {
  const { siteId, cause } = trouble
  const key = { siteId, cause, subject: subjectOf(trouble), source: sourceOf(trouble), basis: basisOf(plans) }
  if (await store.isDecided(ctx.db, key, ctx.now)) return undefined
  // A repair wants to be planned even where nothing is in its way.
  if (repair.changes.length === 0 && cause !== 'predicted-failure') {
    await store.outdateProposals(ctx.db, key, ctx.now)
    tellScreens(ctx, siteId)
    return undefined
  }
  const before = await store.findOpenProposal(ctx.db, key)
  const id = newId<'Proposal'>(ctx.nowMs)
  await store.addProposal(ctx.db, {
    ...{ ...key, id, title, record, workUnitId: workUnitOf(trouble) },
    summary: summaryOf(repair),
    assumption: assumptionText(trouble, record, plans.state),
    untilAt: instant(offeredUntil(usefulUntil(trouble, record, ctx.nowMs), repair.changes)),
    madeAt: ctx.now,
    renewedBecause: before ? renewalText(trouble, before, key, ctx.nowMs) : null,
    firstMadeAt: before ? (before.firstMadeAt ?? before.madeAt) : null,
    changes: movesOf(repair.changes, plans),
  })
  ctx.audit({ action: 'planning.proposal.make', object: `proposal ${id}`, siteId, detail: { name: title, cause } })
  tellScreens(ctx, siteId)
  return id
}

function workUnitOf(trouble: Trouble): EquipmentId | null {
  return 'workUnitId' in trouble ? trouble.workUnitId : null
}

let proposer: Proposer | undefined

/** From now on proposals are made here. */
export function startProposer(runtime: Runtime): Proposer {
  proposer = new Proposer(runtime)
  return proposer
}

/** Has a proposal made about something that happened, after the transaction. Does nothing where proposals are not made. */
export function proposeAfter(ctx: Context, trouble: Trouble, basis?: string): void {
  ctx.afterCommit(() => proposer?.propose(systemActor(ctx.enterpriseId, 'planning.react'), trouble, basis))
}
