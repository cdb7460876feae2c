import { expect, test } from 'vitest'
import { createNoveltyDetector, type NoveltyOptions } from './novelty-detector.ts'

const MINUTE_MS = 60_000

function daily(row: number): number {
  return 50 + 20 * Math.sin((2 * Math.PI * row) / 96) + Math.sin(row * 2.399)
}

/** @returns rows at which a report began. */
function reports(options: NoveltyOptions, rows: number, valueAt: (row: number) => number): number[] {
  const detector = createNoveltyDetector(options)
  const found: number[] = []
  for (let row = 0; row < rows; row++) {
    const before = detector.episode
    detector.update((row + 1) * MINUTE_MS, valueAt(row))
    if (detector.episode > before) found.push(row)
  }
  return found
}

test.each([
  ['with engineering limits', { probation: 400, range: { low: 0, high: 100 } }],
  ['without', { probation: 400 }],
])('a rhythm it knows stays unreported, a broken one is reported (%s)', (_, options) => {
  expect(reports(options, 4000, daily)).toEqual([])
  const flat = reports(options, 4000, (row) => (row >= 3000 && row < 3096 ? 50 : daily(row)))
  expect(flat.length).toBeGreaterThan(0)
  expect(flat[0]).toBeGreaterThanOrEqual(3000)
  expect(flat[0]).toBeLessThan(3096)
})

test('nothing is reported in the probation', () => {
  expect(reports({ probation: 400 }, 400, (row) => (row === 300 ? 1e6 : daily(row)))).toEqual([])
})

test('one event is one report: there is no other in the refractory period', () => {
  const found = reports({ probation: 400, refractory: 200 }, 4000, (row) => daily(row) + (row >= 3000 ? row - 3000 : 0))
  for (let i = 1; i < found.length; i++) expect((found[i] ?? 0) - (found[i - 1] ?? 0)).toBeGreaterThan(200)
})

test('what was reported once is known the next time', () => {
  // Ten days of the rhythm apart, so that it also follows the same values.
  const found = reports({ probation: 400 }, 4000, (row) => ([2000, 2960].includes(row) ? 200 : daily(row)))
  expect(found).toEqual([2000])
})

test('a flat probation does not make small noise a sensation', () => {
  expect(reports({ probation: 100 }, 1000, (row) => (row < 200 ? 20 : 20 + 0.5 * Math.sin(row)))).toEqual([])
})

test.each([
  { probation: 10 },
  { probation: 5000 },
  { probation: 100.5 },
  { probation: 100, range: { low: 1, high: 1 } },
])('%o is refused', (options) => {
  expect(() => createNoveltyDetector(options)).toThrow(RangeError)
})
