import { DAY_MS, MINUTE_MS } from '@millrace/base'

/** How long a code may make a browser a station. */
export const STATION_CODE_MS = 10 * MINUTE_MS
/** Browsers keep a cookie no longer than this (RFC 6265bis §5.5); each visit begins it anew. */
export const STATION_COOKIE_MS = 400 * DAY_MS
export const STATION_IDLE_MINUTES = 15

/**
 * The letters of a badge. They lie at the same place on QWERTY, QWERTZ and AZERTY keyboards, so that a scanner that types
 * for one of them is understood with any; without vowels they spell nothing.
 */
const BADGE_LETTERS = 'BCDFGHJKLNPRSTVX'
/** Four bits a letter: 128 bits. */
export const BADGE_LENGTH = 32

/** What a badge says, in its one form; undefined for a text that no badge of ours says. */
export function parseBadge(text: string): string | undefined {
  const badge = text.trim().toUpperCase()
  return badge.length === BADGE_LENGTH && [...badge].every((letter) => BADGE_LETTERS.includes(letter))
    ? badge
    : undefined
}

/** The badge that says these 16 bytes. */
export function badgeOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `${BADGE_LETTERS[byte >> 4]}${BADGE_LETTERS[byte & 15]}`).join('')
}

/** Columns and rows of a keypad, which many people choose. */
const KEYPAD = ['2580', '0852', '1470', '3690', '147258', '258369', '159357', '147369']

/** Whether a PIN is among the first that somebody would try. */
export function isTrivialPin(pin: string): boolean {
  const digits = [...pin].map(Number)
  const steps = new Set(digits.slice(1).map((digit, index) => (digit - (digits[index] ?? 0) + 10) % 10))
  const [step] = steps
  // 0000, 1234, 9876, 7890.
  if (steps.size === 1 && (step === 0 || step === 1 || step === 9)) return true
  // 1212, 123123, 4747.
  const half = pin.slice(0, pin.length / 2)
  return (pin.length % 2 === 0 && half + half === pin) || KEYPAD.includes(pin)
}

/** Where something is held, and what lies at a place. */
interface Extent {
  readonly siteId: string
  readonly equipment: 'all' | ReadonlySet<string>
}

/**
 * Whether somebody who holds something in these parts of the company has something to do at a place: it is held at the
 * place, around it, or at a part of it.
 */
export function worksAt(held: Iterable<'everywhere' | Extent>, place: Extent): boolean {
  for (const where of held) {
    if (where === 'everywhere') return true
    if (where.siteId !== place.siteId) continue
    if (where.equipment === 'all' || place.equipment === 'all') return true
    if (!where.equipment.isDisjointFrom(place.equipment)) return true
  }
  return false
}
