import { instant, MINUTE_MS } from '@millrace/base'
import { expect, test } from 'vitest'
import type { Delivery, Webhook } from '../contract.ts'
import { attemptText, deliveryText, healthOf, hostOf } from './state.ts'

const NOW_MS = Date.parse('2026-11-26T12:00:00Z')
const ago = (minutes: number) => instant(NOW_MS - minutes * MINUTE_MS)

const WELL = {
  ...{
    id: 'x',
    name: 'ERP',
    url: 'https://erp.example/',
    eventTypes: [],
    placeId: null,
    siteId: null,
    stateReason: null,
  },
  ...{ state: 'active', createdBy: 'Dario', createdAt: ago(60), previousSecretUntil: null, failingSince: null },
  ...{ resumeAt: null, lastAttemptAt: null, lastStatus: null, lastFailure: null, lastDeliveredAt: null },
  ...{ waitingCount: 0, droppedCount: 0 },
} as unknown as Webhook

const health = (change: Partial<Webhook>) => healthOf({ ...WELL, ...change }, NOW_MS, 'UTC')

test('a webhook says in words how it does', () => {
  expect(health({})).toEqual({ text: 'Waits for the first event', more: [], priority: undefined })
  expect(health({ lastDeliveredAt: ago(3), lastStatus: 200 }).text).toBe('Delivering, last 200 OK 3 min ago')
  expect(health({ state: 'paused', waitingCount: 2 })).toEqual({
    ...{ text: 'Paused', more: ['2 events wait'], priority: undefined },
  })
  expect(
    health({ failingSince: ago(58), lastStatus: 503, resumeAt: instant(NOW_MS + MINUTE_MS), waitingCount: 1 }),
  ).toEqual({
    ...{ text: 'Failing since 11:02: 503 Unavailable', more: ['next try 12:01', '1 event waits'], priority: 2 },
  })
  expect(health({ failingSince: ago(1), lastFailure: 'erp.example did not answer in time.' }).text).toBe(
    'Failing since 11:59: erp.example did not answer in time.',
  )
  expect(health({ state: 'disabled', stateReason: 'Nothing arrived.', droppedCount: 1 })).toEqual({
    ...{ text: 'Switched off', priority: 2 },
    more: ['Nothing arrived.', '1 event waited too long and was dropped'],
  })
})

test('a delivery says where it stands, and an attempt what came of it', () => {
  const delivery = { state: 'waiting', dueAt: instant(NOW_MS + 5 * MINUTE_MS), attemptCount: 1 } as Delivery
  const text = (change: Partial<Delivery>, resumeAt: Webhook['resumeAt'] = null) =>
    deliveryText({ ...delivery, ...change }, { resumeAt }, NOW_MS, 'UTC')
  expect(text({})).toBe('waits, next try 12:05')
  expect(text({ dueAt: ago(1) }, instant(NOW_MS + 9 * MINUTE_MS))).toBe('waits, next try 12:09')
  expect(text({ dueAt: ago(1) })).toBe('waits')
  expect(text({ attemptCount: 0 })).toBe('waits')
  expect(text({ state: 'failed', dueAt: null })).toBe('given up')
  const attempt = { number: 1, at: ago(1), durationMs: 5, status: 418, failure: null, answer: null }
  expect(attemptText(attempt)).toBe('418')
  expect(attemptText({ ...attempt, status: null, failure: 'Nobody knows a host named x.' })).toContain('Nobody')
  expect(attemptText(null)).toBe('')
})

test('a list shows the host of an address', () => {
  expect(hostOf('https://erp.example:8443/in?x=1')).toBe('erp.example:8443')
  expect(hostOf('not an address')).toBe('not an address')
})
