import { DAY_MS, HOUR_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import type { SiteTotals } from '../contract.ts'
import { energyBars, energyChange } from './energy.ts'

const startMs = Date.parse('2026-11-20T00:00:00Z')

function totals(fromMs: number, hours: number, kw: readonly (number | null)[], unit = 'kW'): SiteTotals {
  const spans = Array.from({ length: hours }, (_, at) => ({
    fromMs: fromMs + at * HOUR_MS,
    toMs: fromMs + (at + 1) * HOUR_MS,
    name: null,
  }))
  const mean = spans.map((_, at) => kw[at] ?? null)
  const heldMs = mean.map((power) => (power === null ? 0 : HOUR_MS))
  const signal = { series: 1, workUnitId: 'one', title: 'Power', unit, count: [], min: [], max: [], mean, heldMs }
  return { siteId: 'site', timeZone: 'UTC', spans, signals: [signal] } as unknown as SiteTotals
}

test('a bar is the energy of its span, beside that of the same span a week before', () => {
  const bars = energyBars(
    totals(startMs, 2, [12, 8]),
    totals(startMs - 7 * DAY_MS, 2, [10, null]),
    new Set(['one']),
    startMs + 90 * 60_000,
  )
  expect(bars.map(({ kwh, weekAgoKwh, open }) => [kwh, weekAgoKwh, open])).toEqual([
    [12, 10, false],
    [8, null, true],
  ])
  expect(energyChange(bars)).toEqual({ kwh: 12, weekAgoKwh: 10 })
})

test('who does not count is left out', () => {
  expect(energyBars(totals(startMs, 1, [12]), undefined, new Set(['other']), startMs + DAY_MS)[0]?.kwh).toBeNull()
})

test('what is not measured in kilowatts or not at all is no energy', () => {
  expect(energyBars(totals(startMs, 1, [12], 'A'), undefined, new Set(['one']), startMs + DAY_MS)[0]?.kwh).toBeNull()
  expect(
    energyChange(energyBars(totals(startMs, 1, [null]), undefined, new Set(['one']), startMs + DAY_MS)),
  ).toBeUndefined()
  expect(energyBars(undefined, undefined, new Set(), startMs)).toEqual([])
})
