import { useElementSize } from '@mantine/hooks'
import { formatDate, formatNumber } from '@millrace/ui'
import { useState } from 'react'
import type { ProductForecast } from '../forecast-contract.ts'
import { inForce } from '../forecast-rules.ts'
import { weekNumber } from '../week-rules.ts'
import classes from './forecast.module.css'
import { texts } from './forecast-texts.ts'

const HEIGHT = 240
const LEFT = 48
const BOTTOM = 22
const TOP = 8
/** A label needs so much room. */
const LABEL_PX = 70
const HISTORY_SHOWN = 104

interface Place {
  readonly weekOn: string
  readonly quantity: number
  readonly low?: number
  readonly high?: number
  readonly overridden: boolean
}

/** What was sold, what is expected with its band, and where a planner says otherwise. */
export function ForecastChart({ forecast }: { forecast: ProductForecast }) {
  const { ref, width } = useElementSize()
  const [at, setAt] = useState<number>()
  const history = forecast.history.slice(-HISTORY_SHOWN)
  const places: Place[] = [
    ...history.map((week) => ({ ...week, overridden: false })),
    ...forecast.weeks.map((week) => ({
      ...{ weekOn: week.weekOn, quantity: inForce(week), low: week.lowQuantity, high: week.highQuantity },
      overridden: week.override !== null,
    })),
  ]
  const most = Math.max(1, ...places.map(({ quantity, high = 0 }) => Math.max(quantity, high)))
  const step = niceStep(most / 4)
  const x = (index: number) => LEFT + ((width - LEFT - 8) * index) / Math.max(1, places.length - 1)
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.max(0, value) / most)
  const line = (from: number, to: number, value: (place: Place) => number) =>
    places.slice(from, to).map((place, index) => `${x(from + index).toFixed(1)},${y(value(place)).toFixed(1)}`)
  const first = history.length
  const band = [
    ...line(first, places.length, ({ high = 0 }) => high),
    ...line(first, places.length, ({ low = 0 }) => low).reverse(),
  ]
  const every = Math.max(1, Math.ceil(places.length / Math.max(1, (width - LEFT) / LABEL_PX)))
  const shown = at === undefined ? undefined : places[at]
  const date = (weekOn: string) => formatDate(Date.parse(weekOn), 'UTC')
  const [next] = forecast.weeks
  return (
    <div className={classes.chart}>
      <div className={`small second ${classes.readout}`}>{shown && readout(shown, date(shown.weekOn))}</div>
      <div ref={ref}>
        <svg
          height={HEIGHT}
          role="img"
          aria-label={texts.chartLabel(forecast.name, formatNumber(next ? inForce(next) : undefined, 0))}
          onPointerMove={(event) => {
            const left = event.currentTarget.getBoundingClientRect().left + LEFT
            const index = Math.round(((event.clientX - left) / Math.max(1, width - LEFT - 8)) * (places.length - 1))
            setAt(Math.min(places.length - 1, Math.max(0, index)))
          }}
          onPointerLeave={() => setAt(undefined)}
        >
          {Array.from({ length: Math.floor(most / step) + 1 }, (_, row) => row * step).map((value) => (
            <g key={value}>
              <line x1={LEFT} x2={width - 8} y1={y(value)} y2={y(value)} stroke="var(--line)" />
              <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
                {formatNumber(value, 0)}
              </text>
            </g>
          ))}
          {places.map(
            ({ weekOn }, index) =>
              index > 0 &&
              index % every === 0 &&
              index + every / 2 < places.length && (
                <text key={weekOn} x={x(index)} y={HEIGHT - 6} textAnchor="middle">
                  {date(weekOn).replace(/^\d+ /, '')}
                </text>
              ),
          )}
          <polygon points={band.join(' ')} fill="var(--idle)" opacity={0.8} />
          <polyline
            points={line(0, first, ({ quantity }) => quantity).join(' ')}
            fill="none"
            stroke="var(--ink-2)"
            strokeWidth={1.3}
          />
          <polyline
            points={line(Math.max(0, first - 1), places.length, ({ quantity }) => quantity).join(' ')}
            fill="none"
            stroke="var(--accent)"
            strokeWidth={1.8}
          />
          {places.map(
            ({ weekOn, quantity, overridden }, index) =>
              overridden && <circle key={weekOn} cx={x(index)} cy={y(quantity)} r={4} fill="var(--accent)" />,
          )}
          {at !== undefined && (
            <line x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} stroke="var(--line-control)" />
          )}
        </svg>
      </div>
    </div>
  )
}

function readout({ weekOn, quantity, low, high, overridden }: Place, date: string): string {
  const what = low === undefined ? texts.sold : overridden ? texts.byPlanner : texts.expected
  const band = low === undefined ? '' : `, ${texts.between(formatNumber(low, 0), formatNumber(high, 0))}`
  return `${texts.point(weekNumber(weekOn), date)} ${formatNumber(quantity, 0)} ${texts.pieces} ${what}${band}`
}

/** 1, 2 or 5 times a power of ten, at least so large. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power
}
