import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attainmentRatio, missedS } from './attained-rules.ts'
import { attained, type HeardState, type Span } from './attainment-rules.ts'
import { attainmentSentences } from './attainment-word-rules.ts'

const NOON_MS = Date.parse('2026-11-30T12:00:00Z')
const at = (hours: number) => NOON_MS + hours * HOUR_MS
const heard = (...parts: [number, number, string | null][]): HeardState[] =>
  parts.map(([from, to, value]) => ({ fromMs: at(from), toMs: at(to), value }))
const planned = (spans: [number, number][], starts: number[] = []) => ({
  spans: spans.map(([from, to]): Span => ({ fromMs: at(from), toMs: at(to) })),
  startsMs: starts.map(at),
  plannedS: spans.reduce((sum, [from, to]) => sum + (to - from) * 3600, 0),
})

test('time goes to running, to a late beginning, to stops, to standing ready, and to nobody knows', () => {
  const states = heard(
    [-1, 1, 'idle'],
    [1, 3, 'running'],
    [3, 4, 'stopped'],
    [4, 5, 'setup'],
    [5, 6, null],
    [6, 7, 'running'],
  )
  expect(attained(planned([[0, 8]], [0, 6]), states)).toEqual({
    ...{ plannedS: 8 * 3600, ranS: 3 * 3600, lateS: 3600, stoppedS: 3600, idleS: 3600, unheardS: 2 * 3600 },
    ...{ startCount: 2, metCount: 1 },
  })
})

test('a start is met by a machine that runs within half an hour, and not judged where nobody heard it', () => {
  const starts = (states: HeardState[]) => {
    const { startCount, metCount } = attained(planned([[0, 4]], [1]), states)
    return [metCount, startCount]
  }
  expect(starts(heard([-1, 1.4, 'idle'], [1.4, 4, 'running']))).toEqual([1, 1])
  expect(starts(heard([-1, 1.6, 'idle'], [1.6, 4, 'running']))).toEqual([0, 1])
  expect(starts(heard([-1, 1, 'running'], [1, 4, null]))).toEqual([0, 0])
  expect(starts(heard([-1, 4, 'running']))).toEqual([1, 1])
})

test('a machine without signals is not heard, and has no ratio', () => {
  const result = attained(planned([[0, 2]], [0]), [])
  expect(result).toMatchObject({ unheardS: 7200, ranS: 0, startCount: 0 })
  expect(attainmentRatio(result)).toBeUndefined()
})

const states = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom('running', 'stopped', 'idle', 'setup', 'off', null)),
  { maxLength: 30 },
)
const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 120 })), {
  minLength: 1,
  maxLength: 8,
})

test('the parts add up to what was planned, whatever the machine said', () => {
  fc.assert(
    fc.property(states, spans, fc.integer({ min: -200, max: 600 }), (given, gaps, offset) => {
      let minute = offset
      const said = given.map(([minutes, value]): HeardState => {
        const fromMs = NOON_MS + minute * MINUTE_MS
        minute += minutes
        return { fromMs, toMs: NOON_MS + minute * MINUTE_MS, value }
      })
      let atMs = NOON_MS
      const work = gaps.map(([gap, minutes]): Span => {
        const fromMs = atMs + gap * MINUTE_MS
        atMs = fromMs + minutes * MINUTE_MS
        return { fromMs, toMs: atMs }
      })
      const plannedS = work.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 1000, 0)
      const result = attained({ spans: work, startsMs: work.map(({ fromMs }) => fromMs), plannedS }, said)
      expect(result.ranS + missedS(result) + result.unheardS).toBe(plannedS)
      for (const part of Object.values(result)) expect(part).toBeGreaterThanOrEqual(0)
      expect(result.metCount).toBeLessThanOrEqual(result.startCount)
      const everywhere = said.every(({ value }) => value === 'running')
      if (everywhere) expect(missedS(result)).toBe(0)
    }),
    { numRuns: 2000 },
  )
})

test('what stands out is said in words', () => {
  const nothing = { plannedS: 0, ranS: 0, lateS: 0, stoppedS: 0, idleS: 0, unheardS: 0, startCount: 0, metCount: 0 }
  const mill = { ...nothing, plannedS: 36_000, ranS: 27_000, stoppedS: 7200, idleS: 1800, startCount: 4, metCount: 3 }
  const orders = { dueCount: 5, inTimeCount: 3, lateCount: 1, openCount: 1 }
  const units = [{ workUnitId: 'mill' as never, name: 'Mill 2', total: mill, days: [mill] }]
  expect(attainmentSentences({ days: [], byDay: [], unsettledCount: 0, total: mill, units, orders })).toEqual([
    'The machines ran 75 % of the time for which work was planned.',
    'Mill 2 missed most: 2 h 30 min, 2 h of that while it was stopped.',
    'Of 4 operations that were to begin, 3 had a machine that ran within half an hour.',
    'Of 5 orders that were due, 3 were done in time, 1 late, and 1 is still open.',
  ])
  const none = { dueCount: 0, inTimeCount: 0, lateCount: 0, openCount: 0 }
  expect(
    attainmentSentences({ days: [], byDay: [], unsettledCount: 0, total: nothing, units: [], orders: none }),
  ).toEqual([])
})
