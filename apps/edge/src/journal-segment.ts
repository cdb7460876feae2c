import { type FileHandle, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32c } from '@millrace/base'

/**
 * A record of the journal. On disk: length of the body (4 bytes), CRC-32C of all that follows (4), number (8), first sample's time
 * (8, float), number of samples (4), body. Little-endian.
 */
export type JournalRecord = {
  /** Counts all records this gateway ever wrote, from 1. */
  number: number
  firstAtMs: number
  sampleCount: number
  /** An encoded batch. */
  body: Uint8Array
}

const HEAD_BYTES = 28
const CHECKED_FROM = 8

/** A whole batch with its head fits; anything larger is a damaged length. */
const BODY_MAX_BYTES = 4 * 1024 * 1024

export function recordBytes(record: JournalRecord): number {
  return HEAD_BYTES + record.body.length
}

/** What a segment on disk holds, as far as it is undamaged. */
export type SegmentContent = { records: JournalRecord[]; goodBytes: number; totalBytes: number }

export function encodeRecord(record: JournalRecord): Uint8Array {
  const bytes = new Uint8Array(recordBytes(record))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, record.body.length, true)
  view.setBigUint64(8, BigInt(record.number), true)
  view.setFloat64(16, record.firstAtMs, true)
  view.setUint32(24, record.sampleCount, true)
  bytes.set(record.body, HEAD_BYTES)
  view.setUint32(4, crc32c(bytes.subarray(CHECKED_FROM)), true)
  return bytes
}

/** Reads records up to the first that is cut, damaged or out of order. */
function decodeRecords(bytes: Uint8Array): SegmentContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: JournalRecord[] = []
  let at = 0
  while (at + HEAD_BYTES <= bytes.length) {
    const length = view.getUint32(at, true)
    const end = at + HEAD_BYTES + length
    if (length > BODY_MAX_BYTES || end > bytes.length) break
    if (view.getUint32(at + 4, true) !== crc32c(bytes.subarray(at + CHECKED_FROM, end))) break
    const number = Number(view.getBigUint64(at + 8, true))
    const before = records.at(-1)
    if (before && number !== before.number + 1) break
    records.push({
      number,
      firstAtMs: view.getFloat64(at + 16, true),
      sampleCount: view.getUint32(at + 24, true),
      body: bytes.subarray(at + HEAD_BYTES, end),
    })
    at = end
  }
  return { records, goodBytes: at, totalBytes: bytes.length }
}

const NAME = /^(\d{16})\.segment$/

/** File name of the segment that begins with a record; names sort like numbers. */
function segmentName(firstNumber: number): string {
  return `${String(firstNumber).padStart(16, '0')}.segment`
}

export function firstNumberOf(fileName: string): number | undefined {
  const match = NAME.exec(fileName)
  return match ? Number(match[1]) : undefined
}

/** One file of the journal. `last` is `first - 1` while it is empty. */
export type Segment = { first: number; last: number; bytes: number; firstAtMs: number | undefined }

export async function readSegment(dir: string, first: number): Promise<SegmentContent> {
  return decodeRecords(await readFile(join(dir, segmentName(first))))
}

/** A new, empty file; whatever a failed write left under its name is gone. */
export function createSegment(dir: string, first: number): Promise<FileHandle> {
  return open(join(dir, segmentName(first)), 'w', 0o600)
}

/** The file to add to. */
export function openSegment(dir: string, first: number): Promise<FileHandle> {
  return open(join(dir, segmentName(first)), 'a', 0o600)
}

export async function deleteSegment(dir: string, first: number): Promise<void> {
  await unlink(join(dir, segmentName(first)))
}

/** Cuts a segment back to its undamaged part, durably. */
export async function truncateSegment(dir: string, first: number, bytes: number): Promise<void> {
  const file = await open(join(dir, segmentName(first)), 'r+')
  try {
    await file.truncate(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
