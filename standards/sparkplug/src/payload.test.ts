import { isProblem } from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BOUNDS } from './bounds.ts'
import type { DataType } from './data-type.ts'
import { decodePayload } from './decode.ts'
import { encodePayload } from './encode.ts'
import type { Metric, MetricValue, Payload } from './payload.ts'
import { valueAs } from './value.ts'

const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const one = (datatype: DataType, value: MetricValue | null): Payload => ({
  timestampMs: 1,
  seq: 1,
  metrics: [{ name: 'a', timestampMs: 1, datatype, value }],
})

describe('whole payloads with timestamp 1, sequence number 1 and one metric "a" at time 1', () => {
  test.each<[DataType, MetricValue | null, string]>([
    ['Int8', -5, '0801120d0a01611801200150fbffffff0f1801'],
    ['Boolean', true, '080112090a01611801200b70011801'],
    ['Int32', -1, '0801120d0a01611801200350ffffffff0f1801'],
    ['UInt64', 5, '080112090a01611801200858051801'],
    ['Int64', -1, '080112120a01611801200458ffffffffffffffffff011801'],
    ['Double', 0.5, '080112100a01611801200a69000000000000e03f1801'],
    ['String', null, '080112090a01611801200c38011801'],
    ['Bytes', Uint8Array.of(1, 2), '0801120c0a01611801201182010201021801'],
  ])('%s %s', (datatype, value, hex) => {
    expect(toHex(encodePayload(one(datatype, value)))).toBe(hex)
    expect(decodePayload(fromHex(hex))).toEqual(one(datatype, value))
  })
})

test('a birth with bdSeq and a temperature has the bytes that the reference encoder gives', () => {
  const birth: Payload = {
    timestampMs: 1_700_000_000_000,
    seq: 0,
    metrics: [
      { name: 'bdSeq', timestampMs: 1_700_000_000_000, datatype: 'Int64', value: 3 },
      { name: 't', timestampMs: 1, datatype: 'Float', value: 1.5 },
    ],
  }
  const hex = '0880d095ffbc3112120a0562645365711880d095ffbc3120045803120c0a017418012009650000c03f1800'
  expect(toHex(encodePayload(birth))).toBe(hex)
  expect(decodePayload(fromHex(hex))).toEqual(birth)
})

describe('arrays are packed little-endian', () => {
  test.each<[DataType, MetricValue, string]>([
    ['Int32Array', [123456789, 987654321], '15cd5b07b168de3a'],
    ['Int16Array', [-30000, 30000], 'd08a3075'],
    ['StringArray', ['ABC', 'hello'], '4142430068656c6c6f00'],
    ['FloatArray', Float32Array.of(1.23), 'a4709d3f'],
    ['BooleanArray', [false, false, true, true, false, true, false, false, true, true, false, true], '0c00000034d0'],
  ])('%s', (datatype, value, hex) => {
    const bytes = encodePayload(one(datatype, value))
    expect(toHex(bytes)).toContain(hex)
    expect(decodePayload(bytes)).toEqual(one(datatype, value))
  })
})

test.each<[DataType, MetricValue]>([
  ['UInt64', 18446744073709551615n],
  ['Int64', -9223372036854775808n],
  ['Int64', Number.MAX_SAFE_INTEGER],
  ['UInt64Array', [18446744073709551615n, 7]],
  ['Int64Array', [-9223372036854775808n, -1]],
  ['DateTime', 1_790_000_000_000],
  ['DateTimeArray', [1, 1_790_000_000_000]],
  ['Double', Number.NaN],
  ['Double', Number.POSITIVE_INFINITY],
  ['DoubleArray', Float64Array.of(0.1, -0)],
  ['UUID', '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'],
  ['Text', 'Spindel läuft ✓'],
  ['File', Uint8Array.of(0, 255)],
])('%s keeps %s exactly', (datatype, value) => {
  expect(decodePayload(encodePayload(one(datatype, value)))).toEqual(one(datatype, value))
})

test('a data set, nested properties and a template come back as they were', () => {
  const payload: Payload = {
    timestampMs: 5,
    seq: 255,
    uuid: 'u',
    body: Uint8Array.of(9),
    metrics: [
      {
        name: 'Tools',
        alias: 7,
        timestampMs: 5,
        datatype: 'DataSet',
        isHistorical: true,
        value: {
          columns: [
            { name: 'number', type: 'Int16' },
            { name: 'name', type: 'String' },
          ],
          rows: [
            [-3, 'drill'],
            [null, null],
          ],
        },
        properties: new Map([
          ['engUnit', { type: 'String', value: 'mm/s' }],
          ['Quality', { type: 'Int32', value: 500 }],
          ['range', { type: 'PropertySet', value: new Map([['high', { type: 'Double', value: 4.5 }]]) }],
          ['list', { type: 'PropertySetList', value: [new Map([['none', { type: 'Int8', value: null }]])] }],
        ]),
      },
      {
        name: 'Motor',
        datatype: 'Template',
        value: {
          isDefinition: true,
          version: '1',
          metrics: [{ name: 'rpm', datatype: 'Int32', value: null }],
          parameters: [{ name: 'index', type: 'UInt8', value: 3 }],
        },
      },
    ],
  }
  expect(decodePayload(encodePayload(payload))).toEqual(payload)
})

test('a data message without data types is read with those of the birth', () => {
  const bytes = encodePayload(one('Int16', -2), { omitDataTypes: true })
  const metric = decodePayload(bytes).metrics[0]
  expect(metric).toMatchObject({ name: 'a', wire: { field: 'int', value: 0xfffffffe } })
  expect(metric?.datatype).toBeUndefined()
  expect(metric?.wire && valueAs('Int16', metric.wire)).toBe(-2)
})

test.each([
  ['Int8 without sign extension', 'Int8', { field: 'int', value: 0xfb }, -5],
  ['Int16 without sign extension', 'Int16', { field: 'int', value: 0xfffe }, -2],
  ['Int32 in the 64-bit field', 'Int32', { field: 'long', value: 0xffffffffffffffffn }, -1],
] as const)('%s is read', (_, datatype, wire, value) => {
  expect(valueAs(datatype, wire)).toBe(value)
})

test.each<[string, DataType, MetricValue]>([
  ['too large', 'Int8', 128],
  ['negative', 'UInt32', -1],
  ['a fraction', 'Int32', 1.5],
  ['a text', 'Double', 'warm'],
  ['a number', 'String', 1],
  ['no array', 'FloatArray', 1],
])('%s does not encode as %s', (_, datatype, value) => {
  expect(() => encodePayload(one(datatype, value))).toThrow(expect.objectContaining({ name: 'Problem' }))
})

const scalarMetric: fc.Arbitrary<Metric> = fc
  .oneof(
    fc.record({ datatype: fc.constant<DataType>('Int32'), value: fc.integer() }),
    fc.record({ datatype: fc.constant<DataType>('Double'), value: fc.double({ noDefaultInfinity: true }) }),
    fc.record({ datatype: fc.constant<DataType>('Boolean'), value: fc.boolean() }),
    fc.record({ datatype: fc.constant<DataType>('String'), value: fc.string({ unit: 'grapheme', maxLength: 50 }) }),
    fc.record({
      datatype: fc.constant<DataType>('UInt64'),
      value: fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    }),
    fc.record({
      datatype: fc.constant<DataType>('FloatArray'),
      value: fc.array(fc.float(), { maxLength: 20 }).map((values) => Float32Array.from(values)),
    }),
  )
  .map((metric) => ({ ...metric, name: 'm', timestampMs: 1 }))

const anyPayload: fc.Arbitrary<Payload> = fc.record({
  timestampMs: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  seq: fc.integer({ min: 0, max: 255 }),
  metrics: fc.array(scalarMetric, { maxLength: 8 }),
})

test('every payload survives the round trip', () => {
  fc.assert(
    fc.property(anyPayload, (payload) => {
      expect(decodePayload(encodePayload(payload))).toEqual(payload)
    }),
    { numRuns: 500 },
  )
})

// proves: T-D3
test('mutated payloads decode or are refused as a problem, and nothing else happens', () => {
  const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cut: fc.nat() })
  fc.assert(
    fc.property(anyPayload, fc.array(mutation, { minLength: 1, maxLength: 4 }), (payload, mutations) => {
      let bytes = encodePayload(payload)
      for (const { at, byte, cut } of mutations) {
        bytes[at % bytes.length] = byte
        if (cut % 4 === 0) bytes = bytes.slice(0, 1 + (cut % bytes.length))
      }
      expectDecodedOrRefused(bytes)
    }),
    { numRuns: 3_000 },
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectDecodedOrRefused), { numRuns: 3_000 })
})

test('a payload beyond the size bound is refused before it is read', () => {
  expect(() => decodePayload(new Uint8Array(BOUNDS.payloadBytes + 1))).toThrow(/larger than/)
})

test('templates nested beyond the depth bound are refused in both directions', () => {
  let metric: Metric = { name: 'm', datatype: 'Int8', value: 1 }
  for (let level = 0; level < 12; level += 1) {
    metric = { name: 'm', datatype: 'Template', value: { isDefinition: true, metrics: [metric], parameters: [] } }
  }
  expect(() => encodePayload({ metrics: [metric] })).toThrow(/nested deeper/)
})

function expectDecodedOrRefused(bytes: Uint8Array): void {
  try {
    decodePayload(bytes)
  } catch (error) {
    if (!isProblem(error)) throw error
  }
}
