import { BatchReader, BatchWriter } from './batch-bytes.ts'
import { crc32 } from './batch-checksum.ts'
import { BATCH_BOUNDS, type BatchColumn, isFramed, readColumn, writeColumn } from './batch-column.ts'
import type { BatchMemory } from './batch-memory.ts'
import { batchInvalid } from './batch-problem.ts'

/** What a gateway sends at once. `sequence` counts a gateway's batches from 1. */
export type Batch = { sequence: number; columns: BatchColumn[] }

/**
 * The second says how times are written; the first, which old journals may hold, knew one way only. The third, written only where
 * it is needed, says what vectors are.
 */
const VERSION = 2
const FRAMED_VERSION = 3
const FIRST_VERSION = 1
const CHECKSUM_BYTES = 4

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
  writer.byte(columns.some(isFramed) ? FRAMED_VERSION : VERSION)
  writer.varint(batch.sequence)
  writer.varint(columns.length)
  for (const [index, column] of columns.entries()) writeColumn(writer, column, columns[index - 1])
  writer.uint32(crc32(writer.written))
  if (writer.written.length > BATCH_BOUNDS.bytes) throw new RangeError('the batch has too many bytes')
  return writer.written.slice()
}

/**
 * Reads a batch. A few bytes may stand for many samples, but never for more than `BATCH_BOUNDS.samples`. Columns that were
 * read at the same times share the array of their times.
 *
 * @param memory what is read holds until it is cleared; left out = for as long as somebody holds it.
 * @throws batchInvalid for another version, a wrong checksum, anything malformed or beyond `BATCH_BOUNDS`.
 */
export function decodeBatch(bytes: Uint8Array, memory?: BatchMemory): Batch {
  if (bytes.length > BATCH_BOUNDS.bytes) throw batchInvalid(`A batch is larger than ${BATCH_BOUNDS.bytes} bytes.`)
  const end = bytes.length - CHECKSUM_BYTES
  if (end < 1) throw batchInvalid('A batch is too short.')
  const version = bytes[0] ?? 0
  if (version < FIRST_VERSION || version > FRAMED_VERSION) {
    throw batchInvalid(`Version ${version} of the batch format is not known here.`)
  }
  const checksum = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_BYTES).getUint32(0, true)
  if (checksum !== crc32(bytes.subarray(0, end))) throw batchInvalid('The checksum of the batch is wrong.')

  const reader = new BatchReader(bytes.subarray(1, end), memory)
  const sequence = reader.varint(Number.MAX_SAFE_INTEGER, 'the sequence number')
  if (sequence < 1) throw batchInvalid('The sequence number is 0.')
  const count = reader.varint(BATCH_BOUNDS.columns, 'the number of columns')
  const columns: BatchColumn[] = []
  let samples = 0
  for (let index = 0; index < count; index += 1) {
    const column = readColumn(reader, BATCH_BOUNDS.samples - samples, columns[index - 1], version)
    samples += column.timestampsMs.length
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
  writer.byte(bytes[0] ?? VERSION)
  writer.varint(sequence)
  writer.raw(bytes.subarray(columnsAt + 1, bytes.length - CHECKSUM_BYTES))
  writer.uint32(crc32(writer.written))
  return writer.written.slice()
}
