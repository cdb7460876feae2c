import { useMemo } from 'react'
import classes from './values.module.css'

const WIDTH = 110
const HEIGHT = 26
const PAD = 3

interface SparklineProps {
  readonly timesMs: readonly number[]
  readonly values: readonly (number | null)[]
  /** What the line shows, for those who do not see it. */
  readonly label: string
}

/** The recent course of a value, without axes. Gaps stay gaps. */
export function Sparkline({ timesMs, values, label }: SparklineProps) {
  const path = useMemo(() => sparkPath(timesMs, values), [timesMs, values])
  return (
    <svg
      className={classes.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <path d={path} fill="none" stroke="var(--ink-2)" strokeWidth={1.3} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

/** The line as SVG path data in 110 × 26; empty when there is nothing to draw. A steady value runs through the middle. */
export function sparkPath(timesMs: readonly number[], values: readonly (number | null)[]): string {
  const present = values.filter((value): value is number => value !== null)
  const first = timesMs[0]
  const last = timesMs.at(-1)
  if (present.length === 0 || first === undefined || last === undefined) return ''
  const low = Math.min(...present)
  // A range of a thousandth of the value is noise; drawn to full height it would look like an alarm.
  const span = Math.max(Math.max(...present) - low, Math.abs(low) * 0.02, 1e-9)
  const middle = (Math.max(...present) + low) / 2
  let path = ''
  let pen = 'M'
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M'
      return
    }
    const x = last === first ? WIDTH : (((timesMs[index] ?? first) - first) / (last - first)) * WIDTH
    const y = HEIGHT / 2 - ((value - middle) / span) * (HEIGHT - 2 * PAD)
    path += `${pen}${x.toFixed(1)},${y.toFixed(1)}`
    pen = 'L'
  })
  return path
}
