import { HOUR_MS, MINUTE_MS } from '@millrace/base'

/** How many attempts are looked at, and how long the next one waits when there were too many. */
export interface GuessLimit {
  /** Attempts that are looked at without a pause. */
  readonly free: number
  readonly firstPauseMs: number
  /** Each further attempt doubles the pause, up to this. */
  readonly longestPauseMs: number
}

/** After this time without an attempt, counted from the end of a pause, the count begins again. */
export const GUESS_MEMORY_MS = 15 * MINUTE_MS

/**
 * THREATS T-A1. Of one account five guesses in a quarter of an hour are looked at, and then ever fewer. An address may be a
 * whole plant's at the change of shift, and an IPv6 network a whole office: they may be wrong more often, and what was
 * right is not counted. A shared station waits as an account does, for whoever comes. In all, the limit bounds the work of checking passwords more than the guessing.
 */
export const GUESS_LIMITS = {
  account: { free: 5, firstPauseMs: 15 * MINUTE_MS, longestPauseMs: HOUR_MS },
  station: { free: 5, firstPauseMs: 15 * MINUTE_MS, longestPauseMs: HOUR_MS },
  address: { free: 30, firstPauseMs: 5 * MINUTE_MS, longestPauseMs: HOUR_MS },
  network: { free: 60, firstPauseMs: 5 * MINUTE_MS, longestPauseMs: HOUR_MS },
  everybody: { free: 1000, firstPauseMs: MINUTE_MS, longestPauseMs: MINUTE_MS },
} satisfies Record<string, GuessLimit>

export type GuessScope = keyof typeof GUESS_LIMITS

/** How long the next attempt waits after this many. */
export function pauseAfter(count: number, limit: GuessLimit): number {
  if (count < limit.free) return 0
  return Math.min(limit.longestPauseMs, limit.firstPauseMs * 2 ** Math.min(count - limit.free, 20))
}

/**
 * The network an IPv6 address lies in: its first 64 bits, which is the least anybody is given and holds more addresses
 * than anybody can count. Undefined for IPv4, also in its IPv6 form.
 */
export function networkOf(address: string): string | undefined {
  if (!address.includes(':') || address.includes('.')) return undefined
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** One form of an address, so that it is counted once: IPv4 that came over IPv6 is IPv4. */
export function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
}
