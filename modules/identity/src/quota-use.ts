import { randomUUID } from 'node:crypto'
import { DAY_MS, type Instant, instant, later, now, SECOND_MS } from '@millrace/base'
import { authorize, type Context, inContext, plays, type Quotas, type Runtime, systemActor } from '@millrace/runtime'
import { storedBytes } from './extension-points.ts'
import type { Limits } from './quota-contract.ts'
import * as store from './quota-store.ts'

const KEEP_EVERY_MS = 10 * SECOND_MS
/** A server that was not heard of for so long no longer has a part. */
const SERVER_GONE_S = 35
/** Roles that count what companies use. */
const SERVING = ['api', 'ingest'] as const
const KEPT_MS = 30 * DAY_MS
const SHOWN_MS = 7 * DAY_MS
const SHOWN_MAX = 50
/** As what the bytes of a company are kept among its uses. */
const STORAGE = 'storage'

/** The company's quotas, what it uses of them, and who was told to wait. */
export async function getLimits(ctx: Context, quotas: Quotas): Promise<Limits> {
  authorize(ctx.actor, 'identity:limits:read')
  const kept = new Map((await store.listUse(ctx.db, ctx.now)).map((row) => [row.quota, row]))
  const lately = await store.listPeaksSince(ctx.db, later(ctx.now, -SHOWN_MS))
  const storage = kept.get(STORAGE)
  return {
    limits: quotas.usedBy(ctx.enterpriseId).map(({ quota, amount, now: used, peak }) => ({
      quota,
      amount: Number.isFinite(amount) ? amount : null,
      now: used,
      peakToday: Math.max(kept.get(quota)?.peak ?? 0, peak),
      peakWeek: Math.max(lately.get(quota) ?? 0, peak),
    })),
    limited: await store.listLimited(ctx.db, later(ctx.now, -SHOWN_MS), SHOWN_MAX),
    storedBytes: storage?.peak ?? (await bytesOf(ctx)),
    storedAt: storage?.measuredAt ?? ctx.now,
  }
}

async function bytesOf(ctx: Context): Promise<number> {
  const answers = await ctx.ask(storedBytes, undefined)
  return answers.reduce((sum, bytes) => sum + bytes, 0)
}

/** Measures what a company has stored: a task, because it looks at every chunk. */
export async function measureStorage(ctx: Context): Promise<void> {
  await store.saveUse(ctx.db, [{ quota: STORAGE, peak: await bytesOf(ctx), measuredAt: ctx.now }])
  await store.deleteUseBefore(ctx.db, later(ctx.now, -KEPT_MS))
}

/** Writes down every few seconds what was used, and shares the quotas with the other servers. */
export function keepQuotaUse(runtime: Runtime): { stop(): Promise<void> } {
  const serverId = randomUUID()
  // A worker takes no requests: it has no part of what is counted for them.
  const roles = SERVING.filter((role) => plays(runtime, role))
  let running: Promise<void> | undefined
  async function keep(): Promise<void> {
    try {
      runtime.quotas.shareAmong(await store.countServers(runtime.app.kysely, serverId, roles, SERVER_GONE_S))
      await saveQuotaUse(runtime)
    } catch (error) {
      runtime.log.warn('What is used of the quotas could not be written down.', {}, error)
    }
  }
  const turn = () => {
    running ??= keep().finally(() => {
      running = undefined
    })
  }
  const timer = setInterval(turn, KEEP_EVERY_MS)
  turn()
  return {
    async stop() {
      clearInterval(timer)
      await running
      await keep()
      await store.deleteServer(runtime.app.kysely, serverId).catch(() => undefined) // it is forgotten by itself
    },
  }
}

/** Writes down what was used and refused since the last time. */
async function saveQuotaUse(runtime: Runtime): Promise<void> {
  for (const { enterpriseId, use, limited } of runtime.quotas.takeUse()) {
    const peaks = use.filter((one) => one.peak > 0)
    if (peaks.length + limited.length === 0) continue
    await inContext(runtime, systemActor(enterpriseId, 'quotas'), async (ctx) => {
      const measuredAt: Instant = now()
      await store.saveUse(
        ctx.db,
        peaks.map(({ quota, peak }) => ({ quota, peak, measuredAt })),
      )
      for (const { quota, holder, count, lastMs } of limited) {
        await store.saveLimited(ctx.db, {
          ...{ quota, holderId: holder.id, kind: holder.kind, name: holder.name.slice(0, 200), count },
          lastAt: instant(lastMs),
        })
      }
    }).catch((error: unknown) => {
      // A company that was removed a moment ago has nowhere to write to.
      runtime.log.warn('What a company used of its quotas could not be written down.', { enterpriseId }, error)
    })
  }
}
