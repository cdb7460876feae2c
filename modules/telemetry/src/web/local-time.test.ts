import { DAY_MS, HOUR_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { weekBefore } from './local-time.ts'

test('a week before is the same time on the clock of the plant', () => {
  const at = (text: string) => Date.parse(text)
  expect(weekBefore(at('2026-11-20T06:00:00+01:00'), 'Europe/Berlin')).toBe(at('2026-11-13T06:00:00+01:00'))
  // Clocks went back on 25 October.
  const monday = at('2026-10-26T06:00:00+01:00')
  expect(weekBefore(monday, 'Europe/Berlin')).toBe(at('2026-10-19T06:00:00+02:00'))
  expect(monday - weekBefore(monday, 'Europe/Berlin')).toBe(7 * DAY_MS + HOUR_MS)
})
