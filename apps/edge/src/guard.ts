import type { AllowedWrite } from '@millrace/plant/contract'
import type { CommandOrder } from './command-token.ts'
import type { FreshReading } from './driver.ts'

/** Why a command was refused; public, because reports carry it. */
export type RefusalReason =
  | 'commands-off'
  | 'expired'
  | 'too-far-ahead'
  | 'replayed'
  | 'not-listed'
  | 'wrong-kind'
  | 'out-of-bounds'
  | 'present-value-unknown'
  | 'step-too-large'
  | 'too-often'
  | 'interlock-unknown'
  | 'interlock-closed'
  | 'device-offline'

export type Refusal = { reason: RefusalReason; detail: string }

/** A command lives at most 30 s; a second of difference between the clocks is forgiven. */
const LIFETIME_MAX_MS = 31_000

/** An interlock says nothing about the present when it is older (T-C3). */
const INTERLOCK_AGE_MAX_MS = 2_000

const MINUTE_MS = 60_000

/** The entry that allows writing at an address, if any. */
export function entryFor(list: readonly AllowedWrite[], order: CommandOrder): AllowedWrite | undefined {
  return list.find(({ connectionId, address }) => connectionId === order.connectionId && address === order.address)
}

/**
 * Whether an order may be tried at all: what can be said before the device is asked.
 *
 * @param writtenAtMs when this address was written before, as far as it is remembered (a minute).
 * @returns undefined when nothing speaks against it.
 */
export function refusalOf(
  order: CommandOrder,
  entry: AllowedWrite | undefined,
  writtenAtMs: readonly number[],
  nowMs: number,
): Refusal | undefined {
  if (nowMs >= order.expiresAtMs) return { reason: 'expired', detail: 'The command came too late.' }
  if (order.expiresAtMs > nowMs + LIFETIME_MAX_MS) {
    return { reason: 'too-far-ahead', detail: 'The command is valid longer than a command may be.' }
  }
  if (!entry) return { reason: 'not-listed', detail: 'The allow-list of this gateway does not have this address.' }
  const { value } = order
  const kind = typeof value === 'string' ? 'text' : typeof value
  if (kind !== entry.kind) return { reason: 'wrong-kind', detail: `The value must be a ${entry.kind}.` }
  if (typeof value === 'number') {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = entry
    if (!(value >= min && value <= max)) {
      return { reason: 'out-of-bounds', detail: `${value} is outside ${min} to ${max}.` }
    }
  }
  const recent = writtenAtMs.filter((at) => at > nowMs - MINUTE_MS).length
  if (entry.maxPerMinute !== undefined && recent >= entry.maxPerMinute) {
    return { reason: 'too-often', detail: `This address may be written ${entry.maxPerMinute} times a minute.` }
  }
  return undefined
}

/** Whether the step from the present value is small enough. Only called for entries with `maxStep`. */
export function stepRefusalOf(order: CommandOrder, maxStep: number, present: FreshReading): Refusal | undefined {
  if (present.quality !== 'good' || typeof present.value !== 'number' || typeof order.value !== 'number') {
    return { reason: 'present-value-unknown', detail: 'The present value cannot be read, so the step is unknown.' }
  }
  const step = Math.abs(order.value - present.value)
  // What single-precision devices round is no step.
  const rounding = Math.abs(present.value) * SINGLE_PRECISION
  if (step > maxStep + rounding) {
    return { reason: 'step-too-large', detail: `A step of ${step} is larger than ${maxStep}.` }
  }
  return undefined
}

/** Whether the machine's interlock lets the write pass: good, fresh, and of the right value. */
export function interlockRefusalOf(equals: number | string, reading: FreshReading, nowMs: number): Refusal | undefined {
  if (reading.quality !== 'good' || nowMs - reading.asOfMs > INTERLOCK_AGE_MAX_MS) {
    return { reason: 'interlock-unknown', detail: 'The interlock of the machine cannot be read now.' }
  }
  const value = typeof reading.value === 'boolean' ? Number(reading.value) : reading.value
  if (value !== equals) {
    return { reason: 'interlock-closed', detail: 'The machine does not accept commands in its present state.' }
  }
  return undefined
}

const SINGLE_PRECISION = 2 ** -23

/** Whether what was read is what was written, apart from single-precision rounding. */
export function isReadBack(written: CommandOrder['value'], read: FreshReading): boolean {
  if (read.quality === 'bad' || read.value === null) return false
  if (typeof written === 'number' && typeof read.value === 'number') {
    return Math.abs(written - read.value) <= Math.abs(written) * 2 * SINGLE_PRECISION
  }
  if (typeof written === 'boolean' && typeof read.value === 'number') return Number(written) === read.value
  return written === read.value
}
