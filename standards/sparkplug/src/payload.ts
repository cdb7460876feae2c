import type { DataType } from './data-type.ts'

/**
 * A 64-bit integer. Decoded values are canonical: a `number` while it is exact (at most 2^53 - 1 either side of zero), a
 * `bigint` beyond. Both are accepted when encoding.
 */
export type Integer64 = number | bigint

/**
 * Value of a metric, by data type:
 * integers `number` (64-bit: Integer64); Float, Double `number`; Boolean `boolean`; String, Text, UUID `string`;
 * DateTime epoch milliseconds as `number`; Bytes, File `Uint8Array`; DataSet `DataSet`; Template `Template`;
 * FloatArray `Float32Array`; DoubleArray `Float64Array`; the other arrays plain arrays of their element.
 * A plain array of numbers is accepted for every numeric array when encoding.
 */
export type MetricValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | Float32Array
  | Float64Array
  | readonly Integer64[]
  | readonly boolean[]
  | readonly string[]
  | DataSet
  | Template

export type Scalar = number | bigint | boolean | string

/** A table. Every row has one cell per column; a null cell is one the sender left empty. */
export type DataSet = {
  columns: readonly { name: string; type: DataType }[]
  rows: readonly (readonly (Scalar | null)[])[]
}

/** A template definition (`isDefinition`, without `templateRef`) or an instance of one. */
export type Template = {
  version?: string
  templateRef?: string
  isDefinition: boolean
  metrics: readonly Metric[]
  parameters: readonly { name: string; type: DataType; value: Scalar | null }[]
}

/** One property of a metric, for example `engUnit` (String) or `Quality` (Int32: 0 bad, 192 good, 500 stale). */
export type Property = { type: DataType; value: Scalar | PropertySet | readonly PropertySet[] | null }

export type PropertySet = ReadonlyMap<string, Property>

/** What stood in the value field of a metric that named no data type; `valueAs` reads it once the birth tells the type. */
export type WireValue =
  | { field: 'int'; value: number }
  | { field: 'long'; value: bigint }
  | { field: 'float' | 'double'; value: number }
  | { field: 'boolean'; value: boolean }
  | { field: 'string'; value: string }
  | { field: 'bytes'; value: Uint8Array }
  | { field: 'dataset'; value: DataSet }
  | { field: 'template'; value: Template }

/** One metric. A birth names it and its data type; later messages may carry the alias alone. */
export type Metric = {
  name?: string
  alias?: Integer64
  /** Epoch milliseconds. Beyond 2^53 it is rounded: such a time is wrong anyway and stays recognisably so. */
  timestampMs?: number
  datatype?: DataType
  isHistorical?: boolean
  isTransient?: boolean
  properties?: PropertySet
  /** Null when the sender says `is_null`; undefined when no value was sent or only `wire` is known. */
  value?: MetricValue | null
  /** Only on decoded metrics without a data type. */
  wire?: WireValue
}

/** A Sparkplug B payload. `seq` is 0…255 and absent in NDEATH and commands. */
export type Payload = {
  timestampMs?: number
  seq?: number
  uuid?: string
  body?: Uint8Array
  metrics: readonly Metric[]
}
