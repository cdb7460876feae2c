import type { BatchReader, BatchWriter } from './batch-bytes.ts'
import { batchInvalid } from './batch-problem.ts'

/** Largest time: whole milliseconds since 1970, until the year 73,000. Second differences then stay exact. */
export const TIMESTAMP_MS_MAX = 2 ** 51

// How the times of a column are written.
const LISTED = 0
const REGULAR = 1
const AS_BEFORE = 2
const PLAIN = 3

/**
 * Writes times in the shortest form: those of the column before, a period, or one number each.
 *
 * @param baseMs what the first time is relative to.
 * @param before the times of the column before.
 */
export function writeTimes(writer: BatchWriter, timesMs: Float64Array, baseMs: number, before?: Float64Array): void {
  if (before && areEqual(timesMs, before)) {
    writer.byte(AS_BEFORE)
    return
  }
  const periodMs = periodOf(timesMs)
  if (periodMs !== undefined) {
    // All between are whole when these are.
    checkTime(timesMs[0] ?? 0)
    checkTime(timesMs[timesMs.length - 1] ?? 0)
    checkTime(periodMs)
    writer.byte(REGULAR)
    writer.zigzag((timesMs[0] ?? 0) - baseMs)
    writer.varint(periodMs)
    return
  }
  for (let index = 0; index < timesMs.length; index += 1) checkTime(timesMs[index] as number) // within the length
  writer.byte(LISTED)
  // Second differences: a clock that is regular but for a few takes about one byte a sample.
  let previous = baseMs
  let step = 0
  for (let index = 0; index < timesMs.length; index += 1) {
    const delta = (timesMs[index] as number) - previous
    writer.zigzag(delta - step)
    step = index === 0 ? 0 : delta
    previous += delta
  }
}

function checkTime(timeMs: number): void {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > TIMESTAMP_MS_MAX) {
    throw new RangeError(`${timeMs} is no time in whole milliseconds`)
  }
}

/** Reads what {@link writeTimes} wrote; the array of the times before when they are the same. */
export function readTimes(reader: BatchReader, count: number, baseMs: number, before?: Float64Array): Float64Array {
  const form = reader.byte()
  if (form === LISTED) return readListedTimes(reader, count, baseMs)
  if (form === REGULAR) return readRegular(reader, count, baseMs)
  if (form === PLAIN) return readPlain(reader, count, baseMs)
  if (form !== AS_BEFORE || before?.length !== count)
    throw batchInvalid('The form of the times is unknown or does not fit.')
  return before
}

/** One second difference each, the first relative to `baseMs`. */
export function readListedTimes(reader: BatchReader, count: number, baseMs: number): Float64Array {
  if (count > reader.remaining) throw batchInvalid('The batch ends too early.')
  const timesMs = reader.memory.forNumbers(count)
  let previous = baseMs
  let step = 0
  for (let index = 0; index < count; index += 1) {
    const delta = reader.zigzag('a time step') + step
    const timeMs = previous + delta
    if (timeMs < 0 || timeMs > TIMESTAMP_MS_MAX) throw outOfRange()
    timesMs[index] = timeMs
    step = index === 0 ? 0 : delta
    previous = timeMs
  }
  return timesMs
}

function readRegular(reader: BatchReader, count: number, baseMs: number): Float64Array {
  const firstMs = baseMs + reader.zigzag('a time')
  const periodMs = reader.varint(TIMESTAMP_MS_MAX, 'a period')
  if (firstMs < 0 || firstMs + periodMs * (count - 1) > TIMESTAMP_MS_MAX) throw outOfRange()
  const timesMs = reader.memory.forNumbers(count)
  for (let index = 0; index < count; index += 1) timesMs[index] = firstMs + periodMs * index
  return timesMs
}

/** The first, then 32 bits each from there: how times stand that were stored before there was another way. No writer uses it. */
function readPlain(reader: BatchReader, count: number, baseMs: number): Float64Array {
  const firstMs = baseMs + reader.zigzag('a time')
  const timesMs = Float64Array.from(reader.integers(count), (offset) => firstMs + offset)
  if (timesMs.some((timeMs) => timeMs < 0 || timeMs > TIMESTAMP_MS_MAX)) throw outOfRange()
  return timesMs
}

function areEqual(timesMs: Float64Array, before: Float64Array): boolean {
  if (timesMs === before) return true
  if (timesMs.length !== before.length) return false
  for (let index = 0; index < timesMs.length; index += 1) if (timesMs[index] !== before[index]) return false
  return true
}

/** The step between all times; undefined when there is none. A single time has the period 0. */
function periodOf(timesMs: Float64Array): number | undefined {
  const firstMs = timesMs[0] ?? 0
  const periodMs = timesMs.length < 2 ? 0 : (timesMs[1] as number) - firstMs
  if (periodMs < 0) return undefined
  for (let index = 2; index < timesMs.length; index += 1) {
    if (timesMs[index] !== firstMs + periodMs * index) return undefined
  }
  return periodMs
}

function outOfRange() {
  return batchInvalid('A time is out of range.')
}
