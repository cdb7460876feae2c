import { instant } from '@millrace/base'
import { expect, test } from 'vitest'
import { createSignInGuard, deviceState, isExpiry } from './device-rules.ts'

const NOW_MS = Date.UTC(2026, 10, 27)
const ago = (seconds: number) => instant(NOW_MS - 1000 * seconds)

test.each([
  [{}, 'waiting'],
  [{ lastSeenAt: ago(20) }, 'online'],
  [{ lastSeenAt: ago(30) }, 'offline'],
  [{ lastSeenAt: ago(20), expiresAt: ago(-5) }, 'online'],
  [{ lastSeenAt: ago(20), expiresAt: ago(5) }, 'expired'],
  [{ lastSeenAt: ago(20), expiresAt: ago(5), revokedAt: ago(1) }, 'revoked'],
] as const)('a device with %o is %s', (facts, state) => {
  expect(deviceState({ revokedAt: null, expiresAt: null, lastSeenAt: null, ...facts }, NOW_MS)).toBe(state)
})

test('a password ends in the future, within twenty years, or never', () => {
  expect(isExpiry(null, NOW_MS)).toBe(true)
  expect(isExpiry(ago(-60), NOW_MS)).toBe(true)
  expect(isExpiry(ago(0), NOW_MS)).toBe(false)
  expect(isExpiry(instant(NOW_MS + 30 * 365 * 86_400_000), NOW_MS)).toBe(false)
})

test('a device that comes with a wrong password again and again makes no other device wait', () => {
  const guard = createSignInGuard()
  for (let count = 0; count < 10; count += 1) {
    expect(guard.isPaused('10.0.0.1', 'a', NOW_MS)).toBe(false)
    guard.failed('10.0.0.1', 'a', NOW_MS)
  }
  expect(guard.isPaused('10.0.0.1', 'a', NOW_MS)).toBe(true)
  expect(guard.isPaused('10.0.0.1', 'b', NOW_MS)).toBe(false)
  expect(guard.isPaused('10.0.0.2', 'a', NOW_MS)).toBe(false)
  expect(guard.isPaused('10.0.0.1', 'a', NOW_MS + 5 * 60_000)).toBe(false)
})

test('whoever tries many names from one address has to wait with all of them', () => {
  const guard = createSignInGuard()
  for (let count = 0; count < 100; count += 1) guard.failed('10.0.0.1', `d${count}`, NOW_MS)
  expect(guard.isPaused('10.0.0.1', 'new', NOW_MS)).toBe(true)
  expect(guard.isPaused('10.0.0.2', 'new', NOW_MS)).toBe(false)
})
