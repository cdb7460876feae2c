import { epochMs, instant, newId } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Actor, authorize, type Context, inContext, type Runtime } from '@millrace/runtime'
import { addException } from './capacity-store.ts'
import { makeChanges, tellScreens } from './draft.ts'
import { listPublishedSites } from './plan-store.ts'
import { repairInThread } from './plan-thread.ts'
import * as store from './proposal-store.ts'
import type { FoundRepair } from './repair-search.ts'
import { readSitePlans, type SitePlans } from './schedule.ts'
import {
  type Placement,
  type Proposal,
  type ProposalId,
  planStale,
  proposalDecided,
  proposalMissing,
} from './schedule-contract.ts'
import { EXPECTED_MS, STOPPED_MS, stoppedMachines } from './stopped-machines.ts'
import { clockText, namesOf, type SiteNames } from './word-rules.ts'

/** Machines are looked at so often: a stop counts after minutes, so nobody waits for less. */
export const LOOK_EVERY_MS = 30_000
/** Searching longer wins little back: the planner waits. */
const REPAIR_BUDGET_MS = 400

/** What happened to a machine that the plan relies on. */
interface Trouble {
  readonly siteId: EquipmentId
  readonly workUnitId: EquipmentId
  readonly cause: Proposal['cause']
  readonly source: string
  readonly untilMs: number
  readonly title: (names: SiteNames, timeZone: string) => string
}

/** Makes proposals for what happens to machines: in threads, one after the other. */
export class Proposer {
  readonly #runtime: Runtime
  readonly #stop = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Proposes what to do about it, after whatever is being worked on. */
  propose(actor: Actor, trouble: Trouble): void {
    this.#work = this.#work
      .then(() => (this.#stop.signal.aborted ? undefined : this.#propose(actor, trouble)))
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted)
          this.#runtime.log.error('No proposal could be made.', { workUnitId: trouble.workUnitId }, error)
      })
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#work
  }

  async #propose(actor: Actor, trouble: Trouble): Promise<void> {
    const { siteId, workUnitId, untilMs } = trouble
    const read = async (ctx: Context) =>
      (await store.hasProposal(ctx.db, trouble)) ? undefined : await readSitePlans(ctx, siteId)
    const plans = await inContext(this.#runtime, actor, read, 'read only')
    const placed = (plans?.draft ?? plans?.published)?.placed
    if (!plans || !placed) return
    const { state } = plans
    const repair = await repairInThread(
      { state, placed, workUnitId, fromMs: state.nowMs, untilMs, budgetMs: REPAIR_BUDGET_MS },
      this.#stop.signal,
    )
    if (!repair || repair.changes.length === 0) return
    await inContext(this.#runtime, actor, async (ctx) => {
      const id = newId<'Proposal'>(ctx.nowMs)
      const { cause, source } = trouble
      const names = namesOf(state)
      const title = trouble.title(names, state.timeZone)
      const row = { id, siteId, workUnitId, cause, source, untilAt: instant(untilMs), madeAt: ctx.now }
      const added = await store.addProposal(ctx.db, {
        ...{ ...row, title, summary: summaryOf(repair) },
        changes: movesOf(repair, names, plans),
      })
      if (!added) return
      ctx.audit({ action: 'planning.proposal.make', object: `proposal ${id}`, siteId, detail: { name: title } })
      tellScreens(ctx, siteId)
    })
  }
}

/** "Move 6 operations. 1 order late instead of 3." */
function summaryOf({ changes, lateBefore, lateIfPushed, lateAfter }: FoundRepair): string {
  const orders = (count: number) => (count === 1 ? '1 order' : `${count} orders`)
  const fresh = lateAfter.filter((number) => !lateBefore.includes(number))
  const moves = `Move ${changes.length === 1 ? '1 operation' : `${changes.length} operations`}.`
  const late =
    fresh.length === 0
      ? 'Nothing becomes late that was not late before'
      : `${fresh.slice(0, 5).join(', ')}${fresh.length > 5 ? ' and others' : ''} become late`
  const instead =
    lateIfPushed > lateAfter.length
      ? `; ${orders(lateIfPushed)} would be late if everything was only pushed, ${lateAfter.length} with these moves.`
      : '.'
  return `${moves} ${late}${instead}`
}

function movesOf({ changes }: FoundRepair, names: SiteNames, { state }: SitePlans): Proposal['changes'] {
  const place = (placement: Placement | null) =>
    placement
      ? `${names.resource(placement.workUnitId)} ${clockText(epochMs(placement.startAt), state.timeZone)}`
      : 'no place'
  return changes.map(({ operationId, before, after }) => ({
    ...{ operationId, before, after },
    text: `${names.operation(operationId)}: ${place(before)} → ${place(after)}`,
  }))
}

let proposer: Proposer | undefined

/** From now on proposals are made here. */
export function startProposer(runtime: Runtime): Proposer {
  proposer = new Proposer(runtime)
  return proposer
}

/** Looks at the machines of every site that works by a plan, and proposes what to do about those that have stopped. */
export async function watchMachines(ctx: Context): Promise<void> {
  const stillStopped = new Set<string>()
  for (const siteId of await listPublishedSites(ctx.db))
    for (const { workUnitId, sinceMs } of await stoppedMachines(ctx, siteId)) {
      stillStopped.add(workUnitId)
      if (ctx.nowMs - sinceMs < STOPPED_MS) continue
      const trouble: Trouble = {
        ...{ siteId, workUnitId, cause: 'stopped', source: String(sinceMs), untilMs: ctx.nowMs + EXPECTED_MS },
        title: (names, timeZone) =>
          `${names.resource(workUnitId)} has been stopped since ${clockText(sinceMs, timeZone)}`,
      }
      if (!(await store.hasProposal(ctx.db, trouble))) ctx.afterCommit(() => proposer?.propose(ctx.actor, trouble))
    }
  for (const { workUnitId, siteId } of await store.listStoppedProposals(ctx.db)) {
    if (stillStopped.has(workUnitId)) continue
    await store.outdateProposals(ctx.db, workUnitId, ctx.now)
    tellScreens(ctx, siteId)
  }
}

/**
 * Accepts a proposal: the stop is written down, so that planning knows of it, and the moves are made in the draft.
 *
 * @throws proposalMissing, forbidden, proposalDecided
 * @throws planStale, planInvalid, planBusy as for changes made by hand: nothing is decided then
 */
export async function acceptProposal(ctx: Context, id: ProposalId): Promise<void> {
  const proposal = await lockOpen(ctx, id)
  const { siteId, workUnitId, title, untilAt, changes } = proposal
  if (epochMs(untilAt) <= ctx.nowMs) throw planStale('The time it speaks of is over. A new proposal will come.')
  const exception = { siteId, workUnitId, kind: 'stop' as const, startAt: ctx.now, endAt: untilAt, note: title }
  await addException(ctx.db, newId<'CalendarException'>(ctx.nowMs), exception)
  await makeChanges(ctx, siteId, changes)
  await decide(ctx, proposal, 'accepted', null)
}

/** Dismisses a proposal with a reason. @throws proposalMissing, forbidden, proposalDecided */
export async function dismissProposal(ctx: Context, id: ProposalId, reason: string): Promise<void> {
  await decide(ctx, await lockOpen(ctx, id), 'dismissed', reason)
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
  state: 'accepted' | 'dismissed',
  reason: string | null,
): Promise<void> {
  await store.decideProposal(ctx.db, id, { state, reason, decidedAt: ctx.now, decidedBy: ctx.actor.name })
  ctx.audit({
    ...{ action: `planning.proposal.${state === 'accepted' ? 'accept' : 'dismiss'}`, object: `proposal ${id}`, siteId },
    ...(reason !== null && { reason }),
    ...{ before: { state: 'open' }, after: { state }, detail: { name: title } },
  })
  tellScreens(ctx, siteId)
}
