import { SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Actor, type Context, inContext, type Runtime } from '@millrace/runtime'
import { tellScreens } from './draft.ts'
import { readEnergyState } from './energy.ts'
import { pinnedIn } from './pin-rules.ts'
import type { FoundPlan } from './plan-search.ts'
import { scenarioInThread } from './plan-thread.ts'
import { baseMarkOf } from './scenario-base.ts'
import type { ScenarioId } from './scenario-contract.ts'
import { resultOf, statedPlan } from './scenario-figures-rules.ts'
import { withChanges } from './scenario-rules.ts'
import * as store from './scenario-store.ts'
import { readSitePlans } from './schedule.ts'

interface Task {
  readonly id: ScenarioId
  readonly siteId: EquipmentId
  readonly budgetS: number
}

/** Computes scenarios in threads, one after the other: each takes a whole core. */
export class ScenarioRunner {
  readonly #runtime: Runtime
  readonly #stop = new AbortController()
  readonly #running = new Map<ScenarioId, AbortController>()
  #work: Promise<void> = Promise.resolve()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Computes a scenario that was written down, after those before it. Returns at once. */
  begin(actor: Actor, task: Task): void {
    const own = new AbortController()
    this.#running.set(task.id, own)
    this.#work = this.#work
      .then(() => this.#compute(actor, task, AbortSignal.any([own.signal, this.#stop.signal])))
      .catch((error: unknown) => this.#fail(actor, task, error))
      .catch((error: unknown) => this.#runtime.log.error('The end of a scenario could not be written.', {}, error))
      .finally(() => {
        if (this.#running.get(task.id) === own) this.#running.delete(task.id)
      })
  }

  cancel(id: ScenarioId): void {
    this.#running.get(id)?.abort()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#work
  }

  async #compute(actor: Actor, { id, siteId, budgetS }: Task, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const read = async (ctx: Context) => {
      const plans = await readSitePlans(ctx, siteId)
      const energy = await readEnergyState(ctx, siteId, plans.state.span)
      return { row: await store.findScenario(ctx.db, id), plans, energy, readAt: ctx.now }
    }
    const { row, plans, energy, readAt } = await inContext(this.#runtime, actor, read, 'read only')
    const base = (plans.draft ?? plans.published)?.placed
    if (!row || !base) return
    const state = withChanges(plans.state, id, row.changes)
    const budgetMs = budgetS * SECOND_MS
    const startMs = performance.now()
    let best: FoundPlan | undefined
    const tick = () =>
      inContext(this.#runtime, actor, async (ctx) => {
        const progressRatio = Math.min(1, (performance.now() - startMs) / budgetMs)
        const progress = { state: 'running' as const, progressRatio, detail: null, heardAt: ctx.now }
        await store.hearOfWaiting(ctx.db, siteId, ctx.now)
        tellScreens(ctx, siteId)
        return store.saveScenarioProgress(ctx.db, id, progress)
      })
    if (!(await tick())) return
    const fenced = plans.published !== undefined
    const wish = { state, pinned: pinnedIn(plans), fenced, base, budgetMs, seed: 1 }
    await scenarioInThread(wish, signal, (plan) => (best = plan), tick)
    if (signal.aborted || !best) return
    const { placed } = best
    const result = resultOf(
      statedPlan({ state, placed }),
      statedPlan({ state: plans.state, placed: base }, plans.stated),
      energy,
    )
    const found = { baseMark: baseMarkOf(plans, readAt), computedAt: readAt, result, placed }
    await inContext(this.#runtime, actor, async (ctx) => {
      await store.saveResult(ctx.db, id, found)
      tellScreens(ctx, siteId)
    })
  }

  async #fail(actor: Actor, { id, siteId }: Task, error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return
    this.#runtime.log.error('A scenario could not be computed.', { scenarioId: id }, error)
    await inContext(this.#runtime, actor, async (ctx) => {
      const detail = 'It could not be computed; the server log says why.'
      await store.saveScenarioProgress(ctx.db, id, { state: 'failed', progressRatio: 1, detail, heardAt: ctx.now })
      tellScreens(ctx, siteId)
    })
  }
}

let runner: ScenarioRunner | undefined

/** From now on scenarios are computed here. */
export function startScenarios(runtime: Runtime): ScenarioRunner {
  runner = new ScenarioRunner(runtime)
  return runner
}

/** Computes a scenario as soon as what was written about it is there for all. */
export function beginScenario(ctx: Context, task: Task): void {
  ctx.afterCommit(() => runner?.begin(ctx.actor, task))
  tellScreens(ctx, task.siteId)
}

export function cancelComputing(ctx: Context, id: ScenarioId): void {
  ctx.afterCommit(() => runner?.cancel(id))
}
