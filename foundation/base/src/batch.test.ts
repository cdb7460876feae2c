import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Batch, decodeBatch, encodeBatch, renumberBatch } from './batch.ts'
import { crc32, crc32c } from './batch-checksum.ts'
import { BATCH_BOUNDS, type BatchColumn, decodeSamples, encodeSamples, QUALITY } from './batch-column.ts'
import type { VectorFrame } from './batch-frame.ts'
import { batchInvalid } from './batch-problem.ts'
import { TIMESTAMP_MS_MAX } from './batch-times.ts'
import { isProblem } from './problem.ts'

const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const fromHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
const ascii = (text: string) => new TextEncoder().encode(text)

const { bad, uncertain, good } = QUALITY

function numbers(series: number, timesMs: number[], values: number[], qualities: number[]): BatchColumn {
  return {
    series,
    kind: 'number',
    timestampsMs: Float64Array.from(timesMs),
    values: Float64Array.from(values),
    qualities: Uint8Array.from(qualities),
  }
}

test('the checksums are those of the catalogue', () => {
  expect(crc32(ascii('123456789'))).toBe(0xcbf43926)
  expect(crc32c(ascii('123456789'))).toBe(0xe3069283)
})

describe('vectors', () => {
  test.each<[string, Batch, string]>([
    ['an empty batch', { sequence: 1, columns: [] }, '020100'],
    [
      'three decimals a second apart, the second bad',
      { sequence: 300, columns: [numbers(7, [1000, 2000, 3000], [20.5, Number.NaN, 20.6], [good, bad, good])] },
      // version, sequence, 1 column | series 7, number, 3 samples | regular from +1000 by 1000 | runs good 1, bad 1, good 1 | 1 decimal, 205, +1
      '02ac0201' + '070003' + '01d00fe807' + '060406' + '019a0302',
    ],
    [
      'times out of step, and a second signal at the same times',
      {
        sequence: 1,
        columns: [
          numbers(1, [10, 20, 31], [1, 1, 1], [good, good, good]),
          numbers(2, [10, 20, 31], [2, 2, 2], [good, good, good]),
        ],
      },
      // listed +10, +10, +1 after the step of 10 | as before
      '020102' + '010003' + '00141402' + '0e' + '00020000' + '020003' + '02' + '0e' + '00040000',
    ],
    [
      'a text that returns and a vector',
      {
        sequence: 1,
        columns: [
          {
            series: 1,
            kind: 'text',
            timestampsMs: Float64Array.of(5, 6, 7),
            values: ['on', 'off', 'on'],
            qualities: Uint8Array.of(good, good, uncertain),
          },
          {
            series: 200,
            kind: 'vector',
            timestampsMs: Float64Array.of(5),
            values: [Float32Array.of(1, -2)],
            qualities: Uint8Array.of(good),
          },
        ],
      },
      '020102' +
        '010103' +
        '010a01' +
        '0a05' +
        '02026f6e036f6666' +
        '000100' +
        'c801' +
        '0201' +
        '010000' +
        '06' +
        '020000803f000000c0',
    ],
    [
      'a waveform of 8 Hz and a spectrum of 4 Hz a line, Hann, three averages',
      {
        sequence: 1,
        columns: [
          {
            ...{ series: 7, kind: 'vector', timestampsMs: Float64Array.of(5), qualities: Uint8Array.of(good) },
            ...{ values: [Float32Array.of(1)], frame: { form: 'waveform', rateHz: 8 } },
          },
          {
            ...{ series: 8, kind: 'vector', timestampsMs: Float64Array.of(5), qualities: Uint8Array.of(bad) },
            ...{ values: [null], frame: { form: 'spectrum', resolutionHz: 4, window: 'hann', averages: 3 } },
          },
        ],
      },
      '030102' +
        '070301' +
        '014020000000000000' +
        '010a00' +
        '06' +
        '010000803f' +
        '080301' +
        '0240100000000000000103' +
        '02' +
        '04',
    ],
  ])('%s', (_, batch, hex) => {
    const bytes = encodeBatch(batch)
    expect(toHex(bytes)).toBe(hex + checksumOf(hex))
    expect(decodeBatch(bytes)).toEqual(batch)
  })

  test('what the first version wrote is read', () => {
    const hex = '01ac0201' + '070003' + 'd00fd00f00' + '060406' + '019a0302'
    expect(decodeBatch(fromHex(hex + checksumOf(hex)))).toEqual({
      sequence: 300,
      columns: [numbers(7, [1000, 2000, 3000], [20.5, Number.NaN, 20.6], [good, bad, good])],
    })
  })

  test('samples that were stored as plain numbers are read', () => {
    // the first time itself, then 32 bits each | runs good 1, bad 1 | 64 bits
    const hex = '0300' + '00000000' + '000003e8' + '0604' + '0e' + '4034800000000000'
    expect(decodeSamples('number', 2, fromHex(hex), 1000)).toEqual({
      kind: 'number',
      timestampsMs: Float64Array.of(1000, 2000),
      qualities: Uint8Array.of(good, bad),
      values: Float64Array.of(20.5, Number.NaN),
    })
  })
})

function checksumOf(hex: string): string {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, crc32(fromHex(hex)), true)
  return toHex(bytes)
}

const timeMs = fc.oneof(fc.integer({ min: 0, max: TIMESTAMP_MS_MAX }), fc.integer({ min: 1.79e12, max: 1.8e12 }))
const quality = fc.constantFrom(bad, uncertain, good)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const decimal = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 100)
const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !value.includes('\0'))
const vector = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 20 })

/** One or the other, so that a batch has both and neither. */
function frameOf(series: number): VectorFrame {
  const stepHz = series / 7
  return series % 3 === 1
    ? { form: 'waveform', rateHz: stepHz }
    : { form: 'spectrum', resolutionHz: stepHz, window: 'flat-top', averages: 1 + (series % 1000) }
}

function column(
  value: fc.Arbitrary<{ kind: 'number' | 'text' | 'vector'; value: unknown }[]>,
): fc.Arbitrary<BatchColumn> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: BATCH_BOUNDS.series }),
      value,
      fc.array(fc.tuple(timeMs, quality), { minLength: 1 }),
    )
    .map(([series, values, heads]) => {
      const count = Math.min(values.length, heads.length)
      const taken = heads.slice(0, count)
      const timestampsMs = Float64Array.from(taken, ([at]) => at)
      const qualities = Uint8Array.from(taken, ([, of]) => of)
      const kind = values[0]?.kind ?? 'number'
      const present = values.slice(0, count).map(({ value: one }, index) => (qualities[index] === bad ? null : one))
      if (kind === 'number') {
        const floats = Float64Array.from(present, (one) => (one === null ? Number.NaN : Number(one)))
        return { series, kind, timestampsMs, qualities, values: floats }
      }
      if (kind === 'text') return { series, kind, timestampsMs, qualities, values: present as (string | null)[] }
      const frame = series % 3 === 0 ? undefined : frameOf(series)
      return {
        ...{ series, kind, timestampsMs, qualities, values: present as (Float32Array | null)[] },
        ...(frame && { frame }),
      }
    })
}

const of = <T>(kind: 'number' | 'text' | 'vector', value: fc.Arbitrary<T>) =>
  column(
    fc.array(
      value.map((one) => ({ kind, value: one })),
      { minLength: 1, maxLength: 40 },
    ),
  )

const anyBatch: fc.Arbitrary<Batch> = fc.record({
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  columns: fc.array(
    fc.oneof(
      of('number', finite),
      of('number', decimal),
      of('text', text),
      of(
        'vector',
        vector.map((values) => Float32Array.from(values)),
      ),
    ),
    { maxLength: 6 },
  ),
})

test('every batch comes back bit by bit', () => {
  fc.assert(
    fc.property(anyBatch, (batch) => {
      expect(decodeBatch(encodeBatch(batch))).toEqual(batch)
    }),
    { numRuns: 1_000 },
  )
})

test('samples of a signal come back bit by bit from their own bytes', () => {
  fc.assert(
    fc.property(anyBatch, ({ columns }) => {
      for (const { series: _, ...samples } of columns) {
        const firstMs = samples.timestampsMs[0] ?? 0
        const bytes = encodeSamples(samples, firstMs)
        // What vectors are is kept beside them.
        const { frame: __, ...unframed } = { frame: undefined, ...samples }
        expect(decodeSamples(samples.kind, samples.timestampsMs.length, bytes, firstMs)).toEqual(unframed)
      }
    }),
  )
})

test('signals read at the same moments share their times, and a regular clock costs nothing', () => {
  const timesMs = Array.from({ length: 50 }, (_, at) => 1_790_000_000_000 + 100 * at)
  const columns = Array.from({ length: 100 }, (_, series) =>
    numbers(
      series + 1,
      timesMs,
      timesMs.map((_, at) => at / 100),
      timesMs.map(() => good),
    ),
  )
  const bytes = encodeBatch({ sequence: 1, columns })
  expect(bytes.length).toBeLessThan(100 * 50 * 1.2)
  const back = decodeBatch(bytes)
  expect(back.columns).toEqual(columns)
  expect(new Set(back.columns.map((one) => one.timestampsMs)).size).toBe(1)
})

test('a batch under another number is the batch that was encoded with it', () => {
  fc.assert(
    fc.property(anyBatch, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (batch, sequence) => {
      expect(renumberBatch(encodeBatch(batch), sequence)).toEqual(encodeBatch({ ...batch, sequence }))
    }),
  )
})

test('minus zero and the smallest and largest numbers keep their bits', () => {
  const values = [-0, 0, 5e-324, -Number.MAX_VALUE, 0.1 + 0.2, 1e15, 2 ** 51, 2 ** 53]
  const batch = {
    sequence: 1,
    columns: [
      numbers(
        1,
        values.map((_, at) => at),
        values,
        values.map(() => good),
      ),
    ],
  }
  const [back] = decodeBatch(encodeBatch(batch)).columns
  expect(values.every((value, index) => Object.is(back?.values[index], value))).toBe(true)
})

test('a second of a machine costs few bytes', () => {
  const timesMs = Array.from({ length: 1_000 }, (_, at) => 1_790_000_000_000 + 100 * at)
  const values = timesMs.map((_, at) => Math.round(2000 + 500 * Math.sin(at / 50)) / 100)
  const bytes = encodeBatch({
    sequence: 1,
    columns: [
      numbers(
        1,
        timesMs,
        values,
        values.map(() => good),
      ),
    ],
  })
  expect(bytes.length).toBeLessThan(3 * 1_000)
})

test.each<[string, () => BatchColumn]>([
  ['arrays of different lengths', () => numbers(1, [1, 2], [1], [good])],
  ['a series of 0', () => numbers(0, [1], [1], [good])],
  ['a fraction of a millisecond', () => numbers(1, [1.5], [1], [good])],
  ['NaN that is good', () => numbers(1, [1], [Number.NaN], [good])],
  ['a number that is bad', () => numbers(1, [1], [5], [bad])],
  ['infinity', () => numbers(1, [1], [Number.POSITIVE_INFINITY], [good])],
  ['an unknown quality', () => numbers(1, [1], [5], [3])],
  ['a zero character', () => ({ ...numbers(1, [1], [1], [good]), kind: 'text', values: ['a\0'] })],
  ['a text that is too long', () => ({ ...numbers(1, [1], [1], [good]), kind: 'text', values: ['a'.repeat(5000)] })],
  [
    'a rate of nothing',
    () => ({ ...numbers(1, [1], [1], [bad]), kind: 'vector', values: [null], frame: { form: 'waveform', rateHz: 0 } }),
  ],
  [
    'an infinite element',
    () => ({ ...numbers(1, [1], [1], [good]), kind: 'vector', values: [Float32Array.of(1 / 0)] }),
  ],
])('the writer refuses %s', (_, make) => {
  expect(() => encodeBatch({ sequence: 1, columns: [make()] })).toThrow(RangeError)
})

/** Puts the right checksum behind a body, so that the damage is found by the reader and not by the checksum. */
function sealed(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 4)
  bytes.set(body)
  new DataView(bytes.buffer).setUint32(body.length, crc32(body), true)
  return bytes
}

test.each([
  ['nothing', ''],
  ['another version', '040100'],
  ['a frame in a version without', '020101' + '070301' + '014020000000000000' + '010a00' + '04'],
  ['a frame of no rate', '030101' + '070301' + '010000000000000000' + '010a00' + '04'],
  ['an unknown form of frame', '030101' + '070301' + '0340200000000000000101' + '010a00' + '04'],
  ['an unknown window', '030101' + '070301' + '0240200000000000000901' + '010a00' + '04'],
  ['a mean of nothing', '030101' + '070301' + '0240200000000000000100' + '010a00' + '04'],
  ['sequence 0', '010000'],
  ['more columns than there are', '010105'],
  ['an empty column', '0101010700000000'],
  ['an unknown kind', '01010107030102060002'],
  ['a sample count that no bytes follow', '010101' + '0700' + 'a08d06' + '00'],
  ['a run of qualities of length 0', '010101' + '070001' + '02' + '02' + '0002'],
  ['a run of qualities beyond the end', '010101' + '070001' + '02' + '0a' + '0002'],
  ['an unknown form of numbers', '010101' + '070001' + '02' + '06' + '0902'],
  ['an infinite number', '010101' + '070001' + '02' + '06' + '0f00' + '7ff0000000000000'],
  ['a text number beyond the dictionary', '010101' + '070101' + '02' + '06' + '01' + '0161' + '01'],
  ['a dictionary without use', '010101' + '070101' + '02' + '04' + '010161'],
  ['a text with a zero character', '010101' + '070101' + '02' + '06' + '01' + '0100' + '00'],
  ['a text that is not UTF-8', '010101' + '070101' + '02' + '06' + '01' + '01ff' + '00'],
  ['a vector longer than its bytes', '010101' + '070201' + '02' + '06' + 'ffff03' + '00'],
  ['bytes after the end', '01010000'],
  ['an unknown form of times', '020101' + '070001' + '0400' + '06' + '0002'],
  ['the times of no column', '020101' + '070001' + '02' + '06' + '0002'],
  ['a period that leads too far', '020101' + '070002' + '0104' + 'ffffffffffffff03' + '0a' + '000202'],
  ['plain times that are missing', '020101' + '070002' + '030000' + '0a' + '000202'],
])('the reader refuses %s', (_, hex) => {
  expect(() => decodeBatch(sealed(fromHex(hex)))).toThrow(expect.objectContaining({ type: batchInvalid.type }))
})

test('a wrong checksum is refused', () => {
  const bytes = encodeBatch({ sequence: 1, columns: [numbers(1, [1], [1], [good])] })
  bytes[3] = (bytes[3] ?? 0) ^ 1
  expect(() => decodeBatch(bytes)).toThrow(/checksum/)
})

// proves: T-D3
test('damaged batches with a right checksum are read or refused, nothing else', () => {
  const damage = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), cut: fc.nat() })
  fc.assert(
    fc.property(anyBatch, fc.array(damage, { minLength: 1, maxLength: 5 }), (batch, damages) => {
      let body = encodeBatch(batch).slice(0, -4)
      for (const { at, byte, cut } of damages) {
        body[1 + (at % (body.length - 1))] = byte
        if (cut % 4 === 0 && body.length > 8) body = body.slice(0, 8 + (cut % (body.length - 8)))
      }
      readOrRefused(body)
    }),
    { numRuns: 5_000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (body) => {
      body[0] = 1 + (body.length % 2)
      readOrRefused(body)
    }),
    { numRuns: 5_000 },
  )
})

/** Also checks that what was read takes no more memory than a batch may. */
function readOrRefused(body: Uint8Array): void {
  try {
    const { columns } = decodeBatch(sealed(body))
    const samples = columns.reduce((sum, { timestampsMs }) => sum + timestampsMs.length, 0)
    expect(samples).toBeLessThanOrEqual(BATCH_BOUNDS.samples)
  } catch (error) {
    if (!isProblem(error, batchInvalid)) throw error
  }
}
