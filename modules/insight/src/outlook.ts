import { DAY_MS, MINUTE_MS } from '@millrace/base'
import { estimateRemainingLife } from '@millrace/signals'
import type { CaseEvent } from './machine-watch.ts'
import { duration } from './quantities.ts'

/** How long something that wears will last. */
export interface Outlook {
  readonly remainingMs: number
  /** Without a full stop. */
  readonly text: string
}

/** Beyond this multiple of its usual vibration a tool spoils parts, and a bearing runs hot. */
const WORN_OUT_RATIO = 2.6
const MOMENT_MS = 5 * MINUTE_MS
/** Beyond this, a forecast from a few hours says nothing. */
const FAR_MS = 30 * DAY_MS

/** When the vibration will reach what is worn out, if it goes on as it does; undefined when no trend says so. */
export function outlookOf({ cause, observations }: CaseEvent): Outlook | undefined {
  if (cause !== 'tool-wear' && cause !== 'bearing') return undefined
  const vibration = observations.find(({ signal, aspect }) => signal.measurand === 'vibration' && aspect === 'level')
  const verdict = vibration?.verdict
  if (verdict?.evidence.kind !== 'series' || !verdict.usual) return undefined
  const { timestampsMs, values } = verdict.evidence
  const life = estimateRemainingLife(timestampsMs, values, verdict.usual.center * WORN_OUT_RATIO)
  if (!life || life.remainingMs > FAR_MS) return undefined
  const { remainingMs, lowMs, highMs } = life
  const what = cause === 'tool-wear' ? 'tool life' : 'bearing life'
  if (remainingMs < MOMENT_MS) return { remainingMs, text: `No ${what} left` }
  const range = `${duration(lowMs)} ${highMs === undefined ? 'or much longer' : `to ${duration(highMs)}`}`
  return { remainingMs, text: `About ${duration(remainingMs)} of ${what} left (${range})` }
}
