import { expect, test } from 'vitest'
import { watchMill } from './machine-faults.ts'

const HOUR_MS = 3_600_000

test('the worn tool of a generated mill is found hours before it breaks, and called a worn tool', () => {
  const seen = watchMill({ story: 'tool-wear', healthyHours: 4, faultyHours: 16, stepMs: 5000, seed: 7 })
  expect(seen).toMatchObject({ cause: 'tool-wear', falseEpisodes: 0 })
  expect((seen.brokenAtMs ?? Number.POSITIVE_INFINITY) - (seen.detectedAtMs ?? 0)).toBeGreaterThan(HOUR_MS)
}, 30_000)

test('a failing bearing is found days before it seizes, and called a bearing', () => {
  const seen = watchMill({ story: 'spindle-bearing', healthyHours: 30, faultyHours: 240, stepMs: 30_000, seed: 7 })
  expect(seen).toMatchObject({ cause: 'bearing', falseEpisodes: 0 })
  expect((seen.brokenAtMs ?? Number.POSITIVE_INFINITY) - (seen.detectedAtMs ?? 0)).toBeGreaterThan(48 * HOUR_MS)
}, 30_000)

test('a healthy mill gives at most one false episode in four days', () => {
  const seen = watchMill({ story: undefined, healthyHours: 96, faultyHours: 0, stepMs: 15_000, seed: 3 })
  expect(seen.falseEpisodes).toBeLessThanOrEqual(1)
}, 30_000)
