import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Samples } from './chunk-rules.ts'
import { madeWay, withoutImport } from './import-overlay-rules.ts'

type Point = [timeMs: number, value: number]

const samples = (points: readonly Point[]): Samples => ({
  timesMs: points.map(([timeMs]) => timeMs),
  values: points.map(([, value]) => value),
  qualities: points.map(() => 2),
})
const pointsOf = ({ timesMs, values }: Samples): Point[] =>
  Array.from(timesMs as ArrayLike<number>, (timeMs, at) => [timeMs, Number(values[at])])

/** Values of an import differ from all others: an equal one could not be told from it. */
const points = (low: number) =>
  fc.array(fc.tuple(fc.nat({ max: 12 }), fc.integer({ min: low, max: low + 99 })), { maxLength: 8 }) as fc.Arbitrary<
    Point[]
  >

test('without an import an hour is as if it had never been, whatever stood before and arrived later', () => {
  fc.assert(
    fc.property(
      points(0),
      fc.array(points(1000), { minLength: 1, maxLength: 3 }),
      points(2000),
      (before, groups, later) => {
        const standing: Samples[] = [samples(before)]
        const added: Samples[] = []
        const replaced: Samples[] = []
        for (const group of groups) {
          const single = samples([...new Map(group)])
          replaced.push(madeWay(single, standing, added))
          standing.push(single)
          added.push(single)
        }
        standing.push(samples(later))

        const expected = [...new Map([...before, ...later])].sort(([a], [b]) => a - b)
        expect(pointsOf(withoutImport(standing, added, replaced))).toEqual(expected)
      },
    ),
  )
})

test('a bad sample, which has no value, is told from a good one', () => {
  const bad: Samples = { timesMs: [1], values: [Number.NaN], qualities: [0] }
  expect(withoutImport([bad], [bad], []).timesMs).toHaveLength(0)
  expect(withoutImport([bad], [{ ...bad, qualities: [2] }], []).timesMs).toHaveLength(1)
})
