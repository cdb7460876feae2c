import type { BatchReader, BatchWriter } from './batch-bytes.ts'
import { batchInvalid } from './batch-problem.ts'

/** Largest time: whole milliseconds since 1970, until the year 73,000. Second differences then stay exact. */
export const TIMESTAMP_MS_MAX = 2 ** 51

/** Largest scaled whole number, for the same reason. */
const SCALED_MAX = 2 ** 51

/** Sensors report up to six decimals; beyond that the XOR form is smaller anyway. */
const DECIMALS_MAX = 6
const FORM_XOR = 15

/** Second differences: a regular clock takes one byte a sample. The first time is relative to `base`. */
export function writeTimes(writer: BatchWriter, timesMs: Float64Array, base: number): void {
  let previous = base
  let step = 0
  for (const [index, timeMs] of timesMs.entries()) {
    if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > TIMESTAMP_MS_MAX) {
      throw new RangeError(`${timeMs} is no time in whole milliseconds`)
    }
    const delta = timeMs - previous
    writer.zigzag(delta - step)
    step = index === 0 ? 0 : delta
    previous = timeMs
  }
}

export function readTimes(reader: BatchReader, count: number, base: number): Float64Array {
  const timesMs = new Float64Array(count)
  let previous = base
  let step = 0
  for (let index = 0; index < count; index += 1) {
    const delta = reader.zigzag('a time step') + step
    const timeMs = previous + delta
    if (timeMs < 0 || timeMs > TIMESTAMP_MS_MAX) throw batchInvalid('A time is out of range.')
    timesMs[index] = timeMs
    step = index === 0 ? 0 : delta
    previous = timeMs
  }
  return timesMs
}

/**
 * Writes finite numbers. Where all are decimals of the same few places (most sensors), as differences of scaled integers;
 * else as what changed in the 64 bits since the last value. Both forms give back the same bits.
 */
export function writeNumbers(writer: BatchWriter, values: readonly number[]): void {
  const decimals = commonDecimals(values)
  writer.byte(decimals ?? FORM_XOR)
  if (decimals === undefined) {
    writeXor(writer, values)
    return
  }
  const scale = 10 ** decimals
  let previous = 0
  for (const value of values) {
    const scaled = Math.round(value * scale)
    writer.zigzag(scaled - previous)
    previous = scaled
  }
}

export function readNumbers(reader: BatchReader, count: number): Float64Array {
  const form = reader.byte()
  if (form === FORM_XOR) return readXor(reader, count)
  if (form > DECIMALS_MAX) throw batchInvalid(`There is no form ${form} of numbers.`)
  const scale = 10 ** form
  const values = new Float64Array(count)
  let previous = 0
  for (let index = 0; index < count; index += 1) {
    previous += reader.zigzag('a value step')
    if (Math.abs(previous) > SCALED_MAX) throw batchInvalid('A scaled value is out of range.')
    // A quotient of two exact numbers is rounded once: the same double the sensor's decimal had.
    values[index] = previous / scale
  }
  return values
}

/** The fewest decimal places in which every value is exact, undefined when six are not enough. */
function commonDecimals(values: readonly number[]): number | undefined {
  let decimals = 0
  for (const value of values) {
    while (!isScaled(value, 10 ** decimals)) {
      decimals += 1
      if (decimals > DECIMALS_MAX) return undefined
    }
  }
  // More places than the first values needed may push an early large value out of range.
  return values.every((value) => isScaled(value, 10 ** decimals)) ? decimals : undefined
}

function isScaled(value: number, scale: number): boolean {
  const scaled = Math.round(value * scale)
  // Minus zero would come back as zero; the other form keeps its sign.
  return Math.abs(scaled) <= SCALED_MAX && scaled / scale === value && !Object.is(value, -0)
}

/** A byte of two nibbles (how many bytes are equal at the high and at the low end), then the bytes between them. */
function writeXor(writer: BatchWriter, values: readonly number[]): void {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  const last = new Uint8Array(8)
  for (const value of values) {
    view.setFloat64(0, value)
    let high = 0
    while (high < 8 && bytes[high] === last[high]) high += 1
    let low = 0
    while (low < 8 - high && bytes[7 - low] === last[7 - low]) low += 1
    writer.byte(high * 16 + low)
    for (let index = high; index < 8 - low; index += 1) writer.byte((bytes[index] ?? 0) ^ (last[index] ?? 0))
    last.set(bytes)
  }
}

function readXor(reader: BatchReader, count: number): Float64Array {
  const values = new Float64Array(count)
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < count; index += 1) {
    const ends = reader.byte()
    const high = ends >> 4
    const low = ends & 15
    if (high + low > 8) throw batchInvalid('A value has more than eight bytes.')
    const changed = reader.raw(8 - high - low)
    for (let at = 0; at < changed.length; at += 1) bytes[high + at] = (bytes[high + at] ?? 0) ^ (changed[at] ?? 0)
    const value = view.getFloat64(0)
    if (!Number.isFinite(value)) throw batchInvalid('A value is not finite.')
    values[index] = value
  }
  return values
}
