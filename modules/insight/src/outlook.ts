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

/** Beyond this multiple of its usual vibration a tool spoils parts. */
const WORN_OUT_RATIO = 2.6
/** Beyond this multiple of its usual level in its own band a bearing is about to seize. */
const SEIZING_RATIO = 30
const MOMENT_MS = 5 * MINUTE_MS
/** Beyond this, a forecast from a few hours says nothing. */
const FAR_MS = 30 * DAY_MS

/** When it will be worn out, if it goes on growing as it does; undefined when no trend says so. */
export function outlookOf({ cause, observations, growth }: CaseEvent): Outlook | undefined {
  if (cause !== 'tool-wear' && cause !== 'bearing') return undefined
  const level = observations.find(({ signal, aspect }) => signal.measurand === 'vibration' && aspect === 'level')
  const usual = level?.verdict.usual?.center
  const limit = cause === 'bearing' ? SEIZING_RATIO : usual && usual * WORN_OUT_RATIO
  if (!limit) return undefined
  // Damage of a bearing feeds on itself: its logarithm grows evenly. A line through the values would promise too much.
  const scale = cause === 'bearing' ? Math.log : (value: number) => value
  const life = estimateRemainingLife(growth.timestampsMs, growth.values.map(scale), scale(limit))
  if (!life || life.remainingMs > FAR_MS) return undefined
  const { remainingMs, lowMs, highMs } = life
  const what = cause === 'tool-wear' ? 'tool life' : 'bearing life'
  if (remainingMs < MOMENT_MS) return { remainingMs, text: `No ${what} left` }
  const range = `${duration(lowMs)} ${highMs === undefined || highMs > FAR_MS ? 'or much longer' : `to ${duration(highMs)}`}`
  return { remainingMs, text: `About ${duration(remainingMs)} of ${what} left (${range})` }
}
