import { expect, test } from 'vitest'
import { createSensorChecks } from './sensor-checks.ts'

const SECOND_MS = 1000

test('a value that stands still for ten minutes is stuck, since it began to, and well again with the next different one', () => {
  const checks = createSensorChecks()
  let now = 0
  const feed = (count: number, valueAt: (i: number) => number, moving = true) => {
    for (let i = 0; i < count; i++) {
      now += SECOND_MS
      checks.update(now, valueAt(i), moving)
    }
  }
  feed(100, (i) => i)
  feed(500, () => 42)
  expect(checks.fault).toBeUndefined()
  feed(200, () => 42)
  expect(checks.fault).toBe('stuck')
  expect(checks.verdict()).toMatchObject({ detector: 'sensor', fault: 'stuck', sinceMs: 101 * SECOND_MS, episode: 1 })
  feed(1, () => 43)
  expect(checks.fault).toBeUndefined()
})

test('a machine that is off may read the same value all night', () => {
  const checks = createSensorChecks()
  for (let i = 1; i < 5000; i++) checks.update(i * SECOND_MS, 0, false)
  expect(checks.fault).toBeUndefined()
})

test('a coarse sensor that often repeats itself has to stand still for longer', () => {
  const checks = createSensorChecks({ stuckMs: 60_000 })
  for (let i = 1; i <= 2000; i++) checks.update(i * SECOND_MS, Math.floor(i / 200))
  expect(checks.fault).toBeUndefined()
  for (let i = 2001; i <= 3200; i++) checks.update(i * SECOND_MS, 10)
  expect(checks.fault).toBe('stuck')
})

test('three readings outside the range are a fault of the sensor, one is not', () => {
  const checks = createSensorChecks({ range: { low: -50, high: 400 } })
  checks.update(1000, 20)
  checks.update(2000, 850)
  checks.update(3000, 21)
  expect(checks.fault).toBeUndefined()
  for (let i = 4; i < 7; i++) checks.update(i * SECOND_MS, 850)
  expect(checks.verdict()).toMatchObject({ fault: 'out-of-range', sinceMs: 4000, direction: 'up' })
})

test('silence shows when the clock is looked at, and bad values do not end it', () => {
  const checks = createSensorChecks({ gapMs: 60_000 })
  expect(checks.tick(1e9)).toBeUndefined()
  checks.update(1000, 5)
  expect(checks.tick(50_000)).toBeUndefined()
  expect(checks.tick(70_000)).toBe('gap')
  expect(checks.update(80_000, Number.NaN)).toBe('gap')
  expect(checks.update(90_000, 5.1)).toBeUndefined()
})
