import { describe, expect, test } from 'vitest'
import type { Evidence } from '../contract.ts'
import { actionText, evidenceBar, sureText } from './evidence.ts'

const trend = (observed: number, usualLow: number | null, usual: number | null, usualHigh: number | null) =>
  ({ type: 'trend', title: 'Spindle vibration', unit: 'mm/s', observed, usualLow, usual, usualHigh }) as Evidence

describe('the bar of a piece of evidence', () => {
  test('is unusual only outside the usual range', () => {
    expect(evidenceBar(trend(6, 3, 4, 5)).isUnusual).toBe(true)
    expect(evidenceBar(trend(2, 3, 4, 5)).isUnusual).toBe(true)
    expect(evidenceBar(trend(4.5, 3, 4, 5)).isUnusual).toBe(false)
    expect(evidenceBar(trend(4.5, null, null, null)).isUnusual).toBe(false)
  })
  test('marks the usual where it is known', () => {
    expect(evidenceBar(trend(6, 3, 3, 5)).usualRatio).toBeCloseTo(3 / 7.2)
    expect(evidenceBar(trend(6, null, null, null)).usualRatio).toBeNull()
  })
  test('of a spectrum counts in times the usual', () => {
    const spectrum = { type: 'spectrum', bandTitle: '640 Hz tooth pass', ratio: 2.34 } as Evidence
    expect(evidenceBar(spectrum)).toMatchObject({ title: '640 Hz tooth pass', isUnusual: true, text: '2.3 ×' })
  })
  test('does not fail on zero', () => expect(evidenceBar(trend(0, 0, 0, 0)).ratio).toBe(0))
})

test('an action says what would be written, or what is asked', () => {
  expect(actionText({ type: 'request', text: 'Change the tool' })).toBe('Change the tool')
  expect(
    actionText({ type: 'set-point', title: 'Tool change request', value: 1, unit: null, min: 0, max: 1 } as never),
  ).toBe('Tool change request')
  expect(
    actionText({ type: 'set-point', title: 'Feed override', value: 85, unit: '%', min: 50, max: 120 } as never),
  ).toMatch(/^Feed override to 85\s%$/u)
})

test('nothing is ever fully sure', () => expect(sureText(1)).toMatch(/^99/))
