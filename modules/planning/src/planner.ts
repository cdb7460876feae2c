import { randomUUID } from 'node:crypto'
import { later, SECOND_MS } from '@millrace/base'
import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Actor, authorize, type Context, inContext, type Runtime } from '@millrace/runtime'
import { publishDraft, refuseWhilePlanning, saveDraft, tellScreens } from './draft.ts'
import { pinnedIn } from './pin-rules.ts'
import type { FoundPlan, SearchWish } from './plan-search.ts'
import { beginRun, findRun, saveProgress } from './plan-store.ts'
import { searchInThread } from './plan-thread.ts'
import { RUN_SILENT_MS, readSitePlans } from './schedule.ts'
import { BUDGET_S, nothingToPlan, notPlanning, type PlanWish, planBusy } from './schedule-contract.ts'

interface Run {
  readonly id: string
  readonly siteId: EquipmentId
  readonly actor: Actor
  readonly budgetMs: number
}

/** Runs plannings in threads of their own and stores what they find in drafts. */
export class Planner {
  readonly #runtime: Runtime
  readonly #running = new Map<string, { stop: AbortController; done: Promise<void> }>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * Plans a site and publishes what was found, for a company that comes with its plans.
   *
   * @param asOfMs when planning took place: what the plan has before now has happened since
   */
  async planAndPublish(actor: Actor, siteId: EquipmentId, budgetMs: number, asOfMs: number): Promise<void> {
    const { state } = await inContext(this.#runtime, actor, (ctx) => readSitePlans(ctx, siteId), 'read only')
    const stop = new AbortController()
    let best: FoundPlan | undefined
    const wish = { state: { ...state, nowMs: asOfMs }, pinned: [], fenced: false, budgetMs, seed: 1 }
    const done = searchInThread(
      wish,
      stop.signal,
      (plan) => (best = plan),
      async () => true,
    )
    const id = randomUUID()
    this.#running.set(id, { stop, done })
    await done.finally(() => this.#running.delete(id))
    if (!best || stop.signal.aborted) return
    const { placed } = best
    await inContext(this.#runtime, actor, async (ctx) => {
      const revision = await saveDraft(ctx, siteId, placed)
      await publishDraft(ctx, { siteId, revision })
    })
  }

  /** Starts a run that was written down. Returns at once. */
  begin(run: Run): void {
    const stop = new AbortController()
    const done = this.#run(run, stop.signal)
      .catch(async (error: unknown) => {
        if (stop.signal.aborted) return
        this.#runtime.log.error('A site could not be planned.', { siteId: run.siteId }, error)
        await this.#end(run, { state: 'failed', detail: 'Planning failed; the server log says why.' })
      })
      .catch((error: unknown) => this.#runtime.log.error('The end of a planning could not be written.', {}, error))
      .finally(() => this.#running.delete(run.id))
    this.#running.set(run.id, { stop, done })
  }

  /** Ends a run that is under way here. */
  cancel(id: string): void {
    this.#running.get(id)?.stop.abort()
  }

  async stop(): Promise<void> {
    const all = [...this.#running.values()]
    for (const { stop } of all) stop.abort()
    await Promise.all(all.map(({ done }) => done))
  }

  async #run(run: Run, signal: AbortSignal): Promise<void> {
    const plans = await inContext(this.#runtime, run.actor, (ctx) => readSitePlans(ctx, run.siteId), 'read only')
    const wish: SearchWish = {
      ...{ state: plans.state, pinned: pinnedIn(plans), fenced: plans.published !== undefined },
      ...{ budgetMs: run.budgetMs, seed: 1 },
    }
    const startMs = performance.now()
    let best: FoundPlan | undefined
    let stored: FoundPlan | undefined
    const tick = async () => {
      const progressRatio = Math.min(1, (performance.now() - startMs) / run.budgetMs)
      const going = await inContext(this.#runtime, run.actor, async (ctx) => {
        const lateCount = best?.lateCount ?? null
        if (!(await saveProgress(ctx.db, run.id, { progressRatio, lateCount, heardAt: ctx.now }))) return false
        if (best && best !== stored) await saveDraft(ctx, run.siteId, best.placed)
        else tellScreens(ctx, run.siteId)
        return true
      })
      stored = best
      return going
    }
    await searchInThread(wish, signal, (plan) => (best = plan), tick)
    if (signal.aborted) return
    if (best && best !== stored && !(await tick())) return
    await this.#end(run, { state: 'done', detail: null })
  }

  async #end(run: Run, end: { state: 'done' | 'failed'; detail: string | null }): Promise<void> {
    await inContext(this.#runtime, run.actor, async (ctx) => {
      await saveProgress(ctx.db, run.id, { ...end, progressRatio: 1, heardAt: ctx.now })
      tellScreens(ctx, run.siteId)
    })
  }
}

let planner: Planner | undefined

/** From now on plannings run here. */
export function startPlanner(runtime: Runtime): Planner {
  planner = new Planner(runtime)
  return planner
}

/** Plans a site and publishes the plan, see {@link Planner.planAndPublish}. Does nothing where plannings do not run. */
export async function planAndPublish(
  actor: Actor,
  siteId: EquipmentId,
  times: { readonly budgetMs: number; readonly asOfMs: number },
): Promise<void> {
  await planner?.planAndPublish(actor, siteId, times.budgetMs, times.asOfMs)
}

/**
 * Plans a site anew in the background: what is frozen or locked stays. Watch `planning.schedule/…` for how far it is.
 *
 * @throws equipmentMissing, forbidden
 * @throws nothingToPlan  there are no open orders
 * @throws planBusy       it is being planned already
 */
export async function requestPlan(ctx: Context, { siteId, budgetS = BUDGET_S }: PlanWish): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  await refuseWhilePlanning(ctx, siteId)
  const { state } = await readSitePlans(ctx, siteId)
  if (state.orders.length === 0)
    throw nothingToPlan('There are no open orders at this site. Make an order first, then plan.')
  const run = { siteId, id: randomUUID(), startedAt: ctx.now, budgetS, startedBy: ctx.actor.name }
  if (!(await beginRun(ctx.db, run, later(ctx.now, -RUN_SILENT_MS)))) throw planBusy('This site is being planned.')
  ctx.audit({
    ...{ action: 'planning.run.start', object: `site ${siteId}`, siteId },
    detail: { orders: state.orders.length, budgetS },
  })
  ctx.afterCommit(() => planner?.begin({ id: run.id, siteId, actor: ctx.actor, budgetMs: budgetS * SECOND_MS }))
  tellScreens(ctx, siteId)
}

/** Ends the planning of a site; the best plan so far stays in the draft. @throws equipmentMissing, forbidden, notPlanning */
export async function cancelRun(ctx: Context, siteId: EquipmentId): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:schedule:plan', siteId)
  const run = await findRun(ctx.db, siteId)
  const cancelled = run && (await saveProgress(ctx.db, run.id, { state: 'cancelled', heardAt: ctx.now }))
  if (!run || !cancelled) throw notPlanning('This site is not being planned.')
  ctx.audit({ action: 'planning.run.cancel', object: `site ${siteId}`, siteId, detail: {} })
  ctx.afterCommit(() => planner?.cancel(run.id))
  tellScreens(ctx, siteId)
}
