import { type Batch, type BatchColumn, DAY_MS, TIMESTAMP_MS_MAX } from '@millrace/base'
import type { ConnectionId, EquipmentId, GatewayId } from '@millrace/plant/contract'
import { type Measurand, RAW_RETENTION_DAYS, type Series, type SignalId, type SignalKind } from './contract.ts'

/** A signal as ingest and analytics know it: without its newest value, with the gateway that reads it. */
export interface SignalMeta {
  readonly id: SignalId
  readonly series: Series
  readonly siteId: EquipmentId
  readonly workUnitId: EquipmentId
  readonly name: string
  readonly title: string
  readonly measurand: Measurand
  readonly kind: SignalKind
  readonly unit: string | null
  readonly normalLow: number | null
  readonly normalHigh: number | null
  readonly connectionId: ConnectionId | null
  readonly address: string | null
  readonly sampleRateHz: number | null
  readonly gatewayId: GatewayId | null
  /** For how long its single samples are kept, by the rule of its class; where only ingest asks. */
  readonly rawKeptMs?: number
}

/** How old a sample may be at most when it arrives, however long it is kept. */
export const RAW_RETENTION_MS = RAW_RETENTION_DAYS * DAY_MS

/** From when on samples of a signal are taken: what is older would be thinned out at once. */
export function acceptedSinceMs(
  { rawKeptMs = RAW_RETENTION_MS }: Pick<SignalMeta, 'rawKeptMs'>,
  nowMs: number,
): number {
  return nowMs - Math.min(RAW_RETENTION_MS, rawKeptMs)
}

/** A clock may be wrong; a sample from further ahead would stay the newest for days, and its partition useless. */
export const AHEAD_MS = DAY_MS

/** Samples that are left out, although the batch as a whole is taken: a removed signal must not hold up its gateway for good. */
export interface DroppedColumn {
  readonly series: Series
  readonly sampleCount: number
  readonly reason: 'signal unknown' | 'signal of another gateway' | 'other kind of value' | 'time out of bounds'
}

/**
 * Divides a batch into what the history takes and what it leaves out. This is decided once, before the batch is stored.
 *
 * @param gatewayId who sent it: a gateway speaks for the signals of its own connections only.
 * @param receivedAtMs when it came.
 */
export function divideBatch(
  batch: Batch,
  gatewayId: string,
  signals: ReadonlyMap<Series, SignalMeta>,
  receivedAtMs: number,
): { accepted: BatchColumn[]; dropped: DroppedColumn[] } {
  const accepted: BatchColumn[] = []
  const dropped: DroppedColumn[] = []
  const highMs = Math.min(receivedAtMs + AHEAD_MS, TIMESTAMP_MS_MAX)
  // The signals of a machine mostly share their times: they are looked through once.
  let timely: Float64Array | undefined
  let timelySinceMs = Number.NaN
  for (const column of batch.columns) {
    const signal = signals.get(column.series)
    const sinceMs = signal ? acceptedSinceMs(signal, receivedAtMs) : 0
    const isTimely = column.timestampsMs === timely && sinceMs <= timelySinceMs
    if (isTimely && signal?.gatewayId === gatewayId && signal.kind === column.kind) {
      accepted.push(column)
      continue
    }
    const drop = (reason: DroppedColumn['reason'], sampleCount = column.timestampsMs.length) =>
      dropped.push({ series: column.series, sampleCount, reason })
    if (!signal) drop('signal unknown')
    else if (signal.gatewayId !== gatewayId) drop('signal of another gateway')
    else if (signal.kind !== column.kind) drop('other kind of value')
    else {
      const kept = withinTimes(column, sinceMs, highMs)
      const lost = column.timestampsMs.length - kept.timestampsMs.length
      if (lost > 0) drop('time out of bounds', lost)
      else {
        timely = column.timestampsMs
        timelySinceMs = sinceMs
      }
      if (kept.timestampsMs.length > 0) accepted.push(kept)
    }
  }
  return { accepted, dropped }
}

function withinTimes(column: BatchColumn, lowMs: number, highMs: number): BatchColumn {
  const isTimely = (timeMs: number) => timeMs >= lowMs && timeMs <= highMs
  if (column.timestampsMs.every(isTimely)) return column
  const kept = [...column.timestampsMs.keys()].filter((at) => isTimely(column.timestampsMs[at] ?? 0))
  const head = {
    series: column.series,
    timestampsMs: Float64Array.from(kept, (at) => column.timestampsMs[at] ?? 0),
    qualities: Uint8Array.from(kept, (at) => column.qualities[at] ?? 0),
  }
  if (column.kind === 'number') {
    return { ...head, kind: 'number', values: Float64Array.from(kept, (at) => column.values[at] ?? Number.NaN) }
  }
  if (column.kind === 'text') return { ...head, kind: 'text', values: kept.map((at) => column.values[at] ?? null) }
  const frame = column.frame ? { frame: column.frame } : {}
  return { ...head, kind: 'vector', values: kept.map((at) => column.values[at] ?? null), ...frame }
}
