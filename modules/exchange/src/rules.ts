import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@millrace/base'

/** Pauses of an event that did not arrive, as Standard Webhooks recommends: three days and a bit together. */
export const PAUSES_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
]
/** An event, and a receiver to which nothing arrives, is given up after this. */
export const GIVE_UP_MS = 76 * HOUR_MS
/** A receiver is tried this often at least: one that is back is noticed within the hour. */
const LINE_PAUSE_MAX_MS = HOUR_MS
/** Longer than a day nobody is left in peace, whatever is asked for. */
const RETRY_AFTER_MAX_MS = DAY_MS
/** An event at which the receiver breaks steps aside after so many tries, and lets the ones behind it pass. */
const STEP_ASIDE_TRIES = 5
/** Many that failed together do not come back together. */
const JITTER_RATIO = 0.1

/** Statuses with which a receiver that is well refuses this one event. */
const REFUSES_EVENT = new Set([400, 409, 413, 415, 422])
const GONE = 410

/** What came of a call: a status, or no answer. */
export type CallOutcome =
  | { readonly status: number; readonly retryAfter?: string | undefined }
  | { readonly failure: string }

export type Verdict =
  | { readonly kind: 'delivered' }
  /** The receiver wants no events any more. */
  | { readonly kind: 'gone' }
  /** The event is tried again then; with `line` the ones behind it wait as well. */
  | { readonly kind: 'again'; readonly atMs: number; readonly line: boolean }
  /** The event is given up; the ones behind it may be sent from then on. */
  | { readonly kind: 'given-up'; readonly lineAtMs: number }

/**
 * What a call means for the event and for the ones behind it. When the receiver is in trouble they all wait, so that they
 * arrive in their order and nobody knocks more often than needed; when only this event is refused it steps aside.
 *
 * @param tries of this event, with this one. @param failures of the receiver in a row, with this one.
 * @param random from 0 to 1.
 */
export function judgeCall(of: {
  outcome: CallOutcome
  tries: number
  failures: number
  firstTryMs: number
  nowMs: number
  random: number
}): Verdict {
  const { outcome, tries, failures, firstTryMs, nowMs, random } = of
  const status = 'status' in outcome ? outcome.status : undefined
  if (status !== undefined && status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === GONE) return { kind: 'gone' }
  const jitter = 1 + JITTER_RATIO * (2 * random - 1)
  const own = pauseOf(tries) * jitter
  const asked = 'status' in outcome ? retryAfterMs(outcome.retryAfter, nowMs) : 0
  const lineAtMs = nowMs + Math.round(Math.max(Math.min(pauseOf(failures), LINE_PAUSE_MAX_MS) * jitter, asked))
  const alone =
    status !== undefined && (REFUSES_EVENT.has(status) || (status >= 500 && tries >= STEP_ASIDE_TRIES && asked === 0))
  const atMs = alone ? nowMs + Math.round(own) : lineAtMs
  if (atMs - firstTryMs > GIVE_UP_MS) return { kind: 'given-up', lineAtMs: alone ? nowMs : lineAtMs }
  return { kind: 'again', atMs, line: !alone }
}

function pauseOf(count: number): number {
  return PAUSES_MS[Math.min(count, PAUSES_MS.length) - 1] ?? 0
}

/** What `Retry-After` asks for, in seconds or as a date (RFC 9110 §10.2.3); 0 when it asks for nothing. */
export function retryAfterMs(text: string | undefined, nowMs: number): number {
  if (text === undefined || text.trim() === '') return 0
  const ms = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS) : 0
}

/** What is kept of an answer: its beginning, without what a database or a screen cannot show. */
export function answerText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Surrogate}\ufffd]/gu, (one) => (/[\n\t]/.test(one) ? one : '·'))
    .slice(0, ANSWER_MAX)
}
/** As much of an answer as tells what was wrong. */
export const ANSWER_MAX = 1024

/** The place of a permission of something that belongs to a place or to the whole company. */
export function placeOf({ siteId, placeId }: { siteId: string | null; placeId: string | null }) {
  if (siteId === null || placeId === null) return undefined
  return siteId === placeId ? siteId : { siteId, equipmentId: placeId }
}
