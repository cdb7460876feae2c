import type { BatchReader, BatchWriter } from './batch-bytes.ts'
import { batchInvalid } from './batch-problem.ts'

/** Largest scaled whole number: differences stay exact. */
const SCALED_MAX = 2 ** 51

/** Sensors report up to six decimals; beyond that the XOR form is smaller anyway. */
const DECIMALS_MAX = 6
const FORM_PLAIN = 14
const FORM_XOR = 15

/** Scaled values on their way into a batch. Used again and again: thousands of columns are written each second. */
let scaled = new Float64Array(1024)

/**
 * Writes finite numbers. Where all are decimals of the same few places (most sensors), as differences of scaled integers;
 * else as what changed in the 64 bits since the last value. Both forms give back the same bits.
 */
export function writeNumbers(writer: BatchWriter, values: Float64Array): void {
  if (values.length > scaled.length) scaled = new Float64Array(2 * values.length)
  const decimals = scaleAll(values, scaled)
  writer.byte(decimals ?? FORM_XOR)
  if (decimals === undefined) writeXor(writer, values)
  else writer.steps(scaled, values.length)
}

export function readNumbers(reader: BatchReader, count: number): Float64Array {
  const form = reader.byte()
  if (form === FORM_XOR) return readXor(reader, count)
  if (form === FORM_PLAIN) return readPlain(reader, count)
  if (form > DECIMALS_MAX) throw batchInvalid(`There is no form ${form} of numbers.`)
  if (count > reader.remaining) throw batchInvalid('The batch ends too early.')
  const values = reader.memory.forNumbers(count)
  if (reader.steps(values, 'a value step') > SCALED_MAX) throw batchInvalid('A scaled value is out of range.')
  const scale = 10 ** form
  // A quotient of two exact numbers is rounded once: the same double the sensor's decimal had.
  if (form > 0) for (let index = 0; index < count; index += 1) values[index] = (values[index] as number) / scale
  return values
}

/** Eight bytes each: how numbers stand that were stored before there was another way. No writer uses it. */
function readPlain(reader: BatchReader, count: number): Float64Array {
  const values = reader.doubles(count)
  if (!values.every(Number.isFinite)) throw batchInvalid('A value is not finite.')
  return values
}

/**
 * Makes whole numbers of values, with the fewest decimal places in which every one is exact.
 *
 * @returns how many places; undefined when six are not enough.
 */
function scaleAll(values: Float64Array, into: Float64Array): number | undefined {
  let decimals = 0
  let scale = 1
  let largest = 0
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number // within the length
    const whole = Math.round(value * scale)
    // Minus zero would come back as zero; the other form keeps its sign.
    if (value === 0 && Object.is(value, -0)) return undefined
    if (whole / scale === value) {
      into[index] = whole
      const size = whole < 0 ? -whole : whole
      if (size > largest) largest = size
    } else {
      decimals += 1
      if (decimals > DECIMALS_MAX) return undefined
      scale *= 10
      largest = 0
      index = -1
    }
  }
  return largest <= SCALED_MAX ? decimals : undefined
}

/** A byte of two nibbles (how many bytes are equal at the high and at the low end), then the bytes between them. */
function writeXor(writer: BatchWriter, values: Float64Array): void {
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
