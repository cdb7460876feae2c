import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { formatDay, formatNumber, formatWhen } from '../format.ts'
import classes from './charts.module.css'
import { CHART_FONT, chartPalette } from './palette.ts'
import { axisNumbers } from './TrendPlot.ts'

interface StepChartProps {
  readonly title: string
  /** Under the title: what the figures are in. */
  readonly note: string
  /** What it shows, for those who do not see it. */
  readonly label: string
  readonly timeZone: string
  /** In their order: from then on, it is so much. The last one is the end of the axis. */
  readonly steps: readonly { readonly atMs: number; readonly level: number }[]
  /** A quiet line to stay above, with its name. */
  readonly floor?: { readonly level: number; readonly text: string } | undefined
  readonly height?: number
}

/** A level that changes in steps, such as a stock; what is below zero is filled as something missing. */
export function StepChart({ title, note, label, timeZone, steps, floor, height = 220 }: StepChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const row = useRef<HTMLSpanElement>(null)
  const scheme = useComputedColorScheme('light')
  const floorLevel = floor?.level
  const floorText = floor?.text ?? ''

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what the tokens say
  useEffect(() => {
    const element = host.current
    if (!element || steps.length === 0) return
    const palette = chartPalette(element)
    const stepped = uPlot.paths.stepped?.({ align: 1 })
    const levels = steps.map(({ level }) => level)
    const quiet = { font: CHART_FONT, stroke: palette.third, ticks: { show: false }, gap: 6 }
    const plot = new uPlot(
      {
        ...{ width: Math.max(120, element.clientWidth), height, padding: [14, 16, 0, 0], ms: 1 },
        tzDate: (atMs) => uPlot.tzDate(new Date(atMs), timeZone),
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, points: { size: 6, fill: () => palette.ink } },
        scales: {
          x: { time: true },
          y: { range: (_plot, min, max) => rangeOf(Math.min(min, floorLevel ?? 0), Math.max(max, floorLevel ?? 0)) },
        },
        series: [
          {},
          {
            ...{ stroke: 'transparent', fill: palette.prioritySoft[1], points: { show: false } },
            ...(stepped && { paths: stepped }),
          },
          { stroke: palette.ink, width: 1.5, points: { show: false }, ...(stepped && { paths: stepped }) },
        ],
        axes: [
          {
            ...quiet,
            ...{ grid: { show: false }, size: 26, space: 80 },
            values: (_plot, splits) => splits.map((atMs) => formatDay(atMs, timeZone).replace(/^\S+ /, '')),
          },
          {
            ...quiet,
            ...{ grid: { stroke: palette.line, width: 1 }, size: 64, space: 34 },
            values: (_plot, splits) => axisNumbers(splits),
          },
        ],
        hooks: {
          draw: [
            (drawn) => {
              line(drawn, 0, palette.priority[1], [])
              if (floorLevel !== undefined && floorLevel > 0) {
                line(drawn, floorLevel, palette.third, [5, 4])
                word(drawn, floorLevel, floorText, palette.second)
              }
            },
          ],
          setCursor: [
            ({ cursor }) => {
              if (!row.current) return
              const step = typeof cursor.idx === 'number' ? steps[cursor.idx] : undefined
              row.current.textContent = step
                ? `${formatWhen(step.atMs, timeZone, Number.NaN)}: ${formatNumber(step.level)}`
                : ''
            },
          ],
        },
      },
      [steps.map(({ atMs }) => atMs), levels.map((level) => Math.min(0, level)), levels],
      element,
    )
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [steps, floorLevel, floorText, timeZone, height, scheme])

  return (
    <div className={classes.plot}>
      <div className={classes.plotHead}>
        <h2>{title}</h2>
        <span className="small muted">{note}</span>
        <span className={classes.cursor} ref={row} />
      </div>
      <div ref={host} className={classes.host} style={{ height }} role="img" aria-label={label} />
    </div>
  )
}

/** Room above and below what is shown, and always zero. */
function rangeOf(min: number, max: number): [number, number] {
  const [low, high] = [Math.min(0, min), Math.max(0, max)]
  const room = Math.max((high - low) * 0.08, 1e-3)
  return [low < 0 ? low - room : 0, high + room]
}

function line({ ctx, bbox, valToPos }: uPlot, level: number, colour: string, dash: number[]): void {
  const y = Math.round(valToPos(level, 'y', true))
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio))
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.restore()
}

function word({ ctx, bbox, valToPos }: uPlot, level: number, text: string, colour: string): void {
  ctx.save()
  ctx.font = CHART_FONT.replace(/^\d+/, (size) => String(Number(size) * devicePixelRatio))
  ctx.fillStyle = colour
  ctx.textAlign = 'right'
  ctx.fillText(text, bbox.left + bbox.width, valToPos(level, 'y', true) - 6 * devicePixelRatio)
  ctx.restore()
}
