import { epochMs } from '@millrace/base'
import { formatDuration, formatWhen } from '@millrace/ui'
import type { Attempt, Delivery, Webhook } from '../contract.ts'
import { texts } from './texts.ts'

/** How a webhook does, in words; `priority` when somebody should look. */
export interface Health {
  readonly text: string
  /** Further words: what waits, when it goes on. */
  readonly more: readonly string[]
  readonly priority: 2 | 3 | undefined
}

const words = texts.states

/** @param zone the reader's; a webhook belongs to no plant's wall. */
export function healthOf(webhook: Webhook, nowMs: number, zone: string): Health {
  const when = (at: Parameters<typeof epochMs>[0]) => formatWhen(epochMs(at), zone, nowMs)
  const { state, stateReason, failingSince, lastDeliveredAt, resumeAt, waitingCount, droppedCount } = webhook
  const more = [
    ...(waitingCount > 0 ? [words.waiting(waitingCount)] : []),
    ...(droppedCount > 0 ? [words.dropped(droppedCount)] : []),
  ]
  if (state === 'disabled') {
    return { text: words.disabled, more: [...(stateReason === null ? [] : [stateReason]), ...more], priority: 2 }
  }
  if (state === 'paused') return { text: words.paused, more, priority: droppedCount > 0 ? 3 : undefined }
  if (failingSince !== null) {
    const next = resumeAt !== null && epochMs(resumeAt) > nowMs ? [words.next(when(resumeAt))] : []
    return { text: words.failing(when(failingSince), answerOf(webhook)), more: [...next, ...more], priority: 2 }
  }
  if (lastDeliveredAt === null) return { text: words.none, more, priority: undefined }
  const age = formatDuration(nowMs - epochMs(lastDeliveredAt))
  return { text: words.well(answerOf(webhook), age), more, priority: droppedCount > 0 ? 3 : undefined }
}

/** Statuses a receiver answers with, in the words of RFC 9110. */
const NAMES: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved',
  302: 'Found',
  307: 'Redirect',
  308: 'Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too Large',
  415: 'Unsupported Type',
  422: 'Not Processed',
  429: 'Too Many Requests',
  500: 'Server Error',
  502: 'Bad Gateway',
  503: 'Unavailable',
  504: 'Gateway Timeout',
}

/** `204 No Content`. */
function statusText(status: number): string {
  const name = NAMES[status]
  return name === undefined ? String(status) : `${status} ${name}`
}

/** What the receiver said last. */
function answerOf({ lastStatus, lastFailure }: Pick<Webhook, 'lastStatus' | 'lastFailure'>): string {
  return lastStatus === null ? (lastFailure ?? words.noAnswer) : statusText(lastStatus)
}

/** What came of an attempt, in words. */
export function attemptText(attempt: Attempt | null): string {
  if (attempt === null) return ''
  return attempt.status === null ? (attempt.failure ?? words.noAnswer) : statusText(attempt.status)
}

/** Where a delivery of a webhook stands, in words. */
export function deliveryText(
  { state, dueAt, attemptCount }: Delivery,
  { resumeAt }: Pick<Webhook, 'resumeAt'>,
  nowMs: number,
  zone: string,
): string {
  const nextMs = Math.max(dueAt === null ? 0 : epochMs(dueAt), resumeAt === null ? 0 : epochMs(resumeAt))
  if (state !== 'waiting' || attemptCount === 0 || nextMs <= nowMs) return texts.deliveries.states[state]
  return texts.deliveries.due(formatWhen(nextMs, zone, nowMs))
}

/** The host of an address, which says enough in a list. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
