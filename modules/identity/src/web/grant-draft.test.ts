import { instant } from '@millrace/base'
import { expect, test } from 'vitest'
import { dayOf, endOfDay, saidOf } from './grant-draft.ts'

test('a day ends with its last minute on the wall of the zone, also when clocks change', () => {
  expect(endOfDay('2026-12-24', 'Europe/Zurich')).toBe('2026-12-24T22:59:00.000Z')
  expect(endOfDay('2026-10-25', 'Europe/Zurich')).toBe('2026-10-25T22:59:00.000Z')
  expect(endOfDay('2026-06-30', 'America/Mexico_City')).toBe('2026-07-01T05:59:00.000Z')
  expect(endOfDay('', 'UTC')).toBeUndefined()
  expect(dayOf(instant(Date.parse('2026-12-24T23:30:00Z')), 'Europe/Zurich')).toBe('2026-12-25')
})

test('a condition that names nothing is none', () => {
  expect(saidOf({ shifts: [], zones: [] })).toEqual({})
  expect(saidOf({ shifts: ['Early'], zones: [], upTo: 'internal' })).toEqual({ shifts: ['Early'], upTo: 'internal' })
  expect(saidOf()).toEqual({})
})
