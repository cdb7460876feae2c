/** Data types in the order of their numbers in `sparkplug_b.proto`; the first has number 1. */
const NAMES = [
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
  'DateTime',
  'Text',
  'UUID',
  'DataSet',
  'Bytes',
  'File',
  'Template',
  'PropertySet',
  'PropertySetList',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Int64Array',
  'UInt8Array',
  'UInt16Array',
  'UInt32Array',
  'UInt64Array',
  'FloatArray',
  'DoubleArray',
  'BooleanArray',
  'StringArray',
  'DateTimeArray',
] as const

/** Name of a Sparkplug data type. Source: Sparkplug 3.0 §6.4.16. */
export type DataType = (typeof NAMES)[number]

/** The number a data type has on the wire. */
export function dataTypeCode(type: DataType): number {
  return NAMES.indexOf(type) + 1
}

/** The data type behind a number, undefined for 0 (unknown) and for numbers nobody has defined. */
export function dataTypeOf(code: number): DataType | undefined {
  return NAMES[code - 1]
}

type IntegerRange = { bits: 8 | 16 | 32 | 64; signed: boolean }

const INTEGERS: Partial<Record<DataType, IntegerRange>> = {
  Int8: { bits: 8, signed: true },
  Int16: { bits: 16, signed: true },
  Int32: { bits: 32, signed: true },
  Int64: { bits: 64, signed: true },
  UInt8: { bits: 8, signed: false },
  UInt16: { bits: 16, signed: false },
  UInt32: { bits: 32, signed: false },
  UInt64: { bits: 64, signed: false },
}

/** Width and sign of an integer type, undefined for every other type. */
export function integerRange(type: DataType): IntegerRange | undefined {
  return INTEGERS[type]
}
