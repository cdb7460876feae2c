import uPlot from 'uplot'
import { formatDay, formatNumber, formatTime } from '../format.ts'
import { CHART_FONT, type ChartPalette, chartPalette } from './palette.ts'
import { nearest, type PlotColumns, plotColumns, type TimeRange, type TrendSeries, valueRange } from './trend-data.ts'
import { drawBehind, drawMarks, type NormalBand, type TrendMark } from './trend-drawing.ts'

/** What is under the cursor. */
export interface TrendPoint {
  readonly atMs: number
  readonly mean: number
  readonly min: number
  readonly max: number
  /** Of the series it is compared with. */
  readonly compared: number | undefined
}

/** What one plot shows now. */
export interface TrendPlotState {
  readonly series: TrendSeries
  /** Drawn as a quiet line: another time, moved here. */
  readonly compared: TrendSeries | undefined
  readonly range: TimeRange
  readonly nowMs: number
  readonly band: NormalBand | undefined
  readonly marks: readonly TrendMark[]
}

interface TrendPlotOptions {
  readonly host: HTMLElement
  readonly height: number
  readonly timeZone: string
  /** Plots of the same stack move their cursors together. */
  readonly syncKey: string
  readonly bandText: string
  /** Whether the marks say what they are: once in a stack is enough. */
  readonly hasWords: boolean
  readonly onSelect: (range: TimeRange) => void
  readonly onReset: () => void
  /** The point under the cursor; undefined when the pointer is elsewhere. */
  readonly onCursor: (point: TrendPoint | undefined) => void
}

/** Pixels of a drag below which it was a click. */
const SELECT_MIN_PX = 6
const AXIS_WIDTH = 52
const DAY_MS = 86_400_000

/** One uPlot: mean line, envelope from min to max, normal band, gaps, marks. Has a life: {@link destroy} ends it. */
export class TrendPlot {
  readonly #options: TrendPlotOptions
  readonly #plot: uPlot
  #palette: ChartPalette
  #state: TrendPlotState
  #columns: PlotColumns
  #compared: PlotColumns | undefined
  #measured: TrendSeries | undefined

  constructor(options: TrendPlotOptions, state: TrendPlotState) {
    this.#options = options
    this.#state = state
    this.#palette = chartPalette(options.host)
    this.#columns = plotColumns(state.series, state.range, state.nowMs)
    this.#compared = comparedColumns(state)
    this.#measured = state.series
    this.#plot = new uPlot(this.#uplotOptions(), this.#data(), options.host)
  }

  /** Shows another state. Cheap when only the range moved on. */
  update(state: TrendPlotState): void {
    this.#state = state
    this.#measured = state.series
    this.#columns = plotColumns(state.series, state.range, state.nowMs)
    this.#compared = comparedColumns(state)
    this.#plot.batch(() => {
      this.#plot.setData(this.#data(), false)
      this.#plot.setScale('x', { min: state.range.fromMs, max: state.range.toMs })
      const [min, max] = this.#yRange()
      this.#plot.setScale('y', { min, max })
    })
  }

  /** Takes the colours of the present scheme. */
  recolour(): void {
    this.#palette = chartPalette(this.#options.host)
    this.#plot.redraw(true, true)
  }

  resize(width: number): void {
    this.#plot.setSize({ width, height: this.#options.height })
  }

  /** The moment at a distance from the left edge of the plotting area, in CSS pixels. */
  momentAt(clientX: number): number {
    return this.#plot.posToVal(clientX - this.#plot.over.getBoundingClientRect().left, 'x')
  }

  get canvas(): HTMLCanvasElement {
    return this.#plot.ctx.canvas
  }

  destroy(): void {
    this.#plot.destroy()
  }

  #data(): uPlot.AlignedData {
    const { timesMs, mean, min, max } = this.#columns
    const { timesMs: otherTimesMs = [], mean: other = [] } = this.#compared ?? {}
    return uPlot.join([
      [timesMs, max, min, mean],
      [otherTimesMs, other],
    ])
  }

  #yRange(): [number, number] {
    const { band } = this.#state
    const other = this.#compared?.mean ?? []
    return valueRange(
      [...this.#columns.min, ...other, band?.low ?? null],
      [...this.#columns.max, ...other, band?.high ?? null],
    )
  }

  #uplotOptions(): uPlot.Options {
    const { height, host, timeZone, syncKey, onReset } = this.#options
    const hidden = { stroke: () => 'transparent', width: 0, points: { show: false } }
    return {
      width: Math.max(120, host.clientWidth),
      height,
      ms: 1,
      tzDate: (atMs) => uPlot.tzDate(new Date(atMs), timeZone),
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: syncKey, setSeries: false },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6, fill: () => this.#palette.ink },
        bind: {
          dblclick: () => () => {
            onReset()
            return null
          },
        },
      },
      scales: {
        x: { time: true, range: () => [this.#state.range.fromMs, this.#state.range.toMs] },
        y: { range: () => this.#yRange() },
      },
      series: [
        {},
        { ...hidden, label: 'max' },
        { ...hidden, label: 'min' },
        { label: 'mean', stroke: () => this.#palette.ink, width: 1.5, points: { show: false } },
        { label: 'compared', stroke: () => this.#palette.accent, width: 1, dash: [5, 4], points: { show: false } },
      ],
      bands: [{ series: [1, 2], fill: () => this.#envelopeFill() }],
      axes: [
        {
          font: CHART_FONT,
          stroke: () => this.#palette.third,
          grid: { show: false },
          ticks: { show: false },
          size: 26,
          gap: 6,
          space: 70,
          values: (_plot, splits) => splits.map((atMs) => this.#timeLabel(atMs)),
        },
        {
          font: CHART_FONT,
          stroke: () => this.#palette.third,
          grid: { stroke: () => this.#palette.line, width: 1 },
          ticks: { show: false },
          size: AXIS_WIDTH,
          gap: 6,
          space: 34,
          values: (_plot, splits) => axisNumbers(splits),
        },
      ],
      hooks: {
        drawClear: [
          (plot) =>
            drawBehind(
              plot,
              this.#palette,
              this.#state.band,
              this.#columns.gaps,
              this.#state.marks,
              this.#options.bandText,
            ),
        ],
        draw: [(plot) => drawMarks(plot, this.#palette, this.#state.marks, this.#options.hasWords)],
        setSelect: [(plot) => this.#selected(plot)],
        setCursor: [(plot) => this.#cursorMoved(plot)],
      },
    }
  }

  #envelopeFill(): string {
    return `color-mix(in srgb, ${this.#palette.second} 20%, transparent)`
  }

  #timeLabel(atMs: number): string {
    const { fromMs, toMs } = this.#state.range
    const { timeZone } = this.#options
    if (toMs - fromMs > 2 * DAY_MS) return formatDay(atMs, timeZone).replace(/^\S+ /, '')
    return formatTime(atMs, timeZone, toMs - fromMs < 5 * 60_000)
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select
    if (width < SELECT_MIN_PX) return
    const range = { fromMs: Math.round(plot.posToVal(left, 'x')), toMs: Math.round(plot.posToVal(left + width, 'x')) }
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    // The other plots of the stack are told by the range they share.
    if (plot.cursor.event) this.#options.onSelect(range)
  }

  #cursorMoved(plot: uPlot): void {
    const { idx } = plot.cursor
    const atMs = idx === null || idx === undefined ? undefined : plot.data[0][idx]
    const index = atMs === undefined ? undefined : nearest(this.#columns.timesMs, atMs)
    const mean = index === undefined ? null : (this.#columns.mean[index] ?? null)
    const isNear =
      index !== undefined && Math.abs((this.#columns.timesMs[index] ?? 0) - (atMs ?? 0)) <= this.#state.series.gapMs
    if (atMs === undefined || index === undefined || mean === null || !isNear) {
      this.#options.onCursor(undefined)
      return
    }
    const min = this.#columns.min[index] ?? mean
    const max = this.#columns.max[index] ?? mean
    const other = this.#compared?.mean[nearest(this.#compared.timesMs, atMs) ?? -1] ?? undefined
    this.#options.onCursor({ atMs: this.#columns.timesMs[index] ?? atMs, mean, min, max, compared: other })
  }

  /** The series as it came, for saving. */
  get series(): TrendSeries | undefined {
    return this.#measured
  }
}

/** Another time is known to its end. */
function comparedColumns({ compared, range }: TrendPlotState): PlotColumns | undefined {
  return compared && plotColumns(compared, range, range.toMs)
}

const DIGITS_MAX = 6

/** Numbers of an axis with as many decimals as their distance asks for. */
export function axisNumbers(splits: readonly number[]): string[] {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0))
  let digits = 0
  // 0.25 needs two decimals, though it is more than a tenth.
  while (digits < DIGITS_MAX && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits += 1
  return splits.map((value) => formatNumber(value, digits))
}
