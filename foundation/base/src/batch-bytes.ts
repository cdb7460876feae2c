import { batchInvalid } from './batch-problem.ts'

/** Largest whole number whose zigzag form is still exact: differences of two times, twice. */
const ZIGZAG_MAX = 2 ** 52

/** Appends numbers and bytes to one growing buffer. */
export class BatchWriter {
  private bytes = new Uint8Array(1024)
  private view = new DataView(this.bytes.buffer)
  private length = 0

  /** Begins anew in the same memory. */
  clear(): void {
    this.length = 0
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** Whole number of 0…2^53-1, seven bits a byte, lowest first (LEB128). */
  varint(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.length++] = rest
  }

  /** Whole number between ±2^52; small ones take few bytes whatever their sign. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  uint32(value: number): void {
    this.reserve(4)
    this.view.setUint32(this.length, value, true)
    this.length += 4
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length)
    this.bytes.set(value, this.length)
    this.length += value.length
  }

  floats(values: Float32Array): void {
    this.reserve(4 * values.length)
    for (const value of values) {
      this.view.setFloat32(this.length, value, true)
      this.length += 4
    }
  }

  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}

/** Reads what {@link BatchWriter} wrote. Every reading past the end or beyond a bound is refused as batchInvalid. */
export class BatchReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private position = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.bytes.length - this.position
  }

  byte(): number {
    const byte = this.bytes[this.position]
    if (byte === undefined) throw tooShort()
    this.position += 1
    return byte
  }

  /** @param what is named in the refusal of a number above `max`. */
  varint(max: number, what: string): number {
    let value = 0
    let scale = 1
    for (let count = 0; count < 8; count += 1) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (value > max) throw batchInvalid(`${what} is ${value}, more than ${max}.`)
        return value
      }
      scale *= 128
    }
    throw batchInvalid(`${what} is longer than eight bytes.`)
  }

  zigzag(what: string): number {
    const byte = this.bytes[this.position]
    // Most steps are small: one byte.
    if (byte !== undefined && byte < 0x80) {
      this.position += 1
      return (byte >>> 1) ^ -(byte & 1)
    }
    const value = this.varint(2 * ZIGZAG_MAX - 1, what)
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A view, not a copy. */
  raw(count: number): Uint8Array {
    const at = this.take(count)
    return this.bytes.subarray(at, at + count)
  }

  /** 64-bit floating-point numbers, big-endian. */
  doubles(count: number): Float64Array {
    const at = this.take(8 * count)
    const values = new Float64Array(count)
    for (let index = 0; index < count; index += 1) values[index] = this.view.getFloat64(at + 8 * index)
    return values
  }

  /** Whole numbers of 32 bits, big-endian. */
  integers(count: number): Int32Array {
    const at = this.take(4 * count)
    const values = new Int32Array(count)
    for (let index = 0; index < count; index += 1) values[index] = this.view.getInt32(at + 4 * index)
    return values
  }

  floats(count: number): Float32Array {
    const at = this.take(4 * count)
    const values = new Float32Array(count)
    for (let index = 0; index < count; index += 1) values[index] = this.view.getFloat32(at + 4 * index, true)
    return values
  }

  private take(count: number): number {
    const at = this.position
    if (count > this.bytes.length - at) throw tooShort()
    this.position = at + count
    return at
  }
}

function tooShort() {
  return batchInvalid('The batch ends too early.')
}
