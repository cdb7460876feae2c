import { DAY_MS, epochMs, type Instant, SECOND_MS } from '@millrace/base'
import type { Device } from './contract.ts'

/** How often the connected devices are looked at: whether they still may be, and that they are here. */
export const SEEN_EVERY_MS = 10 * SECOND_MS

/** A device that was not heard for longer is offline. */
const ONLINE_MS = 2.5 * SEEN_EVERY_MS

export function deviceState(
  device: {
    readonly revokedAt: Instant | null
    readonly expiresAt: Instant | null
    readonly lastSeenAt: Instant | null
  },
  nowMs: number,
): Device['state'] {
  if (device.revokedAt !== null) return 'revoked'
  if (device.expiresAt !== null && epochMs(device.expiresAt) <= nowMs) return 'expired'
  if (device.lastSeenAt === null) return 'waiting'
  return nowMs - epochMs(device.lastSeenAt) <= ONLINE_MS ? 'online' : 'offline'
}

/** Beyond this nobody will remember. */
const LIFE_MS_MAX = 20 * 366 * DAY_MS

/** Whether a secret may end then. */
export function isExpiry(expiresAt: Instant | null, nowMs: number): boolean {
  if (expiresAt === null) return true
  const lifeMs = epochMs(expiresAt) - nowMs
  return lifeMs > 0 && lifeMs <= LIFE_MS_MAX
}

const WINDOW_MS = 5 * 60 * SECOND_MS
/** Wrong sign-ins in a window after which a device at an address, an address, and then everybody has to wait. */
const WRONG_OF_DEVICE = 10
const WRONG_FROM_ADDRESS = 100
const WRONG_IN_ALL = 2000

/**
 * Counts wrong sign-ins. A password has 256 random bits, so this bounds the work, not the risk: a device with an old password
 * in a plant full of others makes none of them wait.
 */
export interface SignInGuard {
  isPaused(address: string, userName: string, nowMs: number): boolean
  failed(address: string, userName: string, nowMs: number): void
}

export function createSignInGuard(): SignInGuard {
  let windowEndsMs = 0
  let inAll = 0
  const counts = new Map<string, number>()
  const turn = (nowMs: number) => {
    if (nowMs < windowEndsMs) return
    windowEndsMs = nowMs + WINDOW_MS
    inAll = 0
    counts.clear()
  }
  const deviceKey = (address: string, userName: string) => `${address} ${userName}`
  return {
    isPaused(address, userName, nowMs) {
      turn(nowMs)
      if (inAll >= WRONG_IN_ALL) return true
      if ((counts.get(address) ?? 0) >= WRONG_FROM_ADDRESS) return true
      return (counts.get(deviceKey(address, userName)) ?? 0) >= WRONG_OF_DEVICE
    },
    failed(address, userName, nowMs) {
      turn(nowMs)
      inAll += 1
      for (const key of [address, deviceKey(address, userName)]) counts.set(key, (counts.get(key) ?? 0) + 1)
    },
  }
}
