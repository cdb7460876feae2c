import { QUALITY } from '@millrace/base'
import type { Tag } from '@millrace/plant/contract'
import { describe, expect, test } from 'vitest'
import type { Reading } from './driver.ts'
import { sampleOf } from './sample.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 9)
const HOUR_MS = 3_600_000

const tag = (kind: Tag['kind'], more: Partial<Tag> = {}): Tag => ({
  series: 1,
  connectionId: 'c' as Tag['connectionId'],
  address: 'a',
  name: 'n',
  kind,
  ...more,
})

const reading = (value: Reading['value'], timestampMs: number | undefined = NOW_MS): Reading => ({
  address: 'a',
  timestampMs,
  value,
  quality: value === null ? 'bad' : 'good',
})

test.each<[string, Tag, Reading['value'], unknown]>([
  ['a number', tag('number'), 4.5, 4.5],
  ['a switch as a number', tag('number'), true, 1],
  ['infinity', tag('number'), Number.POSITIVE_INFINITY, null],
  ['not a number', tag('number'), Number.NaN, null],
  ['a text where a number belongs', tag('number'), 'warm', null],
  ['a number where a text belongs', tag('text'), 17, '17'],
  ['a text with a zero character', tag('text'), 'a\0b', 'ab'],
  ['a text without end', tag('text'), 'a'.repeat(5_000), 'a'.repeat(1_024)],
  ['a vector', tag('vector'), Float32Array.of(1, 2), Float32Array.of(1, 2)],
  ['a vector with an infinite element', tag('vector'), Float32Array.of(1, Number.POSITIVE_INFINITY), null],
  ['a number where a vector belongs', tag('vector'), 1, null],
  [
    'a waveform too short for a spectrum',
    tag('vector', { transform: 'spectrum', sampleRateHz: 100 }),
    Float32Array.of(1),
    null,
  ],
  ['a waveform without rate', tag('vector', { transform: 'spectrum' }), new Float32Array(64), null],
])('%s', (_, of, value, expected) => {
  const sample = sampleOf(of, reading(value), NOW_MS)
  expect(sample.value).toEqual(expected)
  expect(sample.quality).toBe(expected === null ? QUALITY.bad : QUALITY.good)
})

// proves: T-D7
describe('a time', () => {
  test.each<[string, number | undefined, number, number]>([
    ['of the source is kept', NOW_MS - 5_000, NOW_MS - 5_000, QUALITY.good],
    ['an hour ahead is kept', NOW_MS + HOUR_MS, NOW_MS + HOUR_MS, QUALITY.good],
    ['two days ahead is none', NOW_MS + 48 * HOUR_MS, NOW_MS, QUALITY.uncertain],
    ['of 1970 is none', 0, NOW_MS, QUALITY.uncertain],
    ['in seconds is none', NOW_MS / 1000, NOW_MS, QUALITY.uncertain],
    ['that no number holds is none', 2 ** 64, NOW_MS, QUALITY.uncertain],
    ['that is missing is the present', undefined, NOW_MS, QUALITY.good],
  ])('%s', (_, timestampMs, expected, quality) => {
    const given: Reading = { address: 'a', timestampMs, value: 1, quality: 'good' }
    expect(sampleOf(tag('number'), given, NOW_MS)).toEqual({ timestampMs: expected, value: 1, quality })
  })
})
