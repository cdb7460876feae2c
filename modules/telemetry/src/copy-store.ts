import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { IngestClient } from './ingest-store.ts'

/** How much is collected before it is handed to the socket. */
const PIECE_BYTES = 64 * 1024
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const TRAILER = Buffer.of(0xff, 0xff)
/** PostgreSQL counts from the year 2000. */
const EPOCH_2000_MS = 946_684_800_000
const OID = { int2: 21, int4: 23, float8: 701 } as const

/**
 * Adds rows with COPY FROM in its binary format, the fastest way in.
 *
 * @param into table and columns, as written in SQL.
 * @param write writes the fields of a row, in the order and with the types of the columns.
 */
export async function copyRows<Row>(
  client: IngestClient,
  into: string,
  fieldCount: number,
  rows: Iterable<Row>,
  write: (fields: FieldWriter, row: Row) => void,
): Promise<void> {
  const stream = client.query(copyFrom(`copy ${into} from stdin (format binary)`))
  await pipeline(Readable.from(pieces(fieldCount, rows, write)), stream)
}

function* pieces<Row>(
  fieldCount: number,
  rows: Iterable<Row>,
  write: (fields: FieldWriter, row: Row) => void,
): Generator<Buffer> {
  const fields = new FieldWriter()
  yield HEADER
  for (const row of rows) {
    fields.row(fieldCount)
    write(fields, row)
    if (fields.length >= PIECE_BYTES) yield fields.take()
  }
  yield fields.take()
  yield TRAILER
}

/**
 * Reads rows with COPY TO in its binary format: the only way in which bytes come as they are, not as text of twice the length.
 *
 * @param query without parameters: COPY takes none. Whoever writes values into it has checked them.
 * @param read reads the fields of a row, in the order and with the types of the columns.
 */
export async function readRows<Row>(
  client: IngestClient,
  query: string,
  read: (fields: FieldReader) => Row,
): Promise<Row[]> {
  const pieces: Buffer[] = []
  for await (const piece of client.query(copyTo(`copy (${query}) to stdout (format binary)`))) pieces.push(piece)
  const fields = new FieldReader(Buffer.concat(pieces))
  const rows: Row[] = []
  while (fields.nextRow()) rows.push(read(fields))
  return rows
}

/** The fields of rows as {@link readRows} gets them. None may be null. */
export class FieldReader {
  private readonly bytes: Buffer
  private at = HEADER.length

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  nextRow(): boolean {
    const fieldCount = this.bytes.readInt16BE(this.at)
    this.at += 2
    return fieldCount >= 0
  }

  int2(): number {
    return this.bytes.readInt16BE(this.take(2))
  }

  int4(): number {
    return this.bytes.readInt32BE(this.take(4))
  }

  /** A whole number that JavaScript holds exactly. */
  int8(): number {
    const at = this.take(8)
    return this.bytes.readInt32BE(at) * 2 ** 32 + this.bytes.readUInt32BE(at + 4)
  }

  /** A view, not a copy. */
  raw(): Uint8Array {
    const length = this.bytes.readInt32BE(this.at)
    const at = this.take(length)
    return this.bytes.subarray(at, at + length)
  }

  /** @returns where the field lies. */
  private take(length: number): number {
    if (this.bytes.readInt32BE(this.at) !== length) throw new Error('A field has another type than was expected.')
    this.at += 4 + length
    return this.at - length
  }
}

/** The fields of rows in COPY's binary format: a length in bytes, then the value as PostgreSQL's `recv` functions read it. */
export class FieldWriter {
  private bytes = Buffer.allocUnsafe(2 * PIECE_BYTES)
  private uuidText = ''
  private readonly uuidBytes = Buffer.alloc(16)
  length = 0

  /** What was written since the last time, in memory that is not used again. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length)
    this.bytes = Buffer.allocUnsafe(2 * PIECE_BYTES)
    this.length = 0
    return taken
  }

  row(fieldCount: number): void {
    this.reserve(2)
    this.length = this.bytes.writeInt16BE(fieldCount, this.length)
  }

  nothing(): void {
    this.reserve(4)
    this.length = this.bytes.writeInt32BE(-1, this.length)
  }

  uuid(text: string): void {
    // Thousands of rows of one enterprise follow each other.
    if (text !== this.uuidText) {
      this.uuidBytes.write(text.replaceAll('-', ''), 'hex')
      this.uuidText = text
    }
    this.raw(this.uuidBytes)
  }

  int2(value: number): void {
    this.head(2)
    this.length = this.bytes.writeInt16BE(value, this.length)
  }

  int4(value: number): void {
    this.head(4)
    this.length = this.bytes.writeInt32BE(value, this.length)
  }

  /** @param value a whole number that JavaScript holds exactly. */
  int8(value: number): void {
    this.head(8)
    this.length = this.bytes.writeInt32BE(Math.floor(value / 2 ** 32), this.length)
    this.length = this.bytes.writeUInt32BE(value >>> 0, this.length)
  }

  float8(value: number): void {
    this.head(8)
    this.length = this.bytes.writeDoubleBE(value, this.length)
  }

  /** A `timestamptz`. */
  instant(timeMs: number): void {
    this.int8((timeMs - EPOCH_2000_MS) * 1000)
  }

  raw(value: Uint8Array): void {
    this.head(value.length)
    this.bytes.set(value, this.length)
    this.length += value.length
  }

  int2s(values: ArrayLike<number>): void {
    this.array(OID.int2, 2, values, (value) => this.int2(value))
  }

  int4s(values: ArrayLike<number>): void {
    this.array(OID.int4, 4, values, (value) => this.int4(value))
  }

  float8s(values: ArrayLike<number>): void {
    this.array(OID.float8, 8, values, (value) => this.float8(value))
  }

  private array(oid: number, width: number, values: ArrayLike<number>, write: (value: number) => void): void {
    const count = values.length
    this.head(count === 0 ? 12 : 20 + count * (4 + width))
    this.length = this.bytes.writeInt32BE(count === 0 ? 0 : 1, this.length) // dimensions
    this.length = this.bytes.writeInt32BE(0, this.length) // no nulls
    this.length = this.bytes.writeInt32BE(oid, this.length)
    if (count === 0) return
    this.length = this.bytes.writeInt32BE(count, this.length)
    this.length = this.bytes.writeInt32BE(1, this.length) // first index
    for (let index = 0; index < count; index += 1) write(values[index] as number) // within the length
  }

  private head(byteCount: number): void {
    this.reserve(4 + byteCount)
    this.length = this.bytes.writeInt32BE(byteCount, this.length)
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.length + count))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}
