import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import { answerText, type CallOutcome, GIVE_UP_MS, judgeCall, PAUSES_MS, placeOf, retryAfterMs } from './rules.ts'

const NOW_MS = Date.parse('2026-11-26T12:00:00Z')

function judge(outcome: CallOutcome, more: Partial<Parameters<typeof judgeCall>[0]> = {}) {
  return judgeCall({ outcome, tries: 1, failures: 1, firstTryMs: NOW_MS, nowMs: NOW_MS, random: 0.5, ...more })
}

test('all pauses of an event together are about three days, each longer than the one before', () => {
  const together = PAUSES_MS.reduce((sum, pause) => sum + pause, 0)
  expect(together).toBeGreaterThan(3 * DAY_MS)
  expect(together).toBeLessThanOrEqual(GIVE_UP_MS)
  expect(PAUSES_MS).toEqual(PAUSES_MS.toSorted((a, b) => a - b))
})

test.each([200, 201, 202, 204, 299])('%i means that it arrived', (status) => {
  expect(judge({ status })).toEqual({ kind: 'delivered' })
})

test('410 ends it', () => {
  expect(judge({ status: 410 })).toEqual({ kind: 'gone' })
})

const TROUBLED: readonly CallOutcome[] = [
  { failure: 'Nobody knows a host of this name.' },
  ...[301, 302, 307, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504].map((status) => ({ status })),
]

test.each(TROUBLED)('%o is trouble of the receiver: the ones behind wait too', (outcome) => {
  expect(judge(outcome)).toEqual({ kind: 'again', atMs: NOW_MS + 5 * SECOND_MS, line: true })
})

test.each([400, 409, 413, 415, 422])('%i refuses this one event: it steps aside', (status) => {
  expect(judge({ status }, { tries: 4, failures: 1 })).toEqual({
    ...{ kind: 'again', atMs: NOW_MS + 2 * HOUR_MS, line: false },
  })
})

test('an event at which the receiver breaks again and again steps aside', () => {
  expect(judge({ status: 500 }, { tries: 4, failures: 4 })).toMatchObject({ line: true })
  expect(judge({ status: 500 }, { tries: 5, failures: 5 })).toMatchObject({ line: false })
  // Silence says nothing about the event.
  expect(judge({ failure: 'x' }, { tries: 50, failures: 50 })).toMatchObject({ line: true })
})

test('pauses grow, and a receiver that is back is noticed within the hour', () => {
  const pauses = [1, 2, 3, 4, 9, 100].map((failures) => {
    const verdict = judge({ failure: 'x' }, { failures })
    return verdict.kind === 'again' ? verdict.atMs - NOW_MS : undefined
  })
  expect(pauses).toEqual([5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, HOUR_MS, HOUR_MS])
})

test('those that failed together come back at different times, by a tenth at most', () => {
  const at = (random: number) => {
    const verdict = judge({ failure: 'x' }, { failures: 2, random })
    return verdict.kind === 'again' ? verdict.atMs - NOW_MS : undefined
  }
  expect([at(0), at(1)]).toEqual([4.5 * MINUTE_MS, 5.5 * MINUTE_MS])
})

test('Retry-After is honoured when it asks for more, up to a day', () => {
  const pause = (retryAfter: string) => {
    const verdict = judge({ status: 429, retryAfter })
    return verdict.kind === 'again' ? verdict.atMs - NOW_MS : undefined
  }
  expect(pause('120')).toBe(120 * SECOND_MS)
  expect(pause('1')).toBe(5 * SECOND_MS)
  expect(pause('99999999')).toBe(DAY_MS)
  expect(pause('Thu, 26 Nov 2026 12:10:00 GMT')).toBe(10 * MINUTE_MS)
  expect(pause('Thu, 26 Nov 2020 12:10:00 GMT')).toBe(5 * SECOND_MS)
  expect(pause('soon')).toBe(5 * SECOND_MS)
})

test.each(['', ' ', '-5', '1e9', '1.5.1', 'NaN', '\u0000'])(
  'a Retry-After of %j asks for nothing or little',
  (text) => {
    expect(retryAfterMs(text, NOW_MS)).toBeLessThanOrEqual(DAY_MS)
    expect(retryAfterMs(text, NOW_MS)).toBeGreaterThanOrEqual(0)
  },
)

test('an event is given up after about three days', () => {
  const nowMs = NOW_MS + GIVE_UP_MS
  expect(judge({ failure: 'x' }, { nowMs, tries: 70, failures: 70 })).toEqual({
    ...{ kind: 'given-up', lineAtMs: nowMs + HOUR_MS },
  })
  expect(judge({ status: 422 }, { nowMs, tries: 9, failures: 1 })).toEqual({ kind: 'given-up', lineAtMs: nowMs })
})

test('what is kept of an answer can be stored and shown', () => {
  expect(answerText('{"ok":\ttrue}\n')).toBe('{"ok":\ttrue}\n')
  expect(answerText('nul \u0000 esc \u001b[31m half \ud83d cut \ufffd')).toBe('nul · esc ·[31m half · cut ·')
  expect(answerText('x'.repeat(5000))).toHaveLength(1024)
})

test('a place is the company, a site, or equipment of one', () => {
  expect(placeOf({ siteId: null, placeId: null })).toBeUndefined()
  expect(placeOf({ siteId: 's', placeId: 's' })).toBe('s')
  expect(placeOf({ siteId: 's', placeId: 'e' })).toEqual({ siteId: 's', equipmentId: 'e' })
})
