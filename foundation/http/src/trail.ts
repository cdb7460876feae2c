import { MINUTE_MS } from '@millrace/base'
import { type Actor, type AuditEntry, type RequestTrace, type Runtime, writeRefusals } from '@millrace/runtime'
import type { FastifyRequest, RouteOptions } from 'fastify'

// Every request that changes something leaves exactly one event in the trail, also when it is refused (THREATS T-I2).
// Services say what they did; this says it for those that did not, and for what never reached a service.

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Refusals that are told: not allowed, no such thing, not now, makes no sense. */
const TOLD: ReadonlySet<number> = new Set([403, 404, 409, 422])

/** Whether a route has to leave an event. Reading leaves one where its service says so: what is sensitive. */
function isAct(route: Pick<RouteOptions, 'method' | 'config'>): boolean {
  const methods = [route.method].flat()
  return route.config?.trail !== 'none' && methods.some((method) => !READS.has(method))
}

const DEVICE_LENGTH = 300
const OBJECT_LENGTH = 300
/** Where a route's own words begin: `/api/v1/MODULE/…`. */
const MODULE_SEGMENT = 3

/** The trace of a request. @param id a UUID: the instance of the problem it may be refused with. */
export function traceOf(request: FastifyRequest, id: string): RequestTrace {
  const { config, method, url } = request.routeOptions
  const isDuty = url !== undefined && isAct({ method: method ?? request.method, config })
  return {
    id,
    address: request.ip,
    device: request.headers['user-agent']?.slice(0, DEVICE_LENGTH) ?? null,
    told: 0,
    refused: [],
    ...(isDuty && { duty: dutyOf(request) }),
  }
}

/** What is written of an act whose service says nothing: `plant.revoke-gateway` of `gateway 0199…`. */
function dutyOf(request: FastifyRequest): AuditEntry {
  const { schema, url = '' } = request.routeOptions
  const { operationId } = (schema ?? {}) as { operationId?: string }
  const segments = url.split('/')
  const module = segments[MODULE_SEGMENT] ?? 'http'
  const verb = (operationId ?? 'change').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return { action: `${module}.${verb}`, object: objectOf(segments, request.params) }
}

/** The last thing an address names: `person 0199…` of `/people/0199…/grants`. */
function objectOf(segments: readonly string[], params: unknown): string {
  const given = (typeof params === 'object' ? params : null) as Readonly<Record<string, string>> | null
  const at = segments.findLastIndex((segment) => segment.startsWith(':'))
  const id = given?.[segments[at]?.slice(1) ?? '']
  if (at < 1 || id === undefined) return segments.slice(MODULE_SEGMENT).join('/').slice(0, OBJECT_LENGTH)
  return `${singular(segments[at - 1] ?? '')} ${id}`.slice(0, OBJECT_LENGTH)
}

function singular(segment: string): string {
  const plural = segment.toLowerCase()
  if (plural === 'people') return 'person'
  return plural.endsWith('ies') ? `${plural.slice(0, -3)}y` : plural.replace(/s$/, '')
}

/** The same refusal of the same caller within this time is counted, not written again: a flood fills no disk. */
const COUNTED_MS = MINUTE_MS
/** Different refusals of one caller within that time that are written one by one; whoever makes up more is counted. */
const APART_MAX = 30
/** Requests a count names, so that a refusal somebody was shown can be found. */
const NAMED_MAX = 50
/** The most callers counted at a time. More are written one by one, which the limits of requests bound. */
const CALLERS_MAX = 10_000

interface Counted {
  readonly entry: AuditEntry
  readonly problem: string
  count: number
  requests: string[]
}

interface Caller {
  readonly runtime: Runtime
  readonly actor: Actor
  readonly refusals: Map<string, Counted>
}

/** Writes refusals into the trail: the first of its kind at once, further ones as a count when the minute is over. */
export class RefusalLog {
  readonly #callers = new Map<string, Caller>()
  readonly #timer = setInterval(() => void this.flush(), COUNTED_MS)

  constructor() {
    this.#timer.unref()
  }

  /** Leaves an event for a request that was refused, or counts it with others of its kind. */
  async take(runtime: Runtime, actor: Actor, problem: string, status: number): Promise<void> {
    const { request } = runtime
    if (!request || request.told > 0) return
    const entries =
      request.refused.length > 0 ? request.refused : TOLD.has(status) && request.duty ? [request.duty] : []
    const [entry] = entries
    if (!entry) return
    if (this.#isCounted(runtime, actor, entry, problem, request.id)) return
    await writeRefusals(runtime, actor, entries, problem)
  }

  #isCounted(runtime: Runtime, actor: Actor, entry: AuditEntry, problem: string, requestId: string): boolean {
    const key = `${actor.enterpriseId} ${actor.kind} ${actor.id}`
    const caller = this.#callers.get(key) ?? { runtime, actor, refusals: new Map<string, Counted>() }
    if (!this.#callers.has(key) && this.#callers.size < CALLERS_MAX) this.#callers.set(key, caller)
    const kind = JSON.stringify([entry.action, entry.object, problem, entry.reason, entry.detail])
    const known = caller.refusals.get(kind)
    if (!known && caller.refusals.size < APART_MAX) {
      caller.refusals.set(kind, { entry, problem, count: 0, requests: [] })
      return false
    }
    const counted = known ?? caller.refusals.get(OTHERS) ?? { entry: OTHER, problem: '', count: 0, requests: [] }
    if (!known) caller.refusals.set(OTHERS, counted)
    counted.count += 1
    if (counted.requests.length < NAMED_MAX) counted.requests.push(requestId)
    return true
  }

  /** Writes what was counted. */
  async flush(): Promise<void> {
    const callers = [...this.#callers.values()]
    this.#callers.clear()
    for (const { runtime, actor, refusals } of callers) {
      const { request: _, ...quiet } = runtime
      for (const { entry, problem, count, requests } of refusals.values()) {
        if (count === 0) continue
        const counted = { ...entry, detail: { ...entry.detail, repeated: count, requests } }
        await writeRefusals(quiet, actor, [counted], problem || undefined)
      }
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

const OTHERS = 'others'
const OTHER: AuditEntry = { action: 'http.refuse-others', object: 'http' }
