import { DAY_MS, instant, MINUTE_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import type { Finding } from '../contract.ts'
import { shownFindings } from './shown.ts'

const nowMs = Date.UTC(2026, 10, 22, 12)
const finding = (id: string, priority: number, decidedAgoMs?: number) =>
  ({
    id,
    priority,
    state: decidedAgoMs === undefined ? 'open' : 'accepted',
    benefit: null,
    decision: decidedAgoMs === undefined ? null : { at: instant(nowMs - decidedAgoMs) },
  }) as unknown as Finding
const ids = (findings: Finding[]) => findings.map((each) => each.id)

test('a finding just decided stays where it was', () => {
  const before = shownFindings([finding('low', 4), finding('high', 2)], nowMs)
  const after = shownFindings([finding('low', 4), finding('high', 2, MINUTE_MS)], nowMs)
  expect(ids(before)).toEqual(['high', 'low'])
  expect(ids(after)).toEqual(['high', 'low'])
})

test('later it makes room, and after a day it is gone', () => {
  const findings = [finding('yesterday', 1, 2 * DAY_MS), finding('earlier', 1, 60 * MINUTE_MS), finding('low', 4)]
  expect(ids(shownFindings(findings, nowMs))).toEqual(['low', 'earlier'])
})

test('what went away by itself is not shown', () => {
  const closed = { ...finding('closed', 1), state: 'closed' } as Finding
  expect(shownFindings([closed], nowMs)).toEqual([])
})
