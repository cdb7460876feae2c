import { expect, test } from 'vitest'
import { ArrivalTimes } from './direct-rules.ts'

test('values without a time come after each other, each signal by itself, and wait a second at most', () => {
  const times = new ArrivalTimes()
  expect([1, 2, 3].map(() => times.of(7, 1000))).toEqual([1000, 1001, 1002])
  expect(times.of(8, 1000)).toBe(1000)
  expect(times.of(7, 5000)).toBe(5000)
  const burst = Array.from({ length: 1003 }, () => times.of(9, 0))
  expect(burst.slice(0, 3)).toEqual([1, 2, 3])
  expect(burst[999]).toBe(1000)
  // Beyond a second behind, a time is taken again.
  expect(burst[1000]).toBe(0)
})
