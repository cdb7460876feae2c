import { BatchReader, BatchWriter } from './batch-bytes.ts'
import { readFrame, type VectorFrame, writeFrame } from './batch-frame.ts'
import { allOf, areSharedGood, type BatchMemory, keep } from './batch-memory.ts'
import { readNumbers, writeNumbers } from './batch-numbers.ts'
import { batchInvalid } from './batch-problem.ts'
import { readListedTimes, readTimes, writeTimes } from './batch-times.ts'

/** How far a sample may be trusted. */
export const QUALITY = { bad: 0, uncertain: 1, good: 2 } as const

type ColumnHead = {
  /** The signal's number: 1…2^31-1. */
  series: number
  /** Whole epoch milliseconds, in the order of reading; late samples may stand anywhere. */
  timestampsMs: Float64Array
  /** One of `QUALITY` each. */
  qualities: Uint8Array
}

/** Consecutive samples of one signal, as arrays of equal length. A bad sample has no value: NaN for numbers, null else. */
export type BatchColumn =
  /** Finite numbers; booleans travel as 0 and 1. */
  | (ColumnHead & { kind: 'number'; values: Float64Array })
  /** Texts without zero characters. */
  | (ColumnHead & { kind: 'text'; values: (string | null)[] })
  /** Waveforms or spectra, all of one frame; every element finite. What they are is not known without a frame. */
  | (ColumnHead & { kind: 'vector'; values: (Float32Array | null)[]; frame?: VectorFrame })

/** What no batch exceeds, written or read. */
export const BATCH_BOUNDS = {
  bytes: 4 * 1024 * 1024,
  columns: 10_000,
  /** In all columns together. */
  samples: 100_000,
  series: 2_147_483_647,
  textBytes: 4096,
  vectorElements: 65_536,
} as const

const KINDS = ['number', 'text', 'vector'] as const
/** The byte of vectors that say what they are. */
const FRAMED = 3
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const TO_UTF8 = new TextEncoder()
/** Used again and again: thousands of chunks are written each second. */
const DRAFT = new BatchWriter()

/**
 * Appends a column.
 *
 * @param before the column before it, whose times it may share.
 * @throws RangeError when the column breaks the rules of `BatchColumn`.
 */
export function writeColumn(writer: BatchWriter, column: BatchColumn, before: BatchColumn | undefined): void {
  const count = column.timestampsMs.length
  if (!Number.isInteger(column.series) || column.series < 1 || column.series > BATCH_BOUNDS.series) {
    throw new RangeError(`${column.series} is no series`)
  }
  writer.varint(column.series)
  writer.byte(isFramed(column) ? FRAMED : KINDS.indexOf(column.kind))
  writer.varint(count)
  if (column.kind === 'vector' && column.frame) writeFrame(writer, column.frame)
  writeTimes(writer, column.timestampsMs, before?.timestampsMs[0] ?? 0, before?.timestampsMs)
  writeRest(writer, column)
}

/** Whether a column needs version 3 of batches. */
export function isFramed(column: BatchSamples): boolean {
  return column.kind === 'vector' && column.frame !== undefined
}

/** Reads what {@link writeColumn} wrote. @param version of the batch: times are listed before 2, frames come with 3. */
export function readColumn(
  reader: BatchReader,
  samplesMax: number,
  before: BatchColumn | undefined,
  version: number,
): BatchColumn {
  const series = reader.varint(BATCH_BOUNDS.series, 'a series')
  const kindByte = reader.byte()
  const framed = kindByte === FRAMED && version >= 3
  const kind = framed ? 'vector' : KINDS[kindByte]
  if (series < 1 || !kind) throw batchInvalid('A column has no series or an unknown kind.')
  const count = reader.varint(samplesMax, 'the number of samples')
  if (count < 1) throw batchInvalid('A column is empty.')
  const frame = framed ? { frame: readFrame(reader) } : {}
  const baseMs = before?.timestampsMs[0] ?? 0
  const timestampsMs =
    version < 2 ? readListedTimes(reader, count, baseMs) : readTimes(reader, count, baseMs, before?.timestampsMs)
  return { series, timestampsMs, ...readRest(reader, kind, count), ...frame }
}

/** Samples of one signal: a column without its series. */
export type BatchSamples = WithoutSeries<BatchColumn>
type WithoutSeries<Column> = Column extends BatchColumn ? Omit<Column, 'series'> : never

/**
 * The bytes of samples, as they stand in a column from its times on (docs/formats/batch.md). Series, kind, count and frame
 * are the caller's to keep, and `baseMs`, to which the first time is relative.
 *
 * @throws RangeError when the samples break the rules of `BatchColumn`.
 */
export function encodeSamples(samples: BatchSamples, baseMs: number): Uint8Array {
  DRAFT.clear()
  writeTimes(DRAFT, samples.timestampsMs, baseMs)
  writeRest(DRAFT, samples)
  return keep(DRAFT.written)
}

/**
 * Reads what {@link encodeSamples} wrote.
 *
 * @param memory what is read holds until it is cleared; left out = for as long as somebody holds it.
 * @throws batchInvalid
 */
export function decodeSamples(
  kind: BatchColumn['kind'],
  count: number,
  bytes: Uint8Array,
  baseMs: number,
  memory?: BatchMemory,
): BatchSamples {
  const reader = new BatchReader(bytes, memory)
  const timestampsMs = readTimes(reader, count, baseMs)
  const samples = { timestampsMs, ...readRest(reader, kind, count) }
  if (reader.remaining > 0) throw batchInvalid('There are bytes after the last sample.')
  return samples
}

function writeRest(writer: BatchWriter, column: BatchSamples): void {
  const count = column.timestampsMs.length
  if (column.values.length !== count || column.qualities.length !== count) {
    throw new RangeError('the arrays of a column have different lengths')
  }
  writeQualities(writer, column.qualities)
  if (column.kind === 'number') writeNumbers(writer, presentNumbers(column.values, column.qualities))
  else if (column.kind === 'text') writeTexts(writer, present(column.values, column.qualities))
  else for (const vector of present(column.values, column.qualities)) writeVector(writer, vector)
}

function readRest(reader: BatchReader, kind: BatchColumn['kind'], count: number) {
  const qualities = readQualities(reader, count)
  const presentCount = countPresent(qualities)
  if (kind === 'number') return { kind, qualities, values: spread(qualities, readNumbers(reader, presentCount)) }
  if (kind === 'text') return { kind, qualities, values: place(qualities, readTexts(reader, presentCount)) }
  return { kind, qualities, values: place(qualities, readVectors(reader, presentCount)) }
}

function countPresent(qualities: Uint8Array): number {
  if (areSharedGood(qualities)) return qualities.length
  let count = 0
  for (let index = 0; index < qualities.length; index += 1) if (qualities[index] !== QUALITY.bad) count += 1
  return count
}

/** The values that are there; the array itself when all are. */
function presentNumbers(values: Float64Array, qualities: Uint8Array): Float64Array {
  let kept = 0
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number // within the length
    const bad = qualities[index] === QUALITY.bad
    if (bad ? !Number.isNaN(value) : !Number.isFinite(value)) {
      throw new RangeError('a value is NaN exactly where its quality is bad, and finite elsewhere')
    }
    if (!bad) kept += 1
  }
  return kept === values.length ? values : values.filter((_, index) => qualities[index] !== QUALITY.bad)
}

function present<T>(values: readonly (T | null)[], qualities: Uint8Array): T[] {
  const kept: T[] = []
  for (const [index, value] of values.entries()) {
    if ((qualities[index] === QUALITY.bad) !== (value === null)) {
      throw new RangeError('a value is null exactly where its quality is bad')
    }
    if (value !== null) kept.push(value)
  }
  return kept
}

function spread(qualities: Uint8Array, kept: Float64Array): Float64Array {
  if (kept.length === qualities.length) return kept
  const values = new Float64Array(qualities.length)
  let next = 0
  for (const [index, quality] of qualities.entries()) {
    values[index] = quality === QUALITY.bad ? Number.NaN : (kept[next++] ?? Number.NaN)
  }
  return values
}

function place<T>(qualities: Uint8Array, kept: readonly T[]): (T | null)[] {
  let next = 0
  return Array.from(qualities, (quality) => (quality === QUALITY.bad ? null : (kept[next++] ?? null)))
}

/** Runs: four times the length plus the quality. */
function writeQualities(writer: BatchWriter, qualities: Uint8Array): void {
  for (let start = 0; start < qualities.length; ) {
    const quality = qualities[start] ?? 0
    if (quality > QUALITY.good) throw new RangeError(`${quality} is no quality`)
    let end = start + 1
    while (end < qualities.length && qualities[end] === quality) end += 1
    writer.varint((end - start) * 4 + quality)
    start = end
  }
}

function readQualities(reader: BatchReader, count: number): Uint8Array {
  let qualities: Uint8Array | undefined
  for (let start = 0; start < count; ) {
    const run = reader.varint(count * 4 + 3, 'a run of qualities')
    const quality = run % 4
    const end = start + (run - quality) / 4
    if (end === start || end > count || quality > QUALITY.good) throw batchInvalid('A run of qualities is malformed.')
    if (start === 0 && end === count) return allOf(quality, count)
    qualities ??= new Uint8Array(count)
    qualities.fill(quality, start, end)
    start = end
  }
  return qualities ?? new Uint8Array(0)
}

/** The different texts in order of appearance, then one number per sample. */
function writeTexts(writer: BatchWriter, texts: readonly string[]): void {
  const numbers = new Map<string, number>()
  for (const text of texts) if (!numbers.has(text)) numbers.set(text, numbers.size)
  writer.varint(numbers.size)
  for (const text of numbers.keys()) {
    const bytes = TO_UTF8.encode(text)
    // Databases refuse the zero character inside a text.
    if (bytes.length > BATCH_BOUNDS.textBytes || text.includes('\0'))
      throw new RangeError('a text does not fit a batch')
    writer.varint(bytes.length)
    writer.raw(bytes)
  }
  for (const text of texts) writer.varint(numbers.get(text) ?? 0)
}

function readTexts(reader: BatchReader, count: number): string[] {
  const different = reader.varint(count, 'the number of texts')
  if ((different === 0) !== (count === 0)) throw batchInvalid('The dictionary of texts is empty.')
  const dictionary: string[] = []
  for (let index = 0; index < different; index += 1) dictionary.push(readText(reader))
  const texts: string[] = []
  for (let index = 0; index < count; index += 1) {
    texts.push(dictionary[reader.varint(different - 1, 'the number of a text')] ?? '')
  }
  return texts
}

function readText(reader: BatchReader): string {
  const bytes = reader.raw(reader.varint(BATCH_BOUNDS.textBytes, 'the length of a text'))
  if (bytes.includes(0)) throw batchInvalid('A text has a zero character.')
  try {
    return UTF8.decode(bytes)
  } catch (error) {
    throw batchInvalid('A text is not valid UTF-8.', undefined, { cause: error })
  }
}

function writeVector(writer: BatchWriter, vector: Float32Array): void {
  if (vector.length > BATCH_BOUNDS.vectorElements || !vector.every(Number.isFinite)) {
    throw new RangeError('a vector is too long or has an element that is not finite')
  }
  writer.varint(vector.length)
  writer.floats(vector)
}

function readVectors(reader: BatchReader, count: number): Float32Array[] {
  const vectors: Float32Array[] = []
  for (let index = 0; index < count; index += 1) {
    const vector = reader.floats(reader.varint(BATCH_BOUNDS.vectorElements, 'the length of a vector'))
    if (!vector.every(Number.isFinite)) throw batchInvalid('A vector has an element that is not finite.')
    vectors.push(vector)
  }
  return vectors
}
