import { problemType, SECOND_MS } from '@millrace/base'
import { addUse, type Bucket, newBucket, newUse, spend, turnWindow, type Use, waitOf } from './quota-rules.ts'
import { createTurns, type Turns } from './turns.ts'

/**
 * What one tenant may use at once, so that no tenant slows another down (THREATS T-B8). `…Each` is the part of one person or
 * key. Numbers are per second for requests and samples, else how many at the same time. Infinity = as much as there is.
 */
export interface QuotaAmounts {
  readonly requests: number
  readonly requestsEach: number
  readonly samples: number
  readonly sockets: number
  readonly socketsEach: number
  readonly queries: number
  readonly exports: number
}

export type QuotaName = keyof QuotaAmounts
/** Used up per second and refilled. */
export type RateName = 'requests' | 'requestsEach' | 'samples'

/**
 * What a company may use where nobody said otherwise. `samples` is more than one large plant sends (50,000 signals once a
 * second, or 5,000 ten times a second), so that who runs Millrace for one company does not meet it by surprise; and a fifth
 * of what two cores settled when ingest was measured (docs/benchmarks.md), so that a company at its quota leaves the others
 * theirs. It is there for the loop that sends everything twice, not to be a tariff. `sockets` is twice the 500 screens with which
 * the live view was measured.
 */
export const DEFAULT_QUOTAS: QuotaAmounts = {
  requests: 500,
  requestsEach: 50,
  samples: 50_000,
  sockets: 1000,
  socketsEach: 20,
  queries: 4,
  exports: 2,
}

export const NO_QUOTAS: QuotaAmounts = {
  requests: Number.POSITIVE_INFINITY,
  requestsEach: Number.POSITIVE_INFINITY,
  samples: Number.POSITIVE_INFINITY,
  sockets: Number.POSITIVE_INFINITY,
  socketsEach: Number.POSITIVE_INFINITY,
  queries: Number.POSITIVE_INFINITY,
  exports: Number.POSITIVE_INFINITY,
}

/** For how many seconds a tenant that was quiet may use twice its rate: samples come in bursts after a broken line. */
const BURST_S: Readonly<Record<RateName, number>> = { requests: 2, requestsEach: 4, samples: 60 }

export const limited = problemType('runtime/limited', 'limited', 'Too much at once')

/** Who uses something. */
export interface Holder {
  readonly kind: string
  readonly id: string
  /** For those who look at what was limited. */
  readonly name: string
  readonly enterpriseId: string
}

/** Somebody who was told to wait. */
export interface Limited {
  readonly quota: QuotaName
  readonly holder: Pick<Holder, 'kind' | 'id' | 'name'>
  readonly count: number
  readonly lastMs: number
}

export interface QuotaUse {
  readonly quota: QuotaName
  /** Infinity = unlimited. */
  readonly amount: number
  readonly now: number
  /** The most in ten seconds (rates) or at once (places) since the last {@link Quotas.takeUse}. */
  readonly peak: number
}

export interface Quotas {
  /** @throws limited when nothing is left of a rate, with `quota` and `retryAfterMs`. Takes nothing. */
  check(holder: Holder, name: RateName): void
  /** Uses some of a rate, more than is left if need be: the next one waits for it. */
  charge(holder: Holder, name: RateName, amount: number): void
  /** Takes a place. @returns gives it back, safe to call twice. @throws limited when all are taken. */
  hold(holder: Holder, name: 'sockets'): () => void
  /** Waits for a turn, a few seconds at most, tenant by tenant. @returns ends it. @throws limited */
  turn(holder: Holder, name: 'queries' | 'exports'): Promise<() => void>
  /** What a tenant uses now. */
  usedBy(enterpriseId: string): QuotaUse[]
  /** What was used and refused since the last time, of every tenant that did anything. Begins anew. */
  takeUse(): { enterpriseId: string; use: QuotaUse[]; limited: Limited[] }[]
  /** How many servers share the work: each gives its part of every rate. */
  shareAmong(servers: number): void
}

interface Tenant {
  readonly buckets: Record<'requests' | 'samples', Bucket>
  /** Least recently used first; a bucket that was forgotten is a full one. */
  readonly each: Map<string, Bucket>
  readonly use: Record<QuotaName, Use>
  readonly limited: Map<string, Limited>
  readonly sockets: Map<string, number>
  usedMs: number
}

/** People and keys of a tenant that are remembered at once. */
const EACH_MAX = 5000
const LIMITED_MAX = 200
const TENANT_IDLE_MS = 600 * SECOND_MS
/** Heavy reads of all tenants together: half of the connections stay free for everything else. */
const HEAVY_AT_ONCE = 8

/**
 * Quotas in the memory of this process. Counting costs nothing worth measuring: a few additions for each request and each
 * batch, whatever the batch holds.
 *
 * @param amountsOf what a tenant may use.
 * @param clockMs milliseconds that only go forward.
 */
export function createQuotas(
  amountsOf: (enterpriseId: string) => QuotaAmounts,
  clockMs: () => number = () => performance.now(),
): Quotas {
  const tenants = new Map<string, Tenant>()
  let servers = 1
  const rateOf = (amounts: QuotaAmounts, name: RateName) => amounts[name] / servers

  function tenantOf(enterpriseId: string): Tenant {
    const nowMs = clockMs()
    let tenant = tenants.get(enterpriseId)
    if (!tenant) {
      const amounts = amountsOf(enterpriseId)
      tenant = {
        buckets: {
          requests: newBucket(rateOf(amounts, 'requests'), BURST_S.requests, nowMs),
          samples: newBucket(rateOf(amounts, 'samples'), BURST_S.samples, nowMs),
        },
        each: new Map(),
        use: {
          ...{ requests: newUse(nowMs), requestsEach: newUse(nowMs), samples: newUse(nowMs), sockets: newUse(nowMs) },
          ...{ socketsEach: newUse(nowMs), queries: newUse(nowMs), exports: newUse(nowMs) },
        },
        limited: new Map(),
        sockets: new Map(),
        usedMs: nowMs,
      }
      tenants.set(enterpriseId, tenant)
    }
    tenant.usedMs = nowMs
    return tenant
  }

  function bucketOf(tenant: Tenant, holder: Holder, name: RateName): { bucket: Bucket; perS: number } {
    const amounts = amountsOf(holder.enterpriseId)
    // A gateway asks by itself, and for a whole plant.
    const times = name === 'requestsEach' && holder.kind === 'gateway' ? 4 : 1
    const perS = rateOf(amounts, name) * times
    if (name !== 'requestsEach') return { bucket: tenant.buckets[name], perS }
    const known = tenant.each.get(holder.id)
    const bucket = known ?? newBucket(perS, BURST_S.requestsEach, clockMs())
    tenant.each.delete(holder.id)
    tenant.each.set(holder.id, bucket)
    if (tenant.each.size > EACH_MAX) {
      const [oldest] = tenant.each.keys()
      if (oldest !== undefined) tenant.each.delete(oldest)
    }
    return { bucket, perS }
  }

  function refuse(tenant: Tenant, holder: Holder, quota: QuotaName, retryAfterMs: number): never {
    const key = `${quota} ${holder.id}`
    const before = tenant.limited.get(key)
    if (before || tenant.limited.size < LIMITED_MAX) {
      const { kind, id, name } = holder
      tenant.limited.set(key, {
        ...{ quota, holder: { kind, id, name }, count: (before?.count ?? 0) + 1, lastMs: Date.now() },
      })
    }
    throw limited(SENTENCES[quota], { quota, retryAfterMs })
  }

  const turns: Record<'queries' | 'exports', Turns> = {
    queries: createTurns((enterpriseId) => amountsOf(enterpriseId).queries, HEAVY_AT_ONCE),
    exports: createTurns((enterpriseId) => amountsOf(enterpriseId).exports, HEAVY_AT_ONCE),
  }

  return {
    check(holder, name) {
      const tenant = tenantOf(holder.enterpriseId)
      const { bucket, perS } = bucketOf(tenant, holder, name)
      const waitMs = waitOf(bucket, perS, BURST_S[name], clockMs())
      if (waitMs > 0) refuse(tenant, holder, name, waitMs)
    },
    charge(holder, name, amount) {
      const tenant = tenantOf(holder.enterpriseId)
      const { bucket, perS } = bucketOf(tenant, holder, name)
      const nowMs = clockMs()
      spend(bucket, perS, BURST_S[name], nowMs, amount)
      addUse(tenant.use[name], amount, nowMs)
    },
    hold(holder, name) {
      const tenant = tenantOf(holder.enterpriseId)
      const amounts = amountsOf(holder.enterpriseId)
      const own = tenant.sockets.get(holder.id) ?? 0
      if (own >= amounts.socketsEach) refuse(tenant, holder, 'socketsEach', PLACE_WAIT_MS)
      if (tenant.use[name].now >= amounts[name]) refuse(tenant, holder, name, PLACE_WAIT_MS)
      const set = (count: number, all: number) => {
        if (count > 0) tenant.sockets.set(holder.id, count)
        else tenant.sockets.delete(holder.id)
        take(tenant.use[name], all)
        take(tenant.use.socketsEach, Math.max(0, ...tenant.sockets.values()))
      }
      set(own + 1, tenant.use[name].now + 1)
      let held = true
      return () => {
        if (!held) return
        held = false
        set((tenant.sockets.get(holder.id) ?? 1) - 1, tenant.use[name].now - 1)
      }
    },
    async turn(holder, name) {
      const tenant = tenantOf(holder.enterpriseId)
      const end = await turns[name].wait(holder.enterpriseId)
      if (!end) return refuse(tenant, holder, name, PLACE_WAIT_MS)
      take(tenant.use[name], tenant.use[name].now + 1)
      return () => {
        end()
        take(tenant.use[name], tenant.use[name].now - 1)
      }
    },
    usedBy: (enterpriseId) => usesOf(tenantOf(enterpriseId), amountsOf(enterpriseId), clockMs()),
    takeUse() {
      const taken: ReturnType<Quotas['takeUse']> = []
      const nowMs = clockMs()
      for (const [enterpriseId, tenant] of tenants) {
        taken.push({
          ...{
            enterpriseId,
            use: usesOf(tenant, amountsOf(enterpriseId), nowMs),
            limited: [...tenant.limited.values()],
          },
        })
        tenant.limited.clear()
        for (const use of Object.values(tenant.use)) use.peak = use.now
        const idle = tenant.sockets.size === 0 && tenant.use.queries.now + tenant.use.exports.now === 0
        if (idle && nowMs - tenant.usedMs > TENANT_IDLE_MS) tenants.delete(enterpriseId)
      }
      return taken
    },
    shareAmong(count) {
      servers = Math.max(1, count)
    },
  }
}

const PLACE_WAIT_MS = 2 * SECOND_MS

const SENTENCES: Readonly<Record<QuotaName, string>> = {
  requests: 'Your company asks more often than its quota allows. Wait a moment.',
  requestsEach: 'You ask more often than one person or key may. Wait a moment.',
  samples: 'Your company sends more samples than its quota allows. Keep them and send them later.',
  sockets: 'Your company has as many live screens open as its quota allows. Close some.',
  socketsEach: 'You have as many live screens open as one person may. Close some.',
  queries: 'Too many long reads of your company run at once. Wait a moment.',
  exports: 'Too many exports of your company run at once. Wait until one is done.',
}

function take(use: Use, now: number): void {
  use.now = now
  use.peak = Math.max(use.peak, now)
}

const RATES: ReadonlySet<string> = new Set(['requests', 'requestsEach', 'samples'] satisfies RateName[])

function usesOf(tenant: Tenant, amounts: QuotaAmounts, nowMs: number): QuotaUse[] {
  return (Object.keys(tenant.use) as QuotaName[]).map((quota) => {
    const use = tenant.use[quota]
    if (RATES.has(quota)) turnWindow(use, nowMs)
    return { quota, amount: amounts[quota], now: use.now, peak: use.peak }
  })
}
