import { QUALITY } from '@millrace/base'
import type { SignalMeta } from './acceptance-rules.ts'
import type { Series } from './contract.ts'
import { parseQuality, parseValue, Unreadable } from './sample-text-rules.ts'
import { type Drafts, timeOf } from './text-batch-rules.ts'

/** One value of one address, as a device said it: nothing of it was looked at yet. */
export interface Reading {
  readonly address: string
  readonly value: unknown
  /** Epoch milliseconds or RFC 3339; left out, it is when the message came. */
  readonly timestamp?: unknown
  readonly quality?: unknown
}

/** What a device said at once. */
export interface DirectMessage {
  readonly gatewayId: string
  readonly readings: readonly Reading[]
  readonly arrivedMs: number
}

/** Hears what became of readings that are not stored. */
export interface DirectListener {
  /** There is no signal of that address. */
  unknown(gatewayId: string, reading: Reading): void
  /** @param detail the end of a sentence about it: "is no number". */
  unfit(gatewayId: string, address: string, detail: string): void
}

/** How far values without a time of their own may be put off, so that none takes the place of another. */
const PUT_OFF_MS_MAX = 1000

/** Gives a time to values that came without one: each signal's values in their order, no two at one time. */
export class ArrivalTimes {
  private readonly lastMs = new Map<Series, number>()

  /** @param arrivedMs when the value came; more than a second behind, it gets this time although another one has it. */
  of(series: Series, arrivedMs: number): number {
    const next = (this.lastMs.get(series) ?? 0) + 1
    const timeMs = next > arrivedMs && next <= arrivedMs + PUT_OFF_MS_MAX ? next : arrivedMs
    this.lastMs.set(series, timeMs)
    return timeMs
  }
}

/** Adds to the drafts what a message says of known signals, and tells the rest. */
export function draftMessage(
  drafts: Drafts,
  message: DirectMessage,
  of: {
    readonly signalAt: (address: string) => SignalMeta | undefined
    readonly arrivals: ArrivalTimes
    readonly heard: DirectListener
  },
): void {
  const { gatewayId, arrivedMs } = message
  for (const reading of message.readings) {
    const { address } = reading
    const signal = of.signalAt(address)
    if (!signal) {
      of.heard.unknown(gatewayId, reading)
      continue
    }
    const fault = draftReading(drafts, reading, signal, arrivedMs, of.arrivals)
    if (fault !== undefined) of.heard.unfit(gatewayId, address, fault.detail)
  }
}

function draftReading(
  drafts: Drafts,
  { value: raw, timestamp, quality: said }: Reading,
  signal: SignalMeta,
  arrivedMs: number,
  arrivals: ArrivalTimes,
): Unreadable | undefined {
  // Nothing is a value that could not be measured.
  const quality = raw === null && said === undefined ? QUALITY.bad : parseQuality(said)
  if (quality instanceof Unreadable) return new Unreadable(`has a quality that ${quality.detail}`)
  const value = quality === QUALITY.bad ? null : parseValue(raw, signal.kind, false)
  if (value instanceof Unreadable) return value
  if (quality === QUALITY.bad && raw !== null && raw !== undefined) {
    return new Unreadable('has the quality bad, and a value all the same')
  }
  const isTimed = timestamp !== undefined && timestamp !== null
  const timeMs = isTimed ? timeOf(timestamp, 'json', arrivedMs, signal) : arrivals.of(signal.series, arrivedMs)
  if (timeMs instanceof Unreadable) return new Unreadable(`has a time that ${timeMs.detail}`)
  drafts.add(signal, timeMs, value, quality)
  return undefined
}
