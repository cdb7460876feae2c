import { DAY_MS, HOUR_MS } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { msAt, panned, resized, showing, spanning, type TimeView, xOf, zoomed } from './time-view.ts'

const horizon = { fromMs: 0, toMs: 100 * DAY_MS }
const view: TimeView = { fromMs: 20 * DAY_MS, msPerPx: DAY_MS / 200, width: 1000 }

test('a moment and its pixel lead to each other', () => {
  expect(xOf(view, 21 * DAY_MS)).toBe(200)
  expect(msAt(view, 200)).toBe(21 * DAY_MS)
})

test('zooming leaves the moment under the pointer where it is', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.2, max: 2, noNaN: true }), fc.integer({ min: 0, max: 1000 }), (factor, x) => {
      const next = zoomed(view, factor, x, horizon)
      expect(xOf(next, msAt(view, x))).toBeCloseTo(x, 3)
    }),
  )
})

test('what is shown never leaves the horizon', () => {
  const action = fc.oneof(
    fc.record({ pan: fc.integer({ min: -100_000, max: 100_000 }) }),
    fc.record({ factor: fc.double({ min: 0.01, max: 100, noNaN: true }), x: fc.integer({ min: 0, max: 1000 }) }),
    fc.record({ width: fc.integer({ min: 200, max: 3000 }) }),
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      let now = view
      for (const one of actions) {
        if ('pan' in one) now = panned(now, one.pan, horizon)
        else if ('factor' in one) now = zoomed(now, one.factor, one.x, horizon)
        else now = resized(now, one.width, horizon)
        expect(now.fromMs).toBeGreaterThanOrEqual(horizon.fromMs)
        expect(msAt(now, now.width)).toBeLessThanOrEqual(horizon.toMs + 1)
        expect(now.msPerPx).toBeGreaterThan(0)
      }
    }),
  )
})

test('a week fills the width around the middle, and a jump puts now where it is asked', () => {
  const week = spanning(view, 7 * DAY_MS, horizon)
  expect(week.msPerPx * week.width).toBeCloseTo(7 * DAY_MS)
  expect(msAt(week, 500)).toBeCloseTo(msAt(view, 500))
  expect(xOf(showing(view, 50 * DAY_MS + HOUR_MS, 0.2, horizon), 50 * DAY_MS + HOUR_MS)).toBeCloseTo(200)
})
