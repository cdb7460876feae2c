import { expect, test } from 'vitest'
import {
  atWallClock,
  epochMs,
  type Instant,
  instant,
  isProblem,
  isUuid,
  newId,
  problemType,
  wallClock,
} from './index.ts'

test('ids made later sort later and are version 7 UUIDs', () => {
  const early = newId(1_700_000_000_000)
  const late = newId(1_700_000_000_001)
  expect(isUuid(early)).toBe(true)
  expect(early[14]).toBe('7')
  expect(early < late).toBe(true)
})

test('an instant survives the way to milliseconds and back', () => {
  expect(instant(epochMs('2026-11-22T09:15:00.250Z' as Instant))).toBe('2026-11-22T09:15:00.250Z')
})

test.each([
  [2026, 11, 22, 6 * 60, 'Europe/Zurich', '2026-11-22T05:00:00.000Z'],
  [2026, 7, 1, 6 * 60, 'Europe/Zurich', '2026-07-01T04:00:00.000Z'],
  [2026, 11, 22, 22 * 60, 'America/Mexico_City', '2026-11-23T04:00:00.000Z'],
  [2026, 3, 29, 2 * 60 + 30, 'Europe/Zurich', '2026-03-29T01:30:00.000Z'], // skipped: the clock jumps from 02:00 to 03:00
  [2026, 10, 25, 2 * 60 + 30, 'Europe/Zurich', '2026-10-25T00:30:00.000Z'], // shown twice: the first one
] as const)('%i-%i-%i minute %i in %s is %s', (year, month, day, minute, zone, expected) => {
  expect(instant(atWallClock(year, month, day, minute, zone))).toBe(expected)
})

test('the wall clock of a zone names the weekday there, not here', () => {
  expect(wallClock(Date.parse('2026-11-23T03:00:00.000Z'), 'America/Mexico_City')).toMatchObject({
    day: 22,
    weekday: 7,
    hour: 21,
  })
})

test('a problem keeps its type, particulars and cause', () => {
  const full = problemType('plant/site-full', 'conflict', 'Site is full')
  const other = problemType('plant/other', 'conflict', 'Other')
  const cause = new Error('first')
  const problem = full('No room.', { siteId: 'x' }, { cause })
  expect(isProblem(problem, full)).toBe(true)
  expect(isProblem(problem, other)).toBe(false)
  expect(problem).toMatchObject({ message: 'No room.', data: { siteId: 'x' }, cause })
})
