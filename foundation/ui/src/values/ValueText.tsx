import { Tooltip } from '@mantine/core'
import { useNowMs } from '../clock.ts'
import { formatAge, formatNumber, wholeDigits } from '../format.ts'
import { live } from '../live.ts'
import { texts } from '../texts.ts'
import classes from './values.module.css'

/** A value older than this on a live page is marked, unless its signal is known to speak seldom. */
const STALE_MS = 30_000

interface ValueTextProps {
  readonly value: number | string | null | undefined
  readonly unit?: string | null | undefined
  readonly digits?: number
  readonly quality?: 'good' | 'uncertain' | 'bad'
  /** When the value was measured, by the server's clock; undefined where age does not matter. */
  readonly atMs?: number | undefined
  /** Infinity for signals that only speak when something changes. */
  readonly staleMs?: number
  readonly big?: boolean
  /** A setting or a count: whole numbers without decimals. */
  readonly whole?: boolean
}

/** A value with its unit. Missing and bad are hatched, uncertain and stale are marked in words; never a zero instead. */
export function ValueText({
  value,
  unit,
  digits,
  quality = 'good',
  atMs,
  staleMs = STALE_MS,
  big = false,
  whole = false,
}: ValueTextProps) {
  const nowMs = useNowMs()
  const figure = big ? classes.figureBig : classes.figure
  if (value === null || value === undefined || quality === 'bad') {
    return (
      <span className={classes.value}>
        <span className={classes.missing} role="img" aria-label={texts.noData} title={texts.noData} />
        {unit && <span className={classes.unit}>{unit}</span>}
      </span>
    )
  }
  const ageMs = atMs === undefined ? 0 : nowMs + live.clockOffsetMs - atMs
  const old = ageMs > staleMs
  return (
    // When it was measured stays readable for whoever measures how fresh a screen is.
    <span className={old ? `${classes.value} ${classes.old}` : classes.value} data-at={atMs}>
      <span className={figure}>
        {typeof value === 'number' ? formatNumber(value, digits ?? (whole ? wholeDigits(value) : undefined)) : value}
      </span>
      {unit && <span className={classes.unit}>{unit}</span>}
      {old && (
        <Tooltip label={texts.ago(formatAge(ageMs))}>
          <span className={classes.mark}> {texts.stale}</span>
        </Tooltip>
      )}
      {quality === 'uncertain' && <span className={classes.mark}> {texts.quality.uncertain}</span>}
    </span>
  )
}

/** How long ago something was measured, counting on by itself. */
export function AgeText({ atMs }: { atMs: number | null | undefined }) {
  const nowMs = useNowMs()
  if (atMs === null || atMs === undefined) return <>{texts.noData}</>
  return <>{texts.ago(formatAge(nowMs + live.clockOffsetMs - atMs))}</>
}
