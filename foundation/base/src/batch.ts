import { BatchReader, BatchWriter } from './batch-bytes.ts'
import { crc32 } from './batch-checksum.ts'
import { readNumbers, readTimes, writeNumbers, writeTimes } from './batch-numbers.ts'
import { batchInvalid } from './batch-problem.ts'

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
  /** For example a spectrum; every element finite. */
  | (ColumnHead & { kind: 'vector'; values: (Float32Array | null)[] })

/** What a gateway sends at once. `sequence` counts a gateway's batches from 1. */
export type Batch = { sequence: number; columns: BatchColumn[] }

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

const VERSION = 1
const CHECKSUM_BYTES = 4
const KINDS = ['number', 'text', 'vector'] as const
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const TO_UTF8 = new TextEncoder()

/**
 * The bytes of a batch (docs/formats/batch.md). An empty batch is allowed; empty columns are left out.
 *
 * @throws RangeError when the batch breaks the rules of `BatchColumn` or a bound: that is a fault of the caller.
 */
export function encodeBatch(batch: Batch): Uint8Array {
  const columns = batch.columns.filter(({ timestampsMs }) => timestampsMs.length > 0)
  const samples = columns.reduce((sum, { timestampsMs }) => sum + timestampsMs.length, 0)
  if (columns.length > BATCH_BOUNDS.columns || samples > BATCH_BOUNDS.samples) {
    throw new RangeError(`${columns.length} columns with ${samples} samples are more than a batch holds`)
  }
  if (!Number.isSafeInteger(batch.sequence) || batch.sequence < 1) {
    throw new RangeError(`${batch.sequence} is no sequence number`)
  }
  const writer = new BatchWriter()
  writer.byte(VERSION)
  writer.varint(batch.sequence)
  writer.varint(columns.length)
  let baseMs = 0
  for (const column of columns) {
    writeColumn(writer, column, baseMs)
    baseMs = column.timestampsMs[0] ?? 0
  }
  writer.uint32(crc32(writer.written))
  if (writer.written.length > BATCH_BOUNDS.bytes) throw new RangeError('the batch has too many bytes')
  return writer.written.slice()
}

/**
 * Reads a batch. Memory stays below a fixed multiple of the bytes given (every sample takes at least one), so a stated count
 * alone allocates nothing.
 *
 * @throws batchInvalid for another version, a wrong checksum, anything malformed or beyond `BATCH_BOUNDS`.
 */
export function decodeBatch(bytes: Uint8Array): Batch {
  if (bytes.length > BATCH_BOUNDS.bytes) throw batchInvalid(`A batch is larger than ${BATCH_BOUNDS.bytes} bytes.`)
  const end = bytes.length - CHECKSUM_BYTES
  if (end < 1) throw batchInvalid('A batch is too short.')
  if (bytes[0] !== VERSION) throw batchInvalid(`Version ${bytes[0]} of the batch format is not known here.`)
  const checksum = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_BYTES).getUint32(0, true)
  if (checksum !== crc32(bytes.subarray(0, end))) throw batchInvalid('The checksum of the batch is wrong.')

  const reader = new BatchReader(bytes.subarray(1, end))
  const sequence = reader.varint(Number.MAX_SAFE_INTEGER, 'the sequence number')
  if (sequence < 1) throw batchInvalid('The sequence number is 0.')
  const count = reader.varint(BATCH_BOUNDS.columns, 'the number of columns')
  const columns: BatchColumn[] = []
  let samples = 0
  let baseMs = 0
  for (let index = 0; index < count; index += 1) {
    const column = readColumn(reader, BATCH_BOUNDS.samples - samples, baseMs)
    samples += column.timestampsMs.length
    baseMs = column.timestampsMs[0] ?? 0
    columns.push(column)
  }
  if (reader.remaining > 0) throw batchInvalid('The batch has bytes after its last column.')
  return { sequence, columns }
}

/**
 * The same batch under another sequence number, without reading its columns.
 *
 * @param bytes what `encodeBatch` gave; their checksum is not looked at.
 */
export function renumberBatch(bytes: Uint8Array, sequence: number): Uint8Array {
  let columnsAt = 1
  while ((bytes[columnsAt] ?? 0) >= 128) columnsAt += 1
  const writer = new BatchWriter()
  writer.byte(VERSION)
  writer.varint(sequence)
  writer.raw(bytes.subarray(columnsAt + 1, bytes.length - CHECKSUM_BYTES))
  writer.uint32(crc32(writer.written))
  return writer.written.slice()
}

function writeColumn(writer: BatchWriter, column: BatchColumn, baseMs: number): void {
  const count = column.timestampsMs.length
  if (column.values.length !== count || column.qualities.length !== count) {
    throw new RangeError('the arrays of a column have different lengths')
  }
  if (!Number.isInteger(column.series) || column.series < 1 || column.series > BATCH_BOUNDS.series) {
    throw new RangeError(`${column.series} is no series`)
  }
  writer.varint(column.series)
  writer.byte(KINDS.indexOf(column.kind))
  writer.varint(count)
  writeTimes(writer, column.timestampsMs, baseMs)
  writeQualities(writer, column.qualities)
  if (column.kind === 'number') writeNumbers(writer, presentNumbers(column.values, column.qualities))
  else if (column.kind === 'text') writeTexts(writer, present(column.values, column.qualities))
  else for (const vector of present(column.values, column.qualities)) writeVector(writer, vector)
}

function readColumn(reader: BatchReader, samplesMax: number, baseMs: number): BatchColumn {
  const series = reader.varint(BATCH_BOUNDS.series, 'a series')
  const kind = KINDS[reader.byte()]
  if (series < 1 || !kind) throw batchInvalid('A column has no series or an unknown kind.')
  const count = reader.varint(Math.min(samplesMax, reader.remaining), 'the number of samples')
  if (count < 1) throw batchInvalid('A column is empty.')
  const timestampsMs = readTimes(reader, count, baseMs)
  const qualities = readQualities(reader, count)
  const head = { series, timestampsMs, qualities }
  let presentCount = 0
  for (const quality of qualities) if (quality !== QUALITY.bad) presentCount += 1
  if (kind === 'number') return { ...head, kind, values: spread(qualities, readNumbers(reader, presentCount)) }
  if (kind === 'text') return { ...head, kind, values: place(qualities, readTexts(reader, presentCount)) }
  return { ...head, kind, values: place(qualities, readVectors(reader, presentCount)) }
}

function presentNumbers(values: Float64Array, qualities: Uint8Array): number[] {
  const kept: number[] = []
  for (const [index, value] of values.entries()) {
    const bad = qualities[index] === QUALITY.bad
    if (bad ? !Number.isNaN(value) : !Number.isFinite(value)) {
      throw new RangeError('a value is NaN exactly where its quality is bad, and finite elsewhere')
    }
    if (!bad) kept.push(value)
  }
  return kept
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
  const qualities = new Uint8Array(count)
  for (let start = 0; start < count; ) {
    const run = reader.varint(count * 4 + 3, 'a run of qualities')
    const quality = run % 4
    const end = start + (run - quality) / 4
    if (end === start || end > count || quality > QUALITY.good) throw batchInvalid('A run of qualities is malformed.')
    qualities.fill(quality, start, end)
    start = end
  }
  return qualities
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
