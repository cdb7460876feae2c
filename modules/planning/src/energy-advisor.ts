import { SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Actor, inContext, type Runtime } from '@millrace/runtime'
import { tellScreens } from './draft.ts'
import { readEnergyState } from './energy.ts'
import { ADVICE_BUDGET_S, type AdviceId, type AdviceResult, type AdviceWish } from './energy-advice-contract.ts'
import type { AdviceTask } from './energy-advice-search.ts'
import { saveAdviceProgress } from './energy-advice-store.ts'
import { adviseInThread } from './plan-thread.ts'
import { readSitePlans } from './schedule.ts'

interface AdviceRun {
  readonly id: AdviceId
  readonly siteId: EquipmentId
  readonly actor: Actor
  readonly wish: AdviceWish
}

/** Looks for plans that take less electricity, in threads of their own. */
export class EnergyAdvisor {
  readonly #runtime: Runtime
  readonly #running = new Map<string, { stop: AbortController; done: Promise<void> }>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Starts what was written down. Returns at once. */
  begin(run: AdviceRun): void {
    const stop = new AbortController()
    const done = this.#run(run, stop.signal)
      .catch(async (error: unknown) => {
        if (stop.signal.aborted) return
        this.#runtime.log.error('No energy recommendation could be made.', { siteId: run.siteId }, error)
        await this.#save(run, { state: 'failed', progressRatio: 1 })
      })
      .catch((error: unknown) =>
        this.#runtime.log.error('The end of an energy search could not be written.', {}, error),
      )
      .finally(() => this.#running.delete(run.id))
    this.#running.set(run.id, { stop, done })
  }

  /** Ends a search that is under way here. */
  cancel(id: AdviceId): void {
    this.#running.get(id)?.stop.abort()
  }

  async stop(): Promise<void> {
    const all = [...this.#running.values()]
    for (const { stop } of all) stop.abort()
    await Promise.all(all.map(({ done }) => done))
  }

  async #run(run: AdviceRun, signal: AbortSignal): Promise<void> {
    const { siteId, wish } = run
    const task = await inContext(
      this.#runtime,
      run.actor,
      async (ctx): Promise<AdviceTask> => {
        const { state, draft, published } = await readSitePlans(ctx, siteId)
        return {
          ...{ state, wish, placed: (draft ?? published)?.placed ?? [] },
          energy: await readEnergyState(ctx, siteId, state.span),
          budgetMs: (wish.budgetS ?? ADVICE_BUDGET_S) * SECOND_MS,
          isFenced: published !== undefined,
        }
      },
      'read only',
    )
    let progressRatio = 0
    const result = await adviseInThread(task, signal, {
      onProgress: (ratio) => (progressRatio = ratio),
      tick: () => this.#save(run, { progressRatio }),
    })
    if (!signal.aborted && result) await this.#save(run, { state: 'open', progressRatio: 1, result })
  }

  #save(
    { id, siteId, actor }: AdviceRun,
    progress: { progressRatio: number; state?: 'open' | 'failed'; result?: AdviceResult },
  ): Promise<boolean> {
    return inContext(this.#runtime, actor, async (ctx) => {
      const goesOn = await saveAdviceProgress(ctx.db, id, { ...progress, heardAt: ctx.now })
      tellScreens(ctx, siteId)
      return goesOn
    })
  }
}

let advisor: EnergyAdvisor | undefined

/** From now on recommendations are looked for here. */
export function startEnergyAdvisor(runtime: Runtime): EnergyAdvisor {
  advisor = new EnergyAdvisor(runtime)
  return advisor
}

/** The one of this server; undefined where none runs. */
export function energyAdvisor(): EnergyAdvisor | undefined {
  return advisor
}
