import { DAY_MS, HOUR_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { isoWeek, timeAxis } from './time-axis.ts'
import { ZoneDays } from './zone-days.ts'

const zurich = new ZoneDays('Europe/Zurich')

test('days begin at midnight on the plant wall, also when they have 23 or 25 hours', () => {
  const spring = zurich.at(Date.parse('2026-03-29T12:00:00Z'))
  expect([spring.fromMs, spring.toMs].map((ms) => new Date(ms).toISOString())).toEqual([
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ])
  const autumn = zurich.at(Date.parse('2026-10-25T12:00:00Z'))
  expect((autumn.toMs - autumn.fromMs) / HOUR_MS).toBe(25)
  expect(new Date(zurich.hour(autumn, 6)).toISOString()).toBe('2026-10-25T05:00:00.000Z')
})

test('every moment of a year belongs to the day that contains it', () => {
  for (const zone of ['Europe/Zurich', 'America/Mexico_City', 'Pacific/Auckland', 'Asia/Kathmandu']) {
    const days = new ZoneDays(zone)
    for (
      let atMs = Date.parse('2026-01-01T00:00:00Z');
      atMs < Date.parse('2027-01-01T00:00:00Z');
      atMs += 5.5 * HOUR_MS
    ) {
      const day = days.at(atMs)
      expect(atMs >= day.fromMs && atMs < day.toMs, `${zone} ${new Date(atMs).toISOString()}`).toBe(true)
    }
  }
})

test.each([
  ['hours under days', HOUR_MS / 40, '06', 'Mon 23 Nov'],
  ['days under weeks', DAY_MS / 40, '24', 'Week 48, November 2026'],
  ['Mondays under months', DAY_MS / 10, '30 Nov', 'November 2026'],
  ['months under years', DAY_MS / 3, 'Dec', '2026'],
])('%s', (_, msPerPx, tick, span) => {
  const fromMs = Date.parse('2026-11-22T23:00:00Z')
  const axis = timeAxis(zurich, { fromMs, toMs: fromMs + 1000 * msPerPx }, msPerPx, 'en-GB')
  expect(axis.ticks.map(({ label }) => label)).toContain(tick)
  expect(axis.spans.map(({ label }) => label)).toContain(span)
})

test('labels of the lower row have room, whatever the scale', () => {
  const fromMs = Date.parse('2026-11-22T23:00:00Z')
  for (let msPerPx = 1000; msPerPx < DAY_MS; msPerPx *= 1.3) {
    const { ticks } = timeAxis(zurich, { fromMs, toMs: fromMs + 1200 * msPerPx }, msPerPx, 'en-GB')
    const gaps = ticks.slice(1).map(({ atMs }, index) => (atMs - (ticks[index]?.atMs ?? 0)) / msPerPx)
    expect(Math.min(...gaps), `${msPerPx} ms a pixel`).toBeGreaterThanOrEqual(20)
  }
})

test.each([
  ['2026-01-01', 53 - 52],
  ['2026-11-24', 48],
  ['2027-01-01', 53],
  ['2024-12-30', 1],
  ['2021-01-03', 53],
])('%s lies in week %i', (date, week) => {
  expect(isoWeek(Date.parse(date) / DAY_MS)).toBe(week)
})
