import { BOUNDS } from './bounds.ts'
import type { DataType } from './data-type.ts'
import type { Integer64, MetricValue } from './payload.ts'
import { payloadInvalid } from './problems.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)

type Packing = {
  bytes: number
  read: (view: DataView, at: number) => number | bigint
  write: (view: DataView, at: number, value: number | bigint) => void
}

const integer = (value: number | bigint): number => {
  const number = Number(value)
  if (!Number.isInteger(number)) throw payloadInvalid(`${number} is no integer.`)
  return number
}

// Little-endian as the prose of Sparkplug 3.0 §6.4.16 says; its Float and Double examples show the other order and are wrong.
const PACKING: Partial<Record<DataType, Packing>> = {
  Int8Array: { bytes: 1, read: (v, at) => v.getInt8(at), write: (v, at, x) => v.setInt8(at, integer(x)) },
  Int16Array: {
    bytes: 2,
    read: (v, at) => v.getInt16(at, true),
    write: (v, at, x) => v.setInt16(at, integer(x), true),
  },
  Int32Array: {
    bytes: 4,
    read: (v, at) => v.getInt32(at, true),
    write: (v, at, x) => v.setInt32(at, integer(x), true),
  },
  Int64Array: {
    bytes: 8,
    read: (v, at) => v.getBigInt64(at, true),
    write: (v, at, x) => v.setBigInt64(at, BigInt(x), true),
  },
  UInt8Array: { bytes: 1, read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, integer(x)) },
  UInt16Array: {
    bytes: 2,
    read: (v, at) => v.getUint16(at, true),
    write: (v, at, x) => v.setUint16(at, integer(x), true),
  },
  UInt32Array: {
    bytes: 4,
    read: (v, at) => v.getUint32(at, true),
    write: (v, at, x) => v.setUint32(at, integer(x), true),
  },
  UInt64Array: {
    bytes: 8,
    read: (v, at) => v.getBigUint64(at, true),
    write: (v, at, x) => v.setBigUint64(at, BigInt(x), true),
  },
  FloatArray: {
    bytes: 4,
    read: (v, at) => v.getFloat32(at, true),
    write: (v, at, x) => v.setFloat32(at, Number(x), true),
  },
  DoubleArray: {
    bytes: 8,
    read: (v, at) => v.getFloat64(at, true),
    write: (v, at, x) => v.setFloat64(at, Number(x), true),
  },
  DateTimeArray: {
    bytes: 8,
    read: (v, at) => Number(v.getBigInt64(at, true)),
    write: (v, at, x) => v.setBigInt64(at, BigInt(x), true),
  },
}

/**
 * Unpacks an array type from its bytes.
 *
 * @throws payloadInvalid when the bytes are no whole number of elements, or more than the bound.
 */
export function decodeArray(type: DataType, bytes: Uint8Array): MetricValue {
  if (type === 'BooleanArray') return decodeBooleans(bytes)
  if (type === 'StringArray') return decodeStrings(bytes)
  const packing = PACKING[type]
  if (!packing) throw payloadInvalid(`A value of type ${type} came as bytes.`)
  if (bytes.length % packing.bytes !== 0) throw payloadInvalid(`${bytes.length} bytes are no whole ${type}.`)
  const count = bytes.length / packing.bytes
  bounded(count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === 'FloatArray' || type === 'DoubleArray') {
    const values = type === 'FloatArray' ? new Float32Array(count) : new Float64Array(count)
    for (let index = 0; index < count; index += 1) values[index] = Number(packing.read(view, index * packing.bytes))
    return values
  }
  const values: Integer64[] = []
  for (let index = 0; index < count; index += 1) {
    const value = packing.read(view, index * packing.bytes)
    values.push(typeof value === 'bigint' && value >= -SAFE && value <= SAFE ? Number(value) : value)
  }
  return values
}

/** Packs an array type. @throws payloadInvalid on elements that are not of the type. */
export function encodeArray(type: DataType, value: MetricValue): Uint8Array {
  if (!Array.isArray(value) && !(value instanceof Float32Array) && !(value instanceof Float64Array)) {
    throw payloadInvalid(`A value of type ${type} must be an array.`)
  }
  const elements: ArrayLike<unknown> = value
  bounded(elements.length)
  if (type === 'BooleanArray') return encodeBooleans(elements)
  if (type === 'StringArray') return encodeStrings(elements)
  const packing = PACKING[type]
  if (!packing) throw payloadInvalid(`${type} is no array type.`)
  const bytes = new Uint8Array(elements.length * packing.bytes)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < elements.length; index += 1) {
    const element = elements[index]
    if (typeof element !== 'number' && typeof element !== 'bigint') throw payloadInvalid(`${type} holds numbers.`)
    packing.write(view, index * packing.bytes, element)
  }
  return bytes
}

function bounded(count: number): void {
  if (count > BOUNDS.arrayElements) throw payloadInvalid(`An array has more than ${BOUNDS.arrayElements} elements.`)
}

/** Four bytes of count, then the bits, most significant first. */
function decodeBooleans(bytes: Uint8Array): boolean[] {
  if (bytes.length < 4) throw payloadInvalid('A BooleanArray has no count.')
  const count = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  if (Math.ceil(count / 8) !== bytes.length - 4) throw payloadInvalid('A BooleanArray has another length than it says.')
  bounded(count)
  return Array.from({ length: count }, (_, index) => {
    return ((bytes[4 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0
  })
}

function encodeBooleans(elements: ArrayLike<unknown>): Uint8Array {
  const bytes = new Uint8Array(4 + Math.ceil(elements.length / 8))
  new DataView(bytes.buffer).setUint32(0, elements.length, true)
  for (let index = 0; index < elements.length; index += 1) {
    if (elements[index] === true) bytes[4 + (index >> 3)] = (bytes[4 + (index >> 3)] ?? 0) | (0x80 >> (index & 7))
  }
  return bytes
}

/** Texts that each end in a zero byte. */
function decodeStrings(bytes: Uint8Array): string[] {
  const texts: string[] = []
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(0, start)
    if (end < 0) throw payloadInvalid('A StringArray does not end in a zero byte.')
    if (end - start > BOUNDS.stringBytes) throw payloadInvalid('A text in a StringArray is too long.')
    try {
      texts.push(UTF8.decode(bytes.subarray(start, end)))
    } catch (error) {
      throw payloadInvalid('A text in a StringArray is not valid UTF-8.', undefined, { cause: error })
    }
    bounded(texts.length)
    start = end + 1
  }
  return texts
}

function encodeStrings(elements: ArrayLike<unknown>): Uint8Array {
  const texts = Array.from(elements, (element) => {
    if (typeof element !== 'string' || element.includes('\0')) {
      throw payloadInvalid('A StringArray holds texts without zero bytes.')
    }
    return `${element}\0`
  })
  return new TextEncoder().encode(texts.join(''))
}
