import { type BatchMemory, LASTING } from './batch-memory.ts'
import { batchInvalid } from './batch-problem.ts'

/** Largest whole number whose zigzag form is still exact: differences of two times, twice. */
const ZIGZAG_MAX = 2 ** 52

/** Whole numbers between plus and minus this are stepped and shifted as 32-bit integers. */
const SMALL = 2 ** 29

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

  /** The step from each whole number to the next, the first from 0, as {@link zigzag} writes them. Between ±2^51. */
  steps(numbers: Float64Array, count: number): void {
    this.reserve(8 * count)
    const { bytes } = this
    let at = this.length
    let previous = 0
    for (let index = 0; index < count; index += 1) {
      const number = numbers[index] as number // within the length
      const step = number - previous
      previous = number
      if (step >= -SMALL && step < SMALL) {
        let rest = (step << 1) ^ (step >> 31)
        while (rest >= 128) {
          bytes[at++] = (rest & 127) | 128
          rest >>>= 7
        }
        bytes[at++] = rest
      } else {
        this.length = at
        this.zigzag(step)
        at = this.length
      }
    }
    this.length = at
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
  readonly memory: BatchMemory
  private readonly bytes: Uint8Array
  private position = 0

  /** @param memory where times and numbers are read into. */
  constructor(bytes: Uint8Array, memory: BatchMemory = LASTING) {
    this.bytes = bytes
    this.memory = memory
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

  /** Reads what {@link BatchWriter.steps} wrote: fills `numbers`. @returns the largest of them, whatever its sign. */
  steps(numbers: Float64Array, what: string): number {
    const { bytes } = this
    let at = this.position
    let number = 0
    let largest = 0
    for (let index = 0; index < numbers.length; index += 1) {
      const low = bytes[at] ?? 128
      const high = bytes[at + 1] ?? 128
      if (low < 128) {
        number += (low >>> 1) ^ -(low & 1)
        at += 1
      } else if (high < 128) {
        const both = (low & 127) | (high << 7)
        number += (both >>> 1) ^ -(both & 1)
        at += 2
      } else {
        this.position = at
        number += this.zigzag(what)
        at = this.position
      }
      numbers[index] = number
      const size = number < 0 ? -number : number
      if (size > largest) largest = size
    }
    this.position = at
    return largest
  }

  /** A view, not a copy. */
  raw(count: number): Uint8Array {
    const at = this.take(count)
    return this.bytes.subarray(at, at + count)
  }

  /** 64-bit floating-point numbers, big-endian. */
  doubles(count: number): Float64Array {
    const at = this.take(8 * count)
    const { view } = this
    const values = new Float64Array(count)
    for (let index = 0; index < count; index += 1) values[index] = view.getFloat64(at + 8 * index)
    return values
  }

  /** Whole numbers of 32 bits, big-endian. */
  integers(count: number): Int32Array {
    const at = this.take(4 * count)
    const { view } = this
    const values = new Int32Array(count)
    for (let index = 0; index < count; index += 1) values[index] = view.getInt32(at + 4 * index)
    return values
  }

  floats(count: number): Float32Array {
    const at = this.take(4 * count)
    const { view } = this
    const values = new Float32Array(count)
    for (let index = 0; index < count; index += 1) values[index] = view.getFloat32(at + 4 * index, true)
    return values
  }

  private get view(): DataView {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
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
