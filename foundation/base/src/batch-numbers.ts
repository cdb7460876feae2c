import type { BatchReader, BatchWriter } from './batch-bytes.ts'
import { batchInvalid } from './batch-problem.ts'

/** Largest scaled whole number: differences stay exact. */
const SCALED_MAX = 2 ** 51

/** Sensors report up to six decimals; beyond that the XOR form is smaller anyway. */
const DECIMALS_MAX = 6
const FORM_PLAIN = 14
const FORM_XOR = 15

/**
 * Writes finite numbers. Where all are decimals of the same few places (most sensors), as differences of scaled integers;
 * else as what changed in the 64 bits since the last value. Both forms give back the same bits.
 */
export function writeNumbers(writer: BatchWriter, values: Float64Array): void {
  const decimals = commonDecimals(values)
  writer.byte(decimals ?? FORM_XOR)
  if (decimals === undefined) {
    writeXor(writer, values)
    return
  }
  const scale = 10 ** decimals
  let previous = 0
  for (let index = 0; index < values.length; index += 1) {
    const scaled = Math.round((values[index] as number) * scale) // within the length
    writer.zigzag(scaled - previous)
    previous = scaled
  }
}

export function readNumbers(reader: BatchReader, count: number): Float64Array {
  const form = reader.byte()
  if (form === FORM_XOR) return readXor(reader, count)
  if (form === FORM_PLAIN) return readPlain(reader, count)
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

/** Eight bytes each: how numbers stand that were stored before there was another way. No writer uses it. */
function readPlain(reader: BatchReader, count: number): Float64Array {
  const values = reader.doubles(count)
  if (!values.every(Number.isFinite)) throw batchInvalid('A value is not finite.')
  return values
}

/** The fewest decimal places in which every value is exact, undefined when six are not enough. */
function commonDecimals(values: Float64Array): number | undefined {
  let decimals = 0
  let scale = 1
  let largest = 0
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number // within the length
    while (!isScaled(value, scale)) {
      decimals += 1
      scale *= 10
      if (decimals > DECIMALS_MAX) return undefined
    }
    if (Math.abs(value) > largest) largest = Math.abs(value)
  }
  // What is exact in a few places is so in more, but more may push an early large value out of range.
  return largest * scale <= SCALED_MAX ? decimals : undefined
}

function isScaled(value: number, scale: number): boolean {
  const scaled = Math.round(value * scale)
  // Minus zero would come back as zero; the other form keeps its sign.
  return Math.abs(scaled) <= SCALED_MAX && scaled / scale === value && !Object.is(value, -0)
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
