import { BOUNDS } from './bounds.ts'
import { type DataType, dataTypeOf } from './data-type.ts'
import type { DataSet, Metric, Payload, Property, PropertySet, Scalar, Template, WireValue } from './payload.ts'
import { payloadInvalid } from './problems.ts'
import { canonical, scalarAs, valueAs } from './value.ts'
import { WireReader, type WireType } from './wire.ts'

// Names become keys, paths and text on screens: characters that hide or turn text round have no business in them.
const UNPRINTABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

/**
 * Decodes a Sparkplug B payload.
 *
 * Metrics that name their data type have `value`; the others `wire` (see `valueAs`). Unknown fields are skipped, so that a
 * later edition still decodes. Never allocates more than a small multiple of the bytes given; levels, counts and lengths are
 * bounded (`BOUNDS`). Compressed payloads (`SPBV1.0_COMPRESSED`) are refused.
 *
 * @throws payloadInvalid on anything else.
 * @see Sparkplug 3.0 §6.4 and `sparkplug_b.proto`
 */
export function decodePayload(bytes: Uint8Array): Payload {
  if (bytes.length > BOUNDS.payloadBytes) throw payloadInvalid(`A payload is larger than ${BOUNDS.payloadBytes} bytes.`)
  const reader = new WireReader(bytes)
  const metrics: Metric[] = []
  const payload: Payload = { metrics }
  const budget = { metrics: BOUNDS.metrics }
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    switch (field) {
      case 1:
        expect(wireType, 0)
        payload.timestampMs = Number(reader.varint())
        break
      case 2:
        expect(wireType, 2)
        metrics.push(decodeMetric(reader.message(), budget))
        break
      case 3: {
        expect(wireType, 0)
        const seq = reader.varint()
        if (seq > 255n) throw payloadInvalid(`Sequence number ${seq} is larger than 255.`) // [tck-id-payloads-sequence-num]
        payload.seq = Number(seq)
        break
      }
      case 4:
        expect(wireType, 2)
        payload.uuid = reader.text(BOUNDS.nameBytes)
        break
      case 5:
        expect(wireType, 2)
        payload.body = reader.byteString()
        break
      default:
        reader.skip(wireType)
    }
  }
  if (payload.uuid === 'SPBV1.0_COMPRESSED') throw payloadInvalid('Compressed payloads are not accepted.')
  return payload
}

type Budget = { metrics: number }

function decodeMetric(reader: WireReader, budget: Budget): Metric {
  budget.metrics -= 1
  if (budget.metrics < 0) throw payloadInvalid(`A payload has more than ${BOUNDS.metrics} metrics.`)
  const metric: Metric = {}
  let isNull = false
  let wire: WireValue | undefined
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    switch (field) {
      case 1:
        expect(wireType, 2)
        metric.name = name(reader)
        break
      case 2:
        expect(wireType, 0)
        metric.alias = canonical(reader.varint())
        break
      case 3:
        expect(wireType, 0)
        metric.timestampMs = Number(reader.varint())
        break
      case 4:
        expect(wireType, 0)
        metric.datatype = datatype(reader)
        break
      case 5:
        expect(wireType, 0)
        metric.isHistorical = reader.boolean()
        break
      case 6:
        expect(wireType, 0)
        metric.isTransient = reader.boolean()
        break
      case 7:
        expect(wireType, 0)
        isNull = reader.boolean()
        break
      case 9:
        expect(wireType, 2)
        metric.properties = decodePropertySet(reader.message())
        break
      case 16:
        expect(wireType, 2)
        wire = { field: 'bytes', value: reader.byteString() }
        break
      case 17:
        expect(wireType, 2)
        wire = { field: 'dataset', value: decodeDataSet(reader.message()) }
        break
      case 18:
        expect(wireType, 2)
        wire = { field: 'template', value: decodeTemplate(reader.message(), budget) }
        break
      default:
        if (field >= 10 && field <= 15) wire = scalar(reader, field - 9, wireType)
        else reader.skip(wireType)
    }
  }
  if (isNull && wire) throw payloadInvalid('A metric is null and has a value.')
  if (isNull) metric.value = null
  else if (wire && metric.datatype) metric.value = valueAs(metric.datatype, wire)
  else if (wire) metric.wire = wire
  return metric
}

/** The six scalar fields stand in the same order in metrics, cells, properties and parameters; only the first number differs. */
function scalar(reader: WireReader, position: number, wireType: WireType): WireValue {
  switch (position) {
    case 1:
      expect(wireType, 0)
      // A negative value may come sign-extended to 64 bits; the lower 32 say the same.
      return { field: 'int', value: Number(BigInt.asUintN(32, reader.varint())) }
    case 2:
      expect(wireType, 0)
      return { field: 'long', value: reader.varint() }
    case 3:
      expect(wireType, 5)
      return { field: 'float', value: reader.float() }
    case 4:
      expect(wireType, 1)
      return { field: 'double', value: reader.double() }
    case 5:
      expect(wireType, 0)
      return { field: 'boolean', value: reader.boolean() }
    default:
      expect(wireType, 2)
      return { field: 'string', value: reader.text() }
  }
}

function decodePropertySet(reader: WireReader): PropertySet {
  const keys: string[] = []
  const values: Property[] = []
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field === 1) {
      expect(wireType, 2)
      keys.push(name(reader))
    } else if (field === 2) {
      expect(wireType, 2)
      values.push(decodeProperty(reader.message()))
    } else reader.skip(wireType)
    if (keys.length > BOUNDS.properties || values.length > BOUNDS.properties) {
      throw payloadInvalid(`A property set has more than ${BOUNDS.properties} properties.`)
    }
  }
  // [tck-id-payloads-propertyset-quality-value-type] and its neighbours: one value per key.
  if (keys.length !== values.length) throw payloadInvalid('A property set has not one value per key.')
  const set = new Map<string, Property>()
  for (const [index, key] of keys.entries()) {
    const value = values[index]
    if (value) set.set(key, value)
  }
  return set
}

function decodeProperty(reader: WireReader): Property {
  let type: DataType | undefined
  let isNull = false
  let wire: WireValue | undefined
  let set: PropertySet | readonly PropertySet[] | undefined
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field === 1) {
      expect(wireType, 0)
      type = datatype(reader)
    } else if (field === 2) {
      expect(wireType, 0)
      isNull = reader.boolean()
    } else if (field >= 3 && field <= 8) wire = scalar(reader, field - 2, wireType)
    else if (field === 9) {
      expect(wireType, 2)
      set = decodePropertySet(reader.message())
    } else if (field === 10) {
      expect(wireType, 2)
      set = decodePropertySetList(reader.message())
    } else reader.skip(wireType)
  }
  if (!type) throw payloadInvalid('A property has no type.')
  if (isNull || (!wire && !set)) return { type, value: null }
  if (type === 'PropertySet' || type === 'PropertySetList') {
    if (!set || (type === 'PropertySetList') !== Array.isArray(set)) throw payloadInvalid(`A property is no ${type}.`)
    return { type, value: set }
  }
  if (!wire) throw payloadInvalid(`A property of type ${type} has another kind of value.`)
  return { type, value: scalarAs(type, wire) }
}

function decodePropertySetList(reader: WireReader): PropertySet[] {
  const sets: PropertySet[] = []
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field === 1) {
      expect(wireType, 2)
      sets.push(decodePropertySet(reader.message()))
    } else reader.skip(wireType)
    if (sets.length > BOUNDS.properties) throw payloadInvalid('A list of property sets is too long.')
  }
  return sets
}

function decodeDataSet(reader: WireReader): DataSet {
  let stated: bigint | undefined
  const names: string[] = []
  const types: DataType[] = []
  const rows: (WireValue | null)[][] = []
  let cells = 0
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field === 1) {
      expect(wireType, 0)
      stated = reader.varint()
    } else if (field === 2) {
      expect(wireType, 2)
      names.push(name(reader))
    } else if (field === 3 && wireType === 2) {
      // proto2 repeats the number, other writers pack it; both are allowed on the wire.
      for (const packed = reader.message(); !packed.done && types.length <= BOUNDS.columns; )
        types.push(datatype(packed))
    } else if (field === 3) {
      expect(wireType, 0)
      types.push(datatype(reader))
    } else if (field === 4) {
      expect(wireType, 2)
      const row = decodeRow(reader.message())
      cells += Math.max(1, row.length)
      if (cells > BOUNDS.cells) throw payloadInvalid(`A data set has more than ${BOUNDS.cells} cells.`)
      rows.push(row)
    } else reader.skip(wireType)
    if (names.length > BOUNDS.columns || types.length > BOUNDS.columns) {
      throw payloadInvalid(`A data set has more than ${BOUNDS.columns} columns.`)
    }
  }
  // [tck-id-payloads-dataset-column-size], [tck-id-payloads-dataset-types-num]
  if (names.length !== types.length || (stated !== undefined && stated !== BigInt(names.length))) {
    throw payloadInvalid('A data set has not one name and one type per column.')
  }
  const columns = names.map((columnName, index) => ({ name: columnName, type: types[index] ?? 'String' }))
  return {
    columns,
    rows: rows.map((row) => {
      if (row.length !== columns.length) throw payloadInvalid('A row of a data set has not one cell per column.')
      return row.map((cell, index) => (cell ? scalarAs(columns[index]?.type ?? 'String', cell) : null))
    }),
  }
}

function decodeRow(reader: WireReader): (WireValue | null)[] {
  const row: (WireValue | null)[] = []
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field === 1) {
      expect(wireType, 2)
      row.push(decodeCell(reader.message()))
      if (row.length > BOUNDS.columns) throw payloadInvalid('A row of a data set is too long.')
    } else reader.skip(wireType)
  }
  return row
}

function decodeCell(reader: WireReader): WireValue | null {
  let wire: WireValue | null = null
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field <= 6) wire = scalar(reader, field, wireType)
    else reader.skip(wireType)
  }
  return wire
}

function decodeTemplate(reader: WireReader, budget: Budget): Template {
  const metrics: Metric[] = []
  const parameters: { name: string; type: DataType; value: Scalar | null }[] = []
  const template: Template = { isDefinition: false, metrics, parameters }
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field === 5) {
      expect(wireType, 0)
      template.isDefinition = reader.boolean()
    } else if (field >= 1 && field <= 4) {
      expect(wireType, 2)
      if (field === 1) template.version = reader.text(BOUNDS.nameBytes)
      else if (field === 2) metrics.push(decodeMetric(reader.message(), budget))
      else if (field === 3) parameters.push(decodeParameter(reader.message()))
      else template.templateRef = name(reader)
      if (parameters.length > BOUNDS.parameters) throw payloadInvalid('A template has too many parameters.')
    } else reader.skip(wireType)
  }
  return template
}

function decodeParameter(reader: WireReader): { name: string; type: DataType; value: Scalar | null } {
  let parameterName: string | undefined
  let type: DataType | undefined
  let wire: WireValue | undefined
  while (!reader.done) {
    const { field, wireType } = reader.tag()
    if (field === 1) {
      expect(wireType, 2)
      parameterName = name(reader)
    } else if (field === 2) {
      expect(wireType, 0)
      type = datatype(reader)
    } else if (field >= 3 && field <= 8) wire = scalar(reader, field - 2, wireType)
    else reader.skip(wireType)
  }
  if (parameterName === undefined || !type) throw payloadInvalid('A template parameter has no name or no type.')
  return { name: parameterName, type, value: wire ? scalarAs(type, wire) : null }
}

function name(reader: WireReader): string {
  const text = reader.text(BOUNDS.nameBytes)
  if (text === '' || UNPRINTABLE.test(text)) throw payloadInvalid('A name is empty or has unprintable characters.')
  return text
}

function datatype(reader: WireReader): DataType {
  const code = reader.varint()
  const type = code <= 255n ? dataTypeOf(Number(code)) : undefined
  if (!type) throw payloadInvalid(`There is no data type ${code}.`)
  return type
}

function expect(actual: WireType, expected: WireType): void {
  if (actual !== expected) throw payloadInvalid('A field has the wrong wire type.')
}
