import { BOUNDS } from './bounds.ts'
import { payloadInvalid } from './problems.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const TO_UTF8 = new TextEncoder()

/** How a protobuf field is laid out: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. Groups (3, 4) are refused. */
export type WireType = 0 | 1 | 2 | 5

/**
 * Reads protobuf fields one after another from a slice of bytes. Nothing is copied or allocated by a stated length before that
 * many bytes are known to be there.
 *
 * @throws payloadInvalid on everything that is not well-formed protobuf.
 */
export class WireReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private position: number
  private readonly end: number
  readonly depth: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, depth = 1) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = start
    this.end = end
    this.depth = depth
  }

  get done(): boolean {
    return this.position >= this.end
  }

  /** Next field number and wire type. */
  tag(): { field: number; wireType: WireType } {
    const tag = this.varint()
    if (tag > 0xffffffffn) throw payloadInvalid('A field number is too large.')
    const wireType = Number(tag & 7n)
    const field = Number(tag >> 3n)
    if (field === 0) throw payloadInvalid('Field number 0 does not exist.')
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5) {
      throw payloadInvalid(`Wire type ${wireType} is not used by Sparkplug.`)
    }
    return { field, wireType }
  }

  /** An unsigned 64-bit number in at most ten bytes. */
  varint(): bigint {
    let low = 0
    let shift = 1
    // Seven bytes hold 49 bits, still exact in a number; only longer ones pay for bigint.
    for (let count = 0; count < 7; count += 1) {
      const byte = this.byte()
      low += (byte & 0x7f) * shift
      if (byte < 0x80) return BigInt(low)
      shift *= 128
    }
    let value = BigInt(low)
    for (let bits = 49n; bits <= 63n; bits += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << bits
      if (byte < 0x80) {
        if (value > 0xffffffffffffffffn) throw payloadInvalid('A number has more than 64 bits.')
        return value
      }
    }
    throw payloadInvalid('A number is longer than ten bytes.')
  }

  fixed32(): number {
    const at = this.take(4)
    return this.view.getUint32(at, true)
  }

  float(): number {
    return this.view.getFloat32(this.take(4), true)
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true)
  }

  boolean(): boolean {
    return this.varint() !== 0n
  }

  /** A copy, so that a small value does not keep the whole message alive. */
  byteString(): Uint8Array {
    const length = this.length()
    const at = this.take(length)
    return this.bytes.slice(at, at + length)
  }

  text(maxBytes: number = BOUNDS.stringBytes): string {
    const length = this.length()
    if (length > maxBytes) throw payloadInvalid(`A text of ${length} bytes is longer than ${maxBytes}.`)
    const at = this.take(length)
    try {
      return UTF8.decode(this.bytes.subarray(at, at + length))
    } catch (error) {
      throw payloadInvalid('A text is not valid UTF-8.', undefined, { cause: error })
    }
  }

  /** Reader of an embedded message, one level deeper. */
  message(): WireReader {
    if (this.depth >= BOUNDS.depth) throw payloadInvalid(`Messages are nested deeper than ${BOUNDS.depth} levels.`)
    const length = this.length()
    const at = this.take(length)
    return new WireReader(this.bytes, at, at + length, this.depth + 1)
  }

  skip(wireType: WireType): void {
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.take(8)
    else if (wireType === 5) this.take(4)
    else this.take(this.length())
  }

  private length(): number {
    const length = this.varint()
    if (length > BigInt(this.end - this.position)) throw payloadInvalid('A length points past the end of the payload.')
    return Number(length)
  }

  private take(count: number): number {
    const at = this.position
    if (at + count > this.end) throw payloadInvalid('The payload ends in the middle of a field.')
    this.position = at + count
    return at
  }

  private byte(): number {
    const byte = this.position < this.end ? this.bytes[this.position] : undefined
    if (byte === undefined) throw payloadInvalid('The payload ends in the middle of a number.')
    this.position += 1
    return byte
  }
}

/** Writes protobuf fields into one growing buffer. */
export class WireWriter {
  private bytes = new Uint8Array(256)
  private view = new DataView(this.bytes.buffer)
  private length = 0

  varintField(field: number, value: number | bigint): void {
    this.varint(field * 8)
    this.varint(value)
  }

  booleanField(field: number, value: boolean): void {
    this.varintField(field, value ? 1 : 0)
  }

  floatField(field: number, value: number): void {
    this.varint(field * 8 + 5)
    this.reserve(4)
    this.view.setFloat32(this.length, value, true)
    this.length += 4
  }

  doubleField(field: number, value: number): void {
    this.varint(field * 8 + 1)
    this.reserve(8)
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  textField(field: number, value: string): void {
    this.bytesField(field, TO_UTF8.encode(value))
  }

  bytesField(field: number, value: Uint8Array): void {
    this.varint(field * 8 + 2)
    this.varint(value.length)
    this.reserve(value.length)
    this.bytes.set(value, this.length)
    this.length += value.length
  }

  messageField(field: number, write: (writer: WireWriter) => void): void {
    const inner = new WireWriter()
    write(inner)
    this.bytesField(field, inner.finish())
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private varint(value: number | bigint): void {
    this.reserve(10)
    if (typeof value === 'number' && value < 2 ** 53) {
      let rest = value
      while (rest >= 128) {
        this.bytes[this.length++] = (rest % 128) | 128
        rest = Math.floor(rest / 128)
      }
      this.bytes[this.length++] = rest
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest >= 128n) {
      this.bytes[this.length++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.bytes[this.length++] = Number(rest)
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}
