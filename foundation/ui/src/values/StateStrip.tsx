import { Tooltip } from '@mantine/core'
import { HOUR_MS, wallClock } from '@millrace/base'
import { useId, useMemo } from 'react'
import { formatDuration, formatTime } from '../format.ts'
import { texts } from '../texts.ts'
import { mergeStrip, type StripInterval, stripTotals } from './strip.ts'
import classes from './values.module.css'

const FILLS: Readonly<Record<string, string>> = {
  running: 'var(--run)',
  setup: 'var(--setup)',
  idle: 'var(--idle)',
  'planned-stop': 'var(--planned)',
  stopped: 'var(--stop)',
  off: 'var(--off)',
}
/** The strip's own units; the drawing is stretched to the place it gets. */
const WIDTH = 1000

interface StateStripProps {
  readonly intervals: readonly StripInterval[]
  readonly fromMs: number
  readonly toMs: number
  readonly nowMs: number
  readonly timeZone: string
  /** Pixels. */
  readonly height?: number
  /** Whose strip it is, for those who do not see it. */
  readonly label: string
}

/** One band per machine and shift: what it did when. Stops are the only colour; no data is hatched, the future is empty. */
export function StateStrip({ intervals, fromMs, toMs, nowMs, timeZone, height = 16, label }: StateStripProps) {
  const hatch = useId()
  // The end of the known moves with the clock; a tenth of a per cent of the strip is as fine as can be seen.
  const grainMs = (toMs - fromMs) / WIDTH
  const knownUntilMs = Math.min(toMs, Math.floor(nowMs / grainMs) * grainMs)
  const merged = useMemo(
    () => mergeStrip(intervals, fromMs, toMs, knownUntilMs),
    [intervals, fromMs, toMs, knownUntilMs],
  )
  const x = (atMs: number) => ((atMs - fromMs) / (toMs - fromMs)) * WIDTH
  const summary = `${label}: ${stripSummary(merged)}`
  return (
    <Tooltip.Floating label={<StripLegend intervals={merged} timeZone={timeZone} />} multiline>
      <svg
        className={classes.strip}
        height={height}
        viewBox={`0 0 ${WIDTH} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
      >
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" fill="var(--hatch-b)" />
            <rect width="2.4" height="6" fill="var(--hatch-line)" />
          </pattern>
        </defs>
        <rect width={WIDTH} height={height} fill="var(--future)" />
        {merged.map((interval) => (
          <rect
            key={interval.fromMs}
            x={x(interval.fromMs)}
            width={Math.max(0.6, x(interval.toMs) - x(interval.fromMs))}
            height={height}
            fill={interval.state === null ? `url(#${hatch})` : (FILLS[interval.state] ?? 'var(--idle)')}
          />
        ))}
        {nowMs < toMs && nowMs > fromMs && <rect x={x(nowMs) - 1} width={2} height={height} fill="var(--ink)" />}
      </svg>
    </Tooltip.Floating>
  )
}

function StripLegend({ intervals, timeZone }: { intervals: readonly StripInterval[]; timeZone: string }) {
  const recent = intervals.slice(-6)
  return (
    <>
      {recent.map((interval) => (
        <div key={interval.fromMs}>
          {formatTime(interval.fromMs, timeZone)}–{formatTime(interval.toMs, timeZone)} {stateText(interval.state)}
        </div>
      ))}
    </>
  )
}

/** The word for a state of a machine, as the strips and chips say it. */
export function stateText(state: string | null): string {
  const words: Readonly<Record<string, string>> = texts.states
  return state === null ? texts.noData : (words[state] ?? state)
}

/** `run 4 h 51, set-up 38 min, stopped 9 min`: the longest first, what never happened left out. */
export function stripSummary(intervals: readonly StripInterval[]): string {
  return [...stripTotals(intervals)]
    .sort((a, b) => b[1] - a[1])
    .map(([state, ms]) => `${stateText(state === 'none' ? null : state)} ${formatDuration(ms)}`)
    .join(', ')
}

/** Hours under a strip, in the plant's time. */
export function StripAxis({ fromMs, toMs, timeZone }: { fromMs: number; toMs: number; timeZone: string }) {
  const ticks = useMemo(() => axisHours(fromMs, toMs, timeZone), [fromMs, toMs, timeZone])
  return (
    <div className={classes.axis} aria-hidden="true">
      {ticks.map((atMs) => (
        <span key={atMs} style={{ left: `${((atMs - fromMs) / (toMs - fromMs)) * 100}%` }}>
          {formatTime(atMs, timeZone).slice(0, 2)}
        </span>
      ))}
    </div>
  )
}

/** Full hours of the zone inside a range, every second one for a shift, so that five or so remain. */
export function axisHours(fromMs: number, toMs: number, timeZone: string): number[] {
  const stepHours = Math.max(1, Math.ceil((toMs - fromMs) / HOUR_MS / 5))
  const ticks: number[] = []
  const first = Math.ceil(fromMs / (HOUR_MS / 4)) * (HOUR_MS / 4)
  for (let atMs = first; atMs <= toMs; atMs += HOUR_MS / 4) {
    const wall = wallClock(atMs, timeZone)
    const since = ticks.at(-1)
    if (wall.minute === 0 && (since === undefined || atMs - since >= stepHours * HOUR_MS)) ticks.push(atMs)
  }
  return ticks
}
