import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { formatNumber } from '../format.ts'
import classes from './charts.module.css'
import { CHART_FONT, type ChartPalette, chartPalette } from './palette.ts'
import { axisNumbers } from './TrendPlot.ts'

/** A place on the axis that means something. */
export interface LineMark {
  readonly at: number
  readonly text: string
}

interface LineChartProps {
  readonly title: string
  readonly unit: string | null
  /** Of the axis below: `Hz`, `ms`. */
  readonly xUnit: string
  /** Distance of two values; the first is at 0. */
  readonly step: number
  readonly values: readonly number[]
  /** What to compare with, at the same places, and what it is called. */
  readonly compared?: { readonly values: readonly number[]; readonly text: string }
  readonly marks?: readonly LineMark[]
  /** Whether values reach below zero. */
  readonly signed?: boolean
  readonly height?: number
}

const NO_MARKS: readonly LineMark[] = []

/** Equally spaced values over something that is no clock: a waveform, a spectrum. Drag to zoom, double click to see it all. */
export function LineChart(props: LineChartProps) {
  const { title, unit, xUnit, step, values, compared, marks = NO_MARKS, signed = false, height = 190 } = props
  const host = useRef<HTMLDivElement>(null)
  const row = useRef<HTMLSpanElement>(null)
  const scheme = useComputedColorScheme('light')
  const others = compared?.values
  const otherText = compared?.text ?? ''

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what the tokens say
  useEffect(() => {
    const element = host.current
    if (!element) return
    const palette = chartPalette(element)
    const length = values.length
    const places = Array.from({ length }, (_, index) => index * step)
    const digits = step < 1 ? 1 : 0
    const plot = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height,
        padding: [marks.length > 0 ? 26 : 10, 16, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { size: 6, fill: () => palette.ink } },
        scales: {
          x: { time: false },
          y: {
            range: (_plot, min, max) => {
              const reach = Math.max(Math.abs(min || 0), Math.abs(max || 0), 1e-9) * 1.1
              return signed ? [-reach, reach] : [0, reach]
            },
          },
        },
        series: [
          {},
          {
            stroke: palette.band,
            fill: `color-mix(in srgb, ${palette.band} 45%, transparent)`,
            width: 1,
            points: { show: false },
          },
          { stroke: palette.ink, width: 1.3, points: { show: false } },
        ],
        axes: [
          {
            ...{ font: CHART_FONT, stroke: palette.third, grid: { show: false }, ticks: { show: false } },
            ...{ size: 26, gap: 6 },
            values: (_plot, splits) => splits.map((at) => `${formatNumber(at)} ${xUnit}`),
          },
          {
            ...{ font: CHART_FONT, stroke: palette.third, grid: { stroke: palette.line, width: 1 } },
            ...{ ticks: { show: false }, size: 52, gap: 6, space: 34 },
            values: (_plot, splits) => axisNumbers(splits),
          },
        ],
        hooks: {
          drawClear: [(drawn) => drawMarks(drawn, palette, marks)],
          setCursor: [
            ({ cursor }) => {
              const index = cursor.idx
              if (!row.current) return
              const other = others && typeof index === 'number' ? `, ${otherText} ${formatNumber(others[index])}` : ''
              row.current.textContent =
                typeof index === 'number'
                  ? `${formatNumber(places[index], digits)} ${xUnit}: ${formatNumber(values[index])}${other}`
                  : ''
            },
          ],
        },
      },
      [places, others ? places.map((_, at) => others[at] ?? null) : places.map(() => null), [...values]],
      element,
    )
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [values, others, otherText, step, xUnit, marks, signed, height, scheme])

  const named = marks.map(({ at, text }) => `${text} ${formatNumber(at)} ${xUnit}`).join(', ')
  return (
    <div className={classes.plot}>
      <div className={classes.plotHead}>
        <h2>{title}</h2>
        {unit && <span className="small muted">{unit}</span>}
        {compared && (
          <span className={`small muted ${classes.plotNote}`}>
            <i className={classes.keyUsual} /> {compared.text}
          </span>
        )}
        <span className={classes.cursor} ref={row} />
      </div>
      <div
        ref={host}
        className={classes.host}
        style={{ height }}
        role="img"
        aria-label={named === '' ? title : `${title}: ${named}`}
      />
    </div>
  )
}

/** Dashed lines with their names above the plot; a name that would lie over another one is left to the other. */
function drawMarks({ ctx, bbox, valToPos }: uPlot, palette: ChartPalette, marks: readonly LineMark[]): void {
  const dpr = devicePixelRatio
  ctx.save()
  ctx.font = `600 ${10.5 * dpr}px 'Inter Variable', system-ui, sans-serif`
  ctx.textAlign = 'center'
  let freeFrom = Number.NEGATIVE_INFINITY
  for (const { at, text } of marks.toSorted((a, b) => a.at - b.at)) {
    const x = valToPos(at, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = palette.third
    ctx.lineWidth = dpr
    ctx.setLineDash([4 * dpr, 3 * dpr])
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    const half = ctx.measureText(text).width / 2
    if (x - half < freeFrom) continue
    ctx.fillStyle = palette.ink
    ctx.fillText(text, x, bbox.top - 8 * dpr)
    freeFrom = x + half + 6 * dpr
  }
  ctx.restore()
}
