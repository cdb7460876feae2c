import { newId, now } from '@millrace/base'
import { type Actor, authorize, type Context, type Runtime } from '@millrace/runtime'
import { createTrailCheck } from '@millrace/trail'
import { checkMissing, checkRunning, type TrailCheck } from './trail-contract.ts'
import { trailLines } from './trail-export.ts'
import { isSignedBy, sha256, trailKey } from './trail-key.ts'
import * as store from './trail-store.ts'

const FINDINGS_SHOWN = 100
/** Verifications whose results are kept, for whoever comes back to look. */
const KEPT_MAX = 50
/** Lines between two pauses: requests are served in between. */
const LINES_A_TURN = 500

interface Running {
  readonly enterpriseId: string
  check: TrailCheck
  isCancelled: boolean
}

/** Verifications of whole trails, in the background of this process: one at a time for each company. */
export class TrailChecks {
  readonly #checks = new Map<string, Running>()

  /** Begins one. @throws checkRunning */
  async begin(runtime: Runtime, ctx: Context): Promise<TrailCheck> {
    authorize(ctx.actor, 'identity:audit:read')
    const mine = [...this.#checks.values()].filter((one) => one.enterpriseId === ctx.enterpriseId)
    const running = mine.find(({ check }) => check.state === 'running')
    if (running) throw checkRunning('A verification is running already.', { checkId: running.check.id })
    const size = await store.treeSize(ctx.db)
    const { enterpriseId } = ctx
    const started: Running = {
      enterpriseId,
      isCancelled: false,
      check: {
        ...{
          id: newId<'TrailCheck'>(ctx.nowMs),
          state: 'running',
          progressRatio: 0,
          startedAt: ctx.now,
          endedAt: null,
        },
        ...{ events: 0, size, head: null, headCount: 0, witnessedHeadCount: 0, findings: [] },
      },
    }
    ctx.audit({ action: 'identity.audit.verify', object: `enterprise ${enterpriseId}`, detail: { size } })
    const { actor, now: exportedAt } = ctx
    ctx.afterCommit(() => {
      this.#keep(started)
      void this.#run(runtime, actor, started, { filter: {}, enterpriseId, size, exportedAt })
    })
    return started.check
  }

  /** @throws checkMissing, forbidden */
  get(ctx: Context, id: string): TrailCheck {
    return this.#find(ctx, id).check
  }

  /** Stops one; one that has ended stays as it is. @throws checkMissing, forbidden */
  cancel(ctx: Context, id: string): TrailCheck {
    const running = this.#find(ctx, id)
    running.isCancelled = true
    if (running.check.state === 'running') running.check = { ...running.check, state: 'cancelled', endedAt: now() }
    ctx.audit({ action: 'identity.audit.stop-verify', object: `enterprise ${ctx.enterpriseId}` })
    return running.check
  }

  /** Stops all of them. */
  stop(): void {
    for (const running of this.#checks.values()) running.isCancelled = true
  }

  #find(ctx: Context, id: string): Running {
    const found = this.#checks.get(id)
    if (found?.enterpriseId !== ctx.enterpriseId) throw checkMissing(`There is no verification ${id}.`)
    authorize(ctx.actor, 'identity:audit:read')
    return found
  }

  #keep(running: Running): void {
    this.#checks.set(running.check.id, running)
    for (const [id, { check }] of this.#checks) {
      if (this.#checks.size <= KEPT_MAX) return
      if (check.state !== 'running') this.#checks.delete(id)
    }
  }

  async #run(runtime: Runtime, actor: Actor, running: Running, plan: Parameters<typeof trailLines>[2]): Promise<void> {
    try {
      const witness = await runtime.witness.read(plan.enterpriseId)
      const check = createTrailCheck({ hash: sha256, verify: isSignedBy, key: trailKey(runtime.secrets), witness })
      let lines = 0
      for await (const line of trailLines(runtime, actor, plan)) {
        if (running.isCancelled) return
        check.take(line)
        lines += 1
        if (lines % LINES_A_TURN !== 0) continue
        running.check = {
          ...running.check,
          events: check.events,
          progressRatio: Math.min(1, check.events / Math.max(1, plan.size)),
        }
        await new Promise((resolve) => setImmediate(resolve))
      }
      const { findings, events, size, head, headCount, witnessedHeadCount } = check.finish()
      running.check = {
        ...running.check,
        ...{ state: 'done', progressRatio: 1, endedAt: now(), events, size, head: head ?? null, headCount },
        ...{ witnessedHeadCount, findings: findings.slice(0, FINDINGS_SHOWN).map((one) => ({ ...one })) },
      }
    } catch (error) {
      runtime.log.error('A trail could not be verified.', {}, error)
      running.check = { ...running.check, state: 'failed', endedAt: now() }
    }
  }
}
