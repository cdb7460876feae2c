import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAtHours, hourOf, mergeParts, rollUp, type Samples } from './chunk-rules.ts'

const HOUR = 500_000 * HOUR_MS

/** Samples as rows: offset in the hour, value, quality. */
type Row = [offsetMs: number, value: number, quality: number]

function samplesOf(rows: readonly Row[]): Samples<number> {
  return {
    timesMs: rows.map(([offsetMs]) => HOUR + offsetMs),
    values: rows.map(([, value, quality]) => (quality === 0 ? Number.NaN : value)),
    qualities: rows.map(([, , quality]) => quality),
  }
}

const row = fc.tuple(
  fc.integer({ min: 0, max: HOUR_MS - 1 }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, 1, 2, 2, 2),
) as fc.Arbitrary<Row>

test('merging keeps, of each time, what arrived last, in the order of time', () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 6 }), (parts) => {
      const held = new Map(parts.flat().map((one) => [one[0], one]))
      const expected = samplesOf([...held.values()].sort(([a], [b]) => a - b))
      const merged = mergeParts(parts.map(samplesOf))
      expect(Array.from(merged.timesMs)).toEqual(expected.timesMs)
      expect(Array.from(merged.values)).toEqual(expected.values)
      expect(Array.from(merged.qualities)).toEqual(expected.qualities)
    }),
  )
})

test('a rollup is what the good samples amount to, minute by minute and in all', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 400 }), (rows) => {
      const samples = mergeParts([samplesOf(rows)])
      const good = Array.from(samples.timesMs, (timeMs, at) => ({ timeMs, value: samples.values[at] ?? 0 })).filter(
        (_, at) => samples.qualities[at] === 2,
      )
      const rollup = rollUp(samples)
      if (good.length === 0) {
        expect(rollup).toBeUndefined()
        return
      }
      const last = good.at(-1)
      expect(rollup).toMatchObject({
        hourMs: HOUR,
        count: good.length,
        min: Math.min(...good.map(({ value }) => value)),
        max: Math.max(...good.map(({ value }) => value)),
        sum: good.reduce((sum, { value }) => sum + value, 0),
        last: last?.value,
        lastMs: last?.timeMs,
      })
      const minutes = rollup?.perMinute
      if (!minutes) {
        expect(good.length).toBeLessThanOrEqual(120)
        return
      }
      for (const [index, minute] of minutes.minutes.entries()) {
        const own = good.filter(({ timeMs }) => Math.floor((timeMs - HOUR) / MINUTE_MS) === minute)
        expect(
          [minutes.counts, minutes.mins, minutes.maxs, minutes.sums, minutes.lasts].map((list) => list[index]),
        ).toEqual([
          own.length,
          Math.min(...own.map(({ value }) => value)),
          Math.max(...own.map(({ value }) => value)),
          own.reduce((sum, { value }) => sum + value, 0),
          own.at(-1)?.value,
        ])
      }
      expect(minutes.counts.reduce((sum, count) => sum + count, 0)).toBe(good.length)
    }),
  )
})

test('cut pieces lie in one hour each, are not too long, and make up the whole', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 5 * HOUR_MS }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 50 }), (offsets, most) => {
      const samples = samplesOf(offsets.sort((a, b) => a - b).map((offset) => [offset, offset, 2]))
      const typed = { ...samples, timesMs: Float64Array.from(samples.timesMs) }
      for (const cut of [cutAtHours(samples, most), cutAtHours(typed, most)]) {
        expect(cut.flatMap((piece) => Array.from(piece.timesMs))).toEqual(samples.timesMs)
        expect(cut.flatMap((piece) => Array.from(piece.values))).toEqual(samples.values)
        for (const { timesMs } of cut) {
          expect(new Set(Array.from(timesMs, hourOf)).size).toBe(1)
          expect(timesMs.length).toBeLessThanOrEqual(most)
        }
      }
    }),
  )
})
