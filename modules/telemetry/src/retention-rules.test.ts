import { DAY_MS } from '@millrace/base'
import { describe, expect, test } from 'vitest'
import type { RetentionRule } from './retention-contract.ts'
import { cutoffsOf, daysUntilFull, paceOf, previewOf, type Volume } from './retention-rules.ts'

const WEEK_MS = 7 * DAY_MS
/** The start of a week. */
const NOW_MS = 3000 * WEEK_MS
const RULE: RetentionRule = { class: 'process', rawDays: 70, minuteDays: 700, hourDays: 700 }

const week = (ago: number, change: Partial<Volume> = {}): Volume => ({
  ...{ class: 'process', tier: 'raw', weekMs: NOW_MS - ago * WEEK_MS, seriesCount: 10, sampleCount: 7000, bytes: 700 },
  ...change,
})

describe('retention rules', () => {
  test('what goes is cut at full days of UTC', () => {
    const { rawMs, minuteMs } = cutoffsOf(RULE, NOW_MS + 5)
    expect(rawMs).toBe(NOW_MS - 70 * DAY_MS)
    expect(minuteMs).toBe(NOW_MS - 700 * DAY_MS)
  })

  test.each([
    ['nothing when the rule keeps it', { rawDays: 70 }, [week(5)], 0],
    ['a whole week beyond', { rawDays: 7 }, [week(5)], 700],
    ['the part of a week that is beyond', { rawDays: 32 }, [week(5)], 300],
    ['minutes by their own rule', { rawDays: 7, minuteDays: 70 }, [week(20, { tier: 'minute' })], 700],
    ['sparse samples with the minutes', { rawDays: 7 }, [week(5, { tier: 'sparse' })], 0],
    // 10 series × 168 hours of 7,000 vectors stay.
    [
      'vectors but for one an hour',
      { rawDays: 7 },
      [week(5, { tier: 'vector' })],
      700 - Math.round((700 * 1680) / 7000),
    ],
    ['nothing of another class', { rawDays: 7 }, [week(5, { class: 'energy' })], 0],
  ] as const)('other rules free %s', (_, change, volumes, freedBytes) => {
    expect(previewOf(volumes, [RULE], [{ ...RULE, ...change }], NOW_MS).freedBytes).toBe(freedBytes)
  })

  test('the pace is that of the last four whole weeks, or of what there is of this one', () => {
    expect(paceOf([week(1), week(2, { bytes: 1400 }), week(9, { bytes: 9e9 })], NOW_MS)[0]?.bytes).toBe(150)
    expect(paceOf([week(0, { bytes: 300 })], NOW_MS + 3 * DAY_MS)[0]?.bytes).toBe(100)
    expect(paceOf([], NOW_MS)).toEqual([])
  })

  test('a disk that takes what the rules keep is never full, a smaller one is at its day', () => {
    const volumes = [week(1), week(2), week(3), week(4)]
    // 100 bytes come a day. What is there goes after ten weeks, and from then on as much goes as comes: 7,000 bytes stay.
    expect(daysUntilFull(volumes, [RULE], 7001 - 2800, NOW_MS)).toBeNull()
    expect(daysUntilFull(volumes, [RULE], 1000, NOW_MS)).toBe(11)
  })
})
