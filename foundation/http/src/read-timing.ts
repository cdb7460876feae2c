import { epochMs, now } from '@millrace/base'
import { isStopped, metered, type QueryMeter } from '@millrace/db'
import { type Actor, type Context, inContext } from '@millrace/runtime'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { SLOW_MS, type SlowReads } from './slow-reads.ts'

/** When a long read was let in, began, and was done, by the process' clock; and what of it was the database's. */
export interface Timing {
  readonly askedMs: number
  begunMs: number
  doneMs: number
  meter: QueryMeter | undefined
  isStopped: boolean
}

/** Long work with its times. */
export async function timed<T>(request: FastifyRequest, act: () => Promise<T>): Promise<T> {
  const timing: Timing = { askedMs: performance.now(), begunMs: 0, doneMs: 0, meter: undefined, isStopped: false }
  request.timing = timing
  try {
    return await act()
  } catch (error) {
    timing.isStopped = isStopped(error)
    throw error
  } finally {
    timing.doneMs = performance.now()
  }
}

/** The work itself, once it is its turn. */
export function work<T>(
  request: FastifyRequest,
  actor: Actor,
  act: (ctx: Context) => Promise<T>,
  access: 'read write' | 'read only',
): Promise<T> {
  const { timing } = request
  return metered((meter) => {
    if (timing) {
      timing.begunMs = performance.now()
      timing.meter = meter
    }
    return inContext(request.runtime, actor, act, access)
  })
}

/** Keeps a long read that was slow. */
export function keepSlow(
  slowReads: SlowReads,
  request: FastifyRequest,
  reply: FastifyReply,
  actor: Actor,
  { askedMs, begunMs, doneMs, meter, isStopped }: Timing,
): void {
  const totalMs = reply.elapsedTime
  if (totalMs < SLOW_MS) return
  const { operationId, summary } = request.routeOptions.schema as { operationId?: string; summary?: string }
  const { series, fromMs, toMs } = (request.query ?? {}) as Readonly<Record<string, unknown>>
  const ran = begunMs > 0
  const untilDoneMs = doneMs - askedMs
  const endMs = performance.now()
  const length = Number(reply.getHeader('content-length'))
  slowReads.add(actor.enterpriseId, {
    atMs: epochMs(now()),
    operationId: operationId ?? request.method,
    summary: summary ?? '',
    seriesCount: typeof series === 'string' ? series.split(',').length : typeof series === 'number' ? 1 : null,
    rangeMs: typeof fromMs === 'number' && typeof toMs === 'number' ? toMs - fromMs : null,
    permissionMs: Math.max(0, totalMs - (endMs - askedMs)),
    queueMs: ran ? begunMs - askedMs : untilDoneMs,
    databaseMs: meter?.ms ?? 0,
    queryCount: meter?.count ?? 0,
    longestQueryMs: meter?.longestMs ?? 0,
    workMs: ran ? Math.max(0, doneMs - begunMs - (meter?.ms ?? 0)) : 0,
    sendMs: Math.max(0, endMs - doneMs),
    totalMs,
    answerBytes: Number.isFinite(length) && length > 0 ? length : null,
    isStopped,
  })
}
