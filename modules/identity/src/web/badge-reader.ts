import { BADGE_LENGTH, parseBadge } from '../station-rules.ts'

/** A reader types a letter in a few milliseconds, also over the air; people take longer between most of theirs. */
const GAP_MS = 100
/** What came this fast on the whole was typed by no hand. */
const PER_LETTER_MS = 45
/** Shorter texts may be a word somebody types. */
const SHORTEST = 8

/**
 * Finds what a badge reader types among what is typed, wherever the focus is: letters fast after each other, ended by
 * Enter. Gives that text; undefined after every other key.
 */
export function createBadgeReader(): (key: string, atMs: number) => string | undefined {
  let typed = ''
  let firstMs = 0
  let lastMs = Number.NEGATIVE_INFINITY
  return (key, atMs) => {
    // Shift and the like come between the letters of some readers.
    if (key.length !== 1 && key !== 'Enter') return undefined
    const fresh = typed === '' || atMs - lastMs > GAP_MS
    const text = fresh ? '' : typed
    if (fresh) firstMs = atMs
    lastMs = atMs
    if (key !== 'Enter') {
      typed = (text + key).slice(-4 * BADGE_LENGTH)
      return undefined
    }
    typed = ''
    const isFast = text.length >= SHORTEST && (atMs - firstMs) / text.length <= PER_LETTER_MS
    // A whole badge is one however slowly a tired reader types it.
    return isFast || parseBadge(text) !== undefined ? text : undefined
  }
}
