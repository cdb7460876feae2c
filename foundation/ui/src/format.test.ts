import { describe, expect, test } from 'vitest'
import {
  formatAge,
  formatDuration,
  formatMoney,
  formatNumber,
  formatQuantity,
  formatRatio,
  formatTime,
  formatWhen,
  zoneNote,
} from './format.ts'

const noon = Date.UTC(2026, 10, 22, 11, 38, 5)

describe('numbers', () => {
  test.each([
    [9600, '9,600'],
    [412.4, '412'],
    [46.13, '46.1'],
    [4.932, '4.93'],
    [0.0213, '0.0213'],
    [0.06001, '0.06'],
    [85, '85.0'],
    [0, '0'],
    [-46.13, '-46.1'],
    [-0.0000001, '0'],
  ])('%d is shown as %s', (value, text) => expect(formatNumber(value, undefined, 'en')).toBe(text))

  test.each([[null], [undefined], [Number.NaN], [Number.POSITIVE_INFINITY]])('%s is missing, not zero', (value) =>
    expect(formatNumber(value)).toBe('–'),
  )

  test('a missing value has no unit', () => expect(formatQuantity(null, 'kW')).toBe('–'))
  test('the unit stands beside the figure', () => expect(formatQuantity(46.13, '°C', 1, 'en')).toBe('46.1\u00a0°C'))
  test('a setting or a count is whole', () => expect(formatQuantity(85, '%', undefined, 'en')).toBe('85\u00a0%'))
  test('a ratio becomes per cent on the screen', () => expect(formatRatio(0.934, 0, 'en')).toBe('93\u00a0%'))
  test('a reader elsewhere sees the figures of that place', () => expect(formatNumber(9600.5, 1, 'de')).toBe('9.600,5'))
  test('small money keeps its cents', () => {
    expect(formatMoney(1240.4, 'CHF', 'en')).toBe('CHF\u00a01,240')
    expect(formatMoney(3.5, 'MXN', 'en')).toBe('MXN\u00a03.50')
  })
})

describe('times', () => {
  test('are those of the plant', () => {
    expect(formatTime(noon, 'Europe/Zurich', false, 'en')).toBe('12:38')
    expect(formatTime(noon, 'America/Mexico_City', true, 'en')).toBe('05:38:05')
  })
  test('carry the day when it is another one there', () => {
    const evening = noon - 14 * 3_600_000
    expect(formatWhen(noon, 'Europe/Zurich', noon, 'en-GB')).toBe('12:38')
    expect(formatWhen(evening, 'Europe/Zurich', noon, 'en-GB')).toMatch(/^Sat,? 21 Nov, 22:38$/)
  })
  test('name the zone only when its clock differs from the reader’s', () => {
    expect(zoneNote(noon, 'America/Mexico_City', 'Europe/Zurich')).toBe('Mexico City time')
    expect(zoneNote(noon, 'Europe/Zurich', 'Europe/Berlin')).toBe('')
  })
})

describe('lengths of time', () => {
  test.each([
    [-5, '0 s'],
    [9_000, '9 s'],
    [38 * 60_000, '38 min'],
    [291 * 60_000, '4 h 51'],
    [240 * 60_000, '4 h'],
    [51 * 3_600_000, '2 d 3 h'],
  ])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  test.each([
    [400, '0.4 s'],
    [9_960, '10.0 s'],
    [14 * 60_000, '14 min'],
    [-300, '0.0 s'],
  ])('an age of %d ms is %s', (ms, text) => expect(formatAge(ms, 'en')).toBe(text))
})
