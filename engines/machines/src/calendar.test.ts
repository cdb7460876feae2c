import { expect, test } from 'vitest'
import { createLocalClock, createPlanner, type WorkCalendar } from './index.ts'

const calendar: WorkCalendar = {
  timeZone: 'Europe/Zurich',
  shifts: [
    { name: 'Early', weekdays: [1, 2, 3, 4, 5], startMinute: 360, endMinute: 840 },
    { name: 'Night', weekdays: [5], startMinute: 1320, endMinute: 1800 },
  ],
  breaks: [{ startMinute: 540, endMinute: 555 }],
  holidays: ['2026-12-25'],
}

test.each([
  ['2026-11-23T05:00:00Z', 'work', 'Monday 06:00 local, in winter'],
  ['2026-07-06T04:00:00Z', 'work', 'Monday 06:00 local, in summer'],
  ['2026-11-23T04:59:00Z', 'off', 'the minute before'],
  ['2026-11-23T08:05:00Z', 'break', 'Monday 09:05'],
  ['2026-11-23T13:00:00Z', 'off', 'Monday 14:00, the end is no longer worked'],
  ['2026-11-27T22:00:00Z', 'work', 'Friday 23:00'],
  ['2026-11-28T04:30:00Z', 'work', 'Saturday 05:30, still the shift of Friday'],
  ['2026-11-28T05:00:00Z', 'off', 'Saturday 06:00'],
  ['2026-12-25T08:30:00Z', 'off', 'a holiday on a Friday'],
  ['2026-12-26T02:00:00Z', 'off', 'the night that would have started on the holiday'],
])('at %s a plant in Zurich plans %s: %s', (at, planned) => {
  const plan = createPlanner(calendar)
  expect(plan(createLocalClock(calendar.timeZone)(Date.parse(at)))).toBe(planned)
})

test('local time follows the change to summer time within the day', () => {
  const localTime = createLocalClock('Europe/Zurich')
  expect(localTime(Date.parse('2026-03-29T00:59:00Z')).minuteOfDay).toBe(119)
  expect(localTime(Date.parse('2026-03-29T01:00:00Z')).minuteOfDay).toBe(180)
  expect(localTime(Date.parse('2026-03-29T01:00:00Z')).weekday).toBe(7)
})
