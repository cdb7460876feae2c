import { epochMs, HOUR_MS, type Instant } from '@millrace/base'
import { expect, test } from 'vitest'
import type { ShiftPattern, SiteDetail } from './contract.ts'
import { gatewayState, isShift, mayStandBelow, saidAt, shiftAt, withoutCredentials } from './rules.ts'

const WORKDAYS = [1, 2, 3, 4, 5]
const EARLY: ShiftPattern = { name: 'Early', weekdays: WORKDAYS, startMinute: 6 * 60, endMinute: 14 * 60 }
const LATE: ShiftPattern = { name: 'Late', weekdays: WORKDAYS, startMinute: 14 * 60, endMinute: 22 * 60 }
const NIGHT: ShiftPattern = { name: 'Night', weekdays: WORKDAYS, startMinute: 22 * 60, endMinute: 30 * 60 }
const SURSEE: SiteDetail = {
  timeZone: 'Europe/Zurich',
  currency: 'CHF',
  country: 'Switzerland',
  shifts: [EARLY, LATE, NIGHT],
}
const QUERETARO: SiteDetail = { ...SURSEE, timeZone: 'America/Mexico_City', currency: 'MXN', country: 'Mexico' }

const at = (text: string) => epochMs(text as Instant)

// 2026-11-23 is a Monday; Zurich is then one hour ahead of UTC, Mexico City six behind.
test.each([
  ['2026-11-23T05:00:00.000Z', SURSEE, 'Early', '2026-11-23T05:00:00.000Z', '2026-11-23T13:00:00.000Z'],
  ['2026-11-23T12:59:59.999Z', SURSEE, 'Early', '2026-11-23T05:00:00.000Z', '2026-11-23T13:00:00.000Z'],
  ['2026-11-23T13:00:00.000Z', SURSEE, 'Late', '2026-11-23T13:00:00.000Z', '2026-11-23T21:00:00.000Z'],
  ['2026-11-23T22:30:00.000Z', SURSEE, 'Night', '2026-11-23T21:00:00.000Z', '2026-11-24T05:00:00.000Z'],
  ['2026-11-24T02:00:00.000Z', SURSEE, 'Night', '2026-11-23T21:00:00.000Z', '2026-11-24T05:00:00.000Z'],
  // Saturday before six still belongs to Friday's night shift.
  ['2026-11-28T04:59:00.000Z', SURSEE, 'Night', '2026-11-27T21:00:00.000Z', '2026-11-28T05:00:00.000Z'],
  ['2026-11-23T13:00:00.000Z', QUERETARO, 'Early', '2026-11-23T12:00:00.000Z', '2026-11-23T20:00:00.000Z'],
] as const)('at %s a shift is running, its times as the site counts them (%#)', (moment, site, name, start, end) => {
  expect(shiftAt(site, at(moment))).toEqual({ name, startMs: at(start), endMs: at(end) })
})

test('there is no shift on Monday before six, nor on Saturday after the night', () => {
  expect(shiftAt(SURSEE, at('2026-11-23T04:59:00.000Z'))).toBeUndefined()
  expect(shiftAt(SURSEE, at('2026-11-28T05:00:00.000Z'))).toBeUndefined()
  expect(shiftAt({ ...SURSEE, shifts: [] }, at('2026-11-23T12:00:00.000Z'))).toBeUndefined()
})

test.each([
  // The last Sunday of March is an hour short, the last of October an hour long.
  ['2026-03-28T23:30:00.000Z', 7],
  ['2026-10-25T01:30:00.000Z', 9],
])('the night in which the clock changes at %s lasts %d hours', (moment, hours) => {
  const shift = shiftAt({ ...SURSEE, shifts: [{ ...NIGHT, weekdays: [6] }] }, at(moment))
  expect(shift && (shift.endMs - shift.startMs) / HOUR_MS).toBe(hours)
})

test('where shifts overlap, the one that started later counts', () => {
  const overlap = { ...LATE, startMinute: 13 * 60 + 30 }
  expect(shiftAt({ ...SURSEE, shifts: [overlap, EARLY] }, at('2026-11-23T12:45:00.000Z'))?.name).toBe('Late')
})

test.each([
  [360, 840, true],
  [1320, 1800, true],
  [360, 360, false],
  [1320, 360, false],
  [0, 1441, false],
])('minutes %d to %d make a shift: %s', (startMinute, endMinute, expected) => {
  expect(isShift({ ...EARLY, startMinute, endMinute })).toBe(expected)
})

test.each([
  ['site', 'area', true],
  ['area', 'work-center', true],
  ['area', 'work-unit', true],
  ['work-center', 'work-unit', true],
  ['site', 'work-unit', false],
  ['work-center', 'area', false],
  ['work-unit', 'work-unit', false],
] as const)('below a %s a %s may stand: %s', (parent, child, expected) => {
  expect(mayStandBelow(parent, child)).toBe(expected)
})

const NOW_MS = at('2026-11-23T12:00:00.000Z')
test.each([
  ['revoked', { isRevoked: true, isEnrolled: true, lastSeenMs: NOW_MS, isListening: true }],
  ['waiting', { isRevoked: false, isEnrolled: false, lastSeenMs: undefined, isListening: false }],
  ['online', { isRevoked: false, isEnrolled: true, lastSeenMs: NOW_MS - 60_000, isListening: true }],
  ['offline', { isRevoked: false, isEnrolled: true, lastSeenMs: NOW_MS - 60_001, isListening: true }],
  ['online', { isRevoked: false, isEnrolled: true, lastSeenMs: NOW_MS - 25_000, isListening: false }],
  ['offline', { isRevoked: false, isEnrolled: true, lastSeenMs: NOW_MS - 25_001, isListening: false }],
  ['offline', { isRevoked: false, isEnrolled: true, lastSeenMs: undefined, isListening: false }],
] as const)('a gateway is %s (%#)', (state, facts) => {
  expect(gatewayState(facts, NOW_MS)).toBe(state)
})

test('an address is written down without its user and password', () => {
  expect(withoutCredentials('mqtts://line4:secret@broker.plant:8883/x@y')).toBe('mqtts://broker.plant:8883/x@y')
  expect(withoutCredentials('opc.tcp://10.0.0.7:4840')).toBe('opc.tcp://10.0.0.7:4840')
})

test('a clock that runs ahead, or says nonsense, says now', () => {
  const now = '2026-11-23T12:00:00.000Z' as Instant
  expect(saidAt('2026-11-23T11:59:58.000Z' as Instant, now)).toBe('2026-11-23T11:59:58.000Z')
  expect(saidAt('2026-11-23T12:00:00.001Z' as Instant, now)).toBe(now)
  expect(saidAt('2026-99-99T99:99:99.999Z' as Instant, now)).toBe(now)
})
