import { BOUNDS } from './bounds.ts'
import { type DataType, dataTypeCode } from './data-type.ts'
import type { DataSet, Metric, MetricValue, Payload, PropertySet, Scalar, Template, WireValue } from './payload.ts'
import { payloadInvalid } from './problems.ts'
import { wireOf } from './value.ts'
import { encodeArray } from './value-arrays.ts'
import { WireWriter } from './wire.ts'

/**
 * Encodes a Sparkplug B payload; fields in the order of their numbers, metrics in the order given.
 *
 * A metric that has a value needs its `datatype`; for data messages, where the standard advises against sending it, pass
 * `{ omitDataTypes: true }`.
 *
 * @throws payloadInvalid when a value does not fit its type or a bound is exceeded: what we send must be decodable here.
 */
export function encodePayload(payload: Payload, options: { omitDataTypes?: boolean } = {}): Uint8Array {
  if (payload.metrics.length > BOUNDS.metrics) throw payloadInvalid(`More than ${BOUNDS.metrics} metrics in a payload.`)
  const writer = new WireWriter()
  if (payload.timestampMs !== undefined) writer.varintField(1, milliseconds(payload.timestampMs))
  for (const metric of payload.metrics) {
    writer.messageField(2, (inner) => writeMetric(inner, metric, options.omitDataTypes ?? false, 2))
  }
  if (payload.seq !== undefined) {
    if (!Number.isInteger(payload.seq) || payload.seq < 0 || payload.seq > 255) {
      throw payloadInvalid(`${payload.seq} is no sequence number.`)
    }
    writer.varintField(3, payload.seq)
  }
  if (payload.uuid !== undefined) writer.textField(4, payload.uuid)
  if (payload.body !== undefined) writer.bytesField(5, payload.body)
  const bytes = writer.finish()
  if (bytes.length > BOUNDS.payloadBytes) throw payloadInvalid(`A payload is larger than ${BOUNDS.payloadBytes} bytes.`)
  return bytes
}

function writeMetric(writer: WireWriter, metric: Metric, omitDataType: boolean, depth: number): void {
  if (depth > BOUNDS.depth) throw payloadInvalid(`Templates are nested deeper than ${BOUNDS.depth} levels.`)
  if (metric.name !== undefined) writer.textField(1, metric.name)
  if (metric.alias !== undefined) writer.varintField(2, metric.alias)
  if (metric.timestampMs !== undefined) writer.varintField(3, milliseconds(metric.timestampMs))
  if (metric.datatype !== undefined && !omitDataType) writer.varintField(4, dataTypeCode(metric.datatype))
  if (metric.isHistorical !== undefined) writer.booleanField(5, metric.isHistorical)
  if (metric.isTransient !== undefined) writer.booleanField(6, metric.isTransient)
  if (metric.value === null) writer.booleanField(7, true)
  if (metric.properties) {
    const properties = metric.properties
    writer.messageField(9, (inner) => writePropertySet(inner, properties, depth + 1))
  }
  if (metric.value === undefined || metric.value === null) return
  if (!metric.datatype) throw payloadInvalid(`Metric ${metric.name ?? metric.alias} has a value and no data type.`)
  writeValue(writer, metric.datatype, metric.value, depth)
}

function writeValue(writer: WireWriter, type: DataType, value: MetricValue, depth: number): void {
  if (type === 'Bytes' || type === 'File') {
    if (!(value instanceof Uint8Array)) throw payloadInvalid(`A value of type ${type} must be bytes.`)
    writer.bytesField(16, value)
  } else if (type === 'DataSet') {
    if (!isObject(value) || !('rows' in value)) throw payloadInvalid('A DataSet must have columns and rows.')
    writer.messageField(17, (inner) => writeDataSet(inner, value))
  } else if (type === 'Template') {
    if (!isObject(value) || !('isDefinition' in value)) throw payloadInvalid('A Template must say whether it defines.')
    writer.messageField(18, (inner) => writeTemplate(inner, value, depth + 1))
  } else if (type.endsWith('Array')) writer.bytesField(16, encodeArray(type, value))
  else if (typeof value === 'object') throw payloadInvalid(`A value of type ${type} must be a scalar.`)
  else writeScalar(writer, 9, wireOf(type, value))
}

function isObject(value: MetricValue): value is DataSet | Template {
  return typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/** Writes one of the six scalar fields; `before` is the field number in front of the first of them. */
function writeScalar(writer: WireWriter, before: number, wire: WireValue): void {
  if (wire.field === 'int') writer.varintField(before + 1, wire.value)
  else if (wire.field === 'long') writer.varintField(before + 2, wire.value)
  else if (wire.field === 'float') writer.floatField(before + 3, wire.value)
  else if (wire.field === 'double') writer.doubleField(before + 4, wire.value)
  else if (wire.field === 'boolean') writer.booleanField(before + 5, wire.value)
  else if (wire.field === 'string') writer.textField(before + 6, wire.value)
}

function writePropertySet(writer: WireWriter, set: PropertySet, depth: number): void {
  if (depth > BOUNDS.depth) throw payloadInvalid(`Property sets are nested deeper than ${BOUNDS.depth} levels.`)
  if (set.size > BOUNDS.properties) throw payloadInvalid(`More than ${BOUNDS.properties} properties in a set.`)
  for (const key of set.keys()) writer.textField(1, key)
  for (const { type, value } of set.values()) {
    writer.messageField(2, (inner) => {
      inner.varintField(1, dataTypeCode(type))
      if (value === null) inner.booleanField(2, true)
      else if (typeof value !== 'object') writeScalar(inner, 2, wireOf(type, value))
      else if (isList(value)) {
        inner.messageField(10, (list) => {
          for (const item of value) list.messageField(1, (one) => writePropertySet(one, item, depth + 3))
        })
      } else inner.messageField(9, (one) => writePropertySet(one, value, depth + 2))
    })
  }
}

function isList(value: PropertySet | readonly PropertySet[]): value is readonly PropertySet[] {
  return Array.isArray(value)
}

function writeDataSet(writer: WireWriter, set: DataSet): void {
  if (set.columns.length > BOUNDS.columns || set.columns.length * set.rows.length > BOUNDS.cells) {
    throw payloadInvalid('A data set is too large.')
  }
  writer.varintField(1, set.columns.length)
  for (const column of set.columns) writer.textField(2, column.name)
  for (const column of set.columns) writer.varintField(3, dataTypeCode(column.type))
  for (const row of set.rows) {
    if (row.length !== set.columns.length) throw payloadInvalid('A row of a data set has not one cell per column.')
    writer.messageField(4, (inner) => {
      for (const [index, cell] of row.entries()) inner.messageField(1, (one) => writeCell(one, set, index, cell))
    })
  }
}

function writeCell(writer: WireWriter, set: DataSet, index: number, cell: Scalar | null): void {
  const column = set.columns[index]
  if (cell !== null && column) writeScalar(writer, 0, wireOf(column.type, cell))
}

function writeTemplate(writer: WireWriter, template: Template, depth: number): void {
  if (template.version !== undefined) writer.textField(1, template.version)
  for (const metric of template.metrics) {
    writer.messageField(2, (inner) => writeMetric(inner, metric, false, depth + 1))
  }
  for (const { name, type, value } of template.parameters) {
    writer.messageField(3, (inner) => {
      inner.textField(1, name)
      inner.varintField(2, dataTypeCode(type))
      if (value !== null) writeScalar(inner, 2, wireOf(type, value))
    })
  }
  if (template.templateRef !== undefined) writer.textField(4, template.templateRef)
  writer.booleanField(5, template.isDefinition)
}

function milliseconds(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw payloadInvalid(`${value} is no time in epoch milliseconds.`)
  return value
}
