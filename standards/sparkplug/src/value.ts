import { BOUNDS } from './bounds.ts'
import { type DataType, integerRange } from './data-type.ts'
import type { Integer64, MetricValue, Scalar, WireValue } from './payload.ts'
import { payloadInvalid } from './problems.ts'
import { decodeArray } from './value-arrays.ts'

/** The exact `number` where there is one, else the bigint. */
export function canonical(value: bigint): Integer64 {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/**
 * The value of a metric as its data type reads it.
 *
 * Integers of 8 and 16 bits may come sign-extended to 32 bits or not; both are read (Sparkplug 3.0 §6.4.16 leaves it open).
 * @throws payloadInvalid when the value stands in a field that does not belong to the type, or is out of its range.
 */
export function valueAs(type: DataType, wire: WireValue): MetricValue {
  if (wire.field === 'bytes') {
    if (type === 'Bytes' || type === 'File') return wire.value
    return decodeArray(type, wire.value)
  }
  if (wire.field === 'dataset') {
    if (type === 'DataSet') return wire.value
    throw mismatch(type, wire)
  }
  if (wire.field === 'template') {
    if (type === 'Template') return wire.value
    throw mismatch(type, wire)
  }
  return scalarAs(type, wire)
}

/** As `valueAs`, for the places where only scalars may stand: cells of a data set, properties, parameters. */
export function scalarAs(type: DataType, wire: WireValue): Scalar {
  const range = integerRange(type)
  if (range) {
    if (wire.field !== 'int' && wire.field !== 'long') throw mismatch(type, wire)
    return integerAs(type, range, BigInt(wire.value))
  }
  switch (type) {
    case 'Float':
    case 'Double':
      if (wire.field === 'float' || wire.field === 'double') return wire.value
      break
    case 'Boolean':
      if (wire.field === 'boolean') return wire.value
      break
    case 'String':
    case 'Text':
    case 'UUID':
      if (wire.field === 'string') return wire.value
      break
    case 'DateTime':
      if (wire.field === 'long' || wire.field === 'int') return Number(wire.value)
      break
  }
  throw mismatch(type, wire)
}

function integerAs(type: DataType, range: { bits: number; signed: boolean }, raw: bigint): Integer64 {
  const value = range.signed ? BigInt.asIntN(range.bits, raw) : BigInt.asUintN(range.bits, raw)
  // What was cut off must be sign extension, or nothing: anything else is another number.
  const extended =
    range.bits < 64 ? [raw, BigInt.asIntN(32, raw), BigInt.asIntN(64, raw)] : [raw, BigInt.asIntN(64, raw)]
  const narrow = BigInt.asUintN(range.bits, raw) === raw
  if (!narrow && !extended.includes(value)) throw payloadInvalid(`${raw} does not fit ${type}.`)
  return canonical(value)
}

function mismatch(type: DataType, wire: WireValue): Error {
  return payloadInvalid(`A value of type ${type} came as ${wire.field}.`)
}

/**
 * The field and number in which a scalar travels. Negative numbers of up to 32 bits are sign-extended to 32 bits.
 *
 * @throws payloadInvalid when the value does not fit the type.
 */
export function wireOf(type: DataType, value: Scalar): WireValue {
  const range = integerRange(type)
  if (range) {
    const integer = integerFrom(type, value)
    const low = range.signed ? -(1n << BigInt(range.bits - 1)) : 0n
    const high = (1n << BigInt(range.signed ? range.bits - 1 : range.bits)) - 1n
    if (integer < low || integer > high) throw payloadInvalid(`${integer} does not fit ${type}.`)
    return range.bits === 64
      ? { field: 'long', value: BigInt.asUintN(64, integer) }
      : { field: 'int', value: Number(BigInt.asUintN(32, integer)) }
  }
  switch (type) {
    case 'Float':
      if (typeof value === 'number') return { field: 'float', value }
      break
    case 'Double':
      if (typeof value === 'number') return { field: 'double', value }
      break
    case 'Boolean':
      if (typeof value === 'boolean') return { field: 'boolean', value }
      break
    case 'DateTime':
      return { field: 'long', value: BigInt.asUintN(64, integerFrom(type, value)) }
    case 'String':
    case 'Text':
    case 'UUID':
      if (typeof value === 'string') {
        if (value.length > BOUNDS.stringBytes) throw payloadInvalid('A text is too long.')
        return { field: 'string', value }
      }
      break
  }
  throw payloadInvalid(`A ${typeof value} is no ${type}.`)
}

function integerFrom(type: DataType, value: Scalar): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw payloadInvalid(`${String(value)} is no ${type}.`)
}
