import { formatQuantity, formatWeekday, formatWhen } from '@millrace/ui'
import classes from './energy.module.css'
import { energyTexts } from './energy-texts.ts'
import { type CurveHour, curveHours, midnights } from './load-curve.ts'

const words = energyTexts.plan
/** The picture has a unit for each hour and this many upwards. */
const HEIGHT = 100

interface LoadCurveProps {
  readonly fromMs: number
  readonly curve: Parameters<typeof curveHours>[1]
  readonly peakReachedKw: number
  readonly timeZone: string
  readonly nowMs: number
}

/** What a plan draws hour by hour, over dear hours, with own generation and the peak that is paid for. */
export function LoadCurve({ fromMs, curve, peakReachedKw, timeZone, nowMs }: LoadCurveProps) {
  const hours = curveHours(fromMs, curve)
  const highest = hours.reduce<CurveHour | undefined>(
    (most, one) => (most && most.usedKw >= one.usedKw ? most : one),
    undefined,
  )
  if (!highest) return null
  const top = Math.max(highest.usedKw, peakReachedKw, ...hours.map(({ generationKw }) => generationKw)) * 1.08 || 1
  const y = (kw: number) => HEIGHT - (kw / top) * HEIGHT
  const steps = (of: (hour: CurveHour) => number) =>
    hours.map((hour, place) => `L${place},${y(of(hour))}H${place + 1}`).join('')
  const generates = hours.some(({ generationKw }) => generationKw > 0)
  const peak = formatQuantity(highest.usedKw, 'kW', 0)
  return (
    <figure className={classes.curve}>
      <div className={classes.plot}>
        <svg
          viewBox={`0 0 ${hours.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={words.curveText(peak, formatWhen(highest.atMs, timeZone, nowMs))}
        >
          {hours.map(({ atMs, isDear }, place) =>
            isDear ? <rect key={atMs} className={classes.dear} x={place} y={0} width={1} height={HEIGHT} /> : null,
          )}
          <path className={classes.load} d={`M0,${HEIGHT}${steps(({ usedKw }) => usedKw)}V${HEIGHT}Z`} />
          {generates && (
            <path className={classes.solar} d={`M0,${HEIGHT}${steps(({ generationKw }) => generationKw)}V${HEIGHT}`} />
          )}
          {peakReachedKw > 0 && (
            <line className={classes.cap} x1={0} x2={hours.length} y1={y(peakReachedKw)} y2={y(peakReachedKw)} />
          )}
        </svg>
        <span className={classes.top} aria-hidden>
          {peak}
        </span>
        {peakReachedKw > 0 && (
          <span className={classes.capText} style={{ top: `${y(peakReachedKw)}%` }} aria-hidden>
            {words.cap(formatQuantity(peakReachedKw, 'kW', 0))}
          </span>
        )}
      </div>
      <div className={classes.axis} aria-hidden>
        {midnights(hours, timeZone).map(({ place, atMs }) => (
          <span key={atMs} style={{ left: `${(place / hours.length) * 100}%` }}>
            {formatWeekday(atMs, timeZone)}
          </span>
        ))}
      </div>
      <figcaption className={classes.legend}>
        <span data-of="load">{words.load}</span>
        <span data-of="dear">{words.dear}</span>
        {generates && <span data-of="solar">{words.solar}</span>}
      </figcaption>
    </figure>
  )
}
