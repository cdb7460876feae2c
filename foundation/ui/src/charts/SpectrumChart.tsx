import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { formatNumber } from '../format.ts'
import { texts } from '../texts.ts'
import classes from './charts.module.css'
import { CHART_FONT, type ChartPalette, chartPalette } from './palette.ts'
import { axisNumbers } from './TrendPlot.ts'

interface SpectrumChartProps {
  readonly title: string
  readonly unit: string | null
  /** Distance of two amplitudes; the first is at 0 Hz. */
  readonly resolutionHz: number
  readonly now: readonly number[]
  readonly usual: readonly number[]
  /** The band that matters, with its name. */
  readonly band: { readonly lowHz: number; readonly highHz: number; readonly title: string }
  readonly height?: number
}

/** Amplitude over frequency: now as a line against the usual as a grey field, with the telling band marked. */
export function SpectrumChart({ title, unit, resolutionHz, now, usual, band, height = 180 }: SpectrumChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const row = useRef<HTMLSpanElement>(null)
  const scheme = useComputedColorScheme('light')
  const { lowHz, highHz, title: bandTitle } = band

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what the tokens say
  useEffect(() => {
    const element = host.current
    if (!element) return
    const palette = chartPalette(element)
    const length = Math.max(now.length, usual.length)
    const frequencies = Array.from({ length }, (_, index) => index * resolutionHz)
    const plot = new uPlot(
      {
        width: Math.max(120, element.clientWidth),
        height,
        padding: [10, 16, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { size: 6, fill: () => palette.ink } },
        scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, (max || 1) * 1.15] } },
        series: [
          {},
          {
            label: 'usual',
            stroke: palette.band,
            fill: `color-mix(in srgb, ${palette.band} 45%, transparent)`,
            width: 1,
            points: { show: false },
          },
          { label: 'now', stroke: palette.ink, width: 1.5, points: { show: false } },
        ],
        axes: [
          {
            font: CHART_FONT,
            stroke: palette.third,
            grid: { show: false },
            ticks: { show: false },
            size: 26,
            gap: 6,
            values: (_plot, splits) => splits.map((hertz) => `${formatNumber(hertz, 0)} Hz`),
          },
          {
            font: CHART_FONT,
            stroke: palette.third,
            grid: { stroke: palette.line, width: 1 },
            ticks: { show: false },
            size: 52,
            gap: 6,
            space: 34,
            values: (_plot, splits) => axisNumbers(splits),
          },
        ],
        hooks: {
          drawClear: [(plot) => drawSpectrumBand(plot, palette, { lowHz, highHz, title: bandTitle })],
          setCursor: [
            ({ cursor }) => {
              if (!row.current) return
              const index = cursor.idx
              row.current.textContent =
                index === null || index === undefined
                  ? ''
                  : `${formatNumber(frequencies[index], 0)} Hz  ${texts.chart.now} ${formatNumber(now[index])}, ${texts.chart.usual} ${formatNumber(usual[index])}`
            },
          ],
        },
      },
      [frequencies, padTo(usual, length), padTo(now, length)],
      element,
    )
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [now, usual, resolutionHz, lowHz, highHz, bandTitle, height, scheme])

  return (
    <div className={classes.plot}>
      <div className={classes.plotHead}>
        <h2>{title}</h2>
        {unit && <span className="small muted">{unit}</span>}
        <span className={`small muted ${classes.plotNote}`}>
          <i className={classes.keyNow} /> {texts.chart.now} <i className={classes.keyUsual} /> {texts.chart.usual}
        </span>
        <span className={classes.cursor} ref={row} />
      </div>
      <div ref={host} className={classes.host} style={{ height }} role="img" aria-label={`${title}: ${bandTitle}`} />
    </div>
  )
}

/** A band wider than this part of the plot is the whole spectrum: filling it would only hide the lines. */
const WHOLE_PART = 0.6

function drawSpectrumBand(
  { ctx, bbox, valToPos }: uPlot,
  palette: ChartPalette,
  band: SpectrumChartProps['band'],
): void {
  const dpr = devicePixelRatio
  const left = Math.max(bbox.left, valToPos(band.lowHz, 'x', true))
  const right = Math.min(bbox.left + bbox.width, valToPos(band.highHz, 'x', true))
  // A band of one line would be too narrow to be seen.
  const width = Math.max(6 * dpr, right - left)
  const isWhole = width > bbox.width * WHOLE_PART
  ctx.save()
  if (!isWhole) {
    ctx.fillStyle = palette.prioritySoft[2]
    ctx.fillRect(left, bbox.top, width, bbox.height)
  }
  ctx.fillStyle = palette.priority[2]
  ctx.font = `600 ${11 * dpr}px 'Inter Variable', system-ui, sans-serif`
  const onRight = !isWhole && left + width + ctx.measureText(band.title).width + 10 * dpr < bbox.left + bbox.width
  ctx.textAlign = onRight ? 'left' : 'right'
  const x = isWhole ? bbox.left + bbox.width - 5 * dpr : onRight ? left + width + 5 * dpr : left - 5 * dpr
  ctx.fillText(band.title, x, bbox.top + 14 * dpr)
  ctx.restore()
}

function padTo(values: readonly number[], length: number): (number | null)[] {
  return Array.from({ length }, (_, index) => values[index] ?? null)
}
