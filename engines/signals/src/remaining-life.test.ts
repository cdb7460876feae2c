import { expect, test } from 'vitest'
import { estimateRemainingLife } from './remaining-life.ts'

const HOUR_MS = 3_600_000

function points(hours: number, valueAt: (hour: number) => number) {
  const timestampsMs = Array.from({ length: hours * 12 }, (_, i) => (i * HOUR_MS) / 12)
  return { timestampsMs, values: timestampsMs.map((timestampMs) => valueAt(timestampMs / HOUR_MS)) }
}

test('a straight line reaches its limit when it does, whatever a few outliers say', () => {
  const { timestampsMs, values } = points(10, (hour) => 2 + 0.1 * hour + 0.05 * Math.sin(hour * 37))
  values[17] = 50
  const life = estimateRemainingLife(timestampsMs, values, 4)
  expect(life?.shape).toBe('linear')
  expect((life?.remainingMs ?? 0) / HOUR_MS).toBeCloseTo(10, 0)
  expect(life?.lowMs).toBeLessThan(life?.remainingMs ?? 0)
  expect(life?.highMs).toBeGreaterThan(life?.remainingMs ?? 0)
  expect(life?.ratePerHour).toBeCloseTo(0.1, 1)
})

test('growth that feeds on itself reaches its limit sooner than a straight line would say', () => {
  const { timestampsMs, values } = points(10, (hour) => Math.exp(hour / 4))
  const life = estimateRemainingLife(timestampsMs, values, Math.exp(3))
  expect(life?.shape).toBe('exponential')
  expect((life?.remainingMs ?? 0) / HOUR_MS).toBeCloseTo(2, 0)
})

test('nothing is foretold without a trend, from too few points, or further ahead than the data carry', () => {
  const noise = points(10, (hour) => 2 + Math.sin(hour * 37))
  expect(estimateRemainingLife(noise.timestampsMs, noise.values, 4)).toBeUndefined()
  expect(estimateRemainingLife([1, 2, 3], [1, 2, 3], 4)).toBeUndefined()
  const slow = points(1, (hour) => 2 + 0.01 * hour)
  expect(estimateRemainingLife(slow.timestampsMs, slow.values, 4)).toBeUndefined()
  const falling = points(10, (hour) => 4 - 0.1 * hour)
  expect(estimateRemainingLife(falling.timestampsMs, falling.values, 5)).toBeUndefined()
})

test('a limit already passed leaves nothing', () => {
  const { timestampsMs, values } = points(10, (hour) => 2 + hour)
  expect(estimateRemainingLife(timestampsMs, values, 5)).toMatchObject({ remainingMs: 0, lowMs: 0, highMs: 0 })
})
