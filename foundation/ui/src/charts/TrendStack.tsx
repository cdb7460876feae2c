import 'uplot/dist/uPlot.min.css'
import { ActionIcon, Button, Menu, SegmentedControl, useComputedColorScheme } from '@mantine/core'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef } from 'react'
import { formatNumber, formatTime, formatWhen, zoneNote } from '../format.ts'
import { MoreIcon, PauseIcon, PlayIcon } from '../icons.tsx'
import { texts } from '../texts.ts'
import classes from './charts.module.css'
import { savePicture, saveText } from './save.ts'
import { TrendPlot, type TrendPoint } from './TrendPlot.ts'
import { panned, type TimeRange, type TrendSeries, trendCsv, zoomed } from './trend-data.ts'
import type { NormalBand, TrendMark } from './trend-drawing.ts'

export interface TrendPanel {
  readonly id: string
  readonly title: string
  readonly unit: string | null
  /** Quiet words beside the title: what exactly is measured. */
  readonly note?: string
  readonly series: TrendSeries
  /** Another time of the same signal, its times moved to those of the range, and what it is. */
  readonly compared?: { readonly series: TrendSeries; readonly text: string } | undefined
  readonly band?: NormalBand | undefined
  /** What the normal band says about itself. */
  readonly bandText?: string
  /** Pixels; the first of a stack is usually the tallest. */
  readonly height?: number
}

export interface RangePreset {
  readonly value: string
  readonly label: string
}

interface TrendStackProps {
  /** What the stack shows, for its files and for those who do not see it. */
  readonly name: string
  readonly panels: readonly TrendPanel[]
  readonly marks: readonly TrendMark[]
  readonly range: TimeRange
  readonly nowMs: number
  readonly timeZone: string
  /** Whether the range moves on with the clock. */
  readonly live: boolean
  readonly onLive: (live: boolean) => void
  readonly onRange: (range: TimeRange) => void
  /** Back to the whole range of the preset. */
  readonly onReset: () => void
  /** Whether a part of the whole range is shown, so that there is something to go back to. */
  readonly isZoomed: boolean
  readonly presets?: readonly RangePreset[]
  readonly preset?: string | undefined
  readonly onPreset?: (value: string) => void
  /** Further buttons, before the menu. */
  readonly actions?: ReactNode
}

/** Part of the width that one arrow key or one step of the wheel moves. */
const PAN_PART = 0.1
const ZOOM_FACTOR = 0.8

/** Signals under each other on one time axis: drag to zoom, double click for the whole range, live or paused. */
export function TrendStack(props: TrendStackProps) {
  const { panels, range, nowMs, timeZone, live, presets, preset } = props
  const syncKey = useId()
  const plots = useRef(new Map<string, TrendPlot>())
  const note = zoneNote(nowMs, timeZone)
  const onKeyDown = useChartKeys(props)
  const frame = useWheel(props, plots)

  const csv = () =>
    saveText(
      `${props.name}.csv`,
      trendCsv(
        panels.flatMap(({ title, unit, series, compared }) => {
          const head = unit ? `${title} (${unit})` : title
          return [
            { title: head, series },
            ...(compared ? [{ title: `${head} ${compared.text}`, series: compared.series }] : []),
          ]
        }),
        texts.chart,
      ),
    )
  const png = () =>
    savePicture(
      `${props.name}.png`,
      panels.flatMap((panel) => {
        const plot = plots.current.get(panel.id)
        return plot ? [{ title: panel.unit ? `${panel.title}, ${panel.unit}` : panel.title, canvas: plot.canvas }] : []
      }),
    )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form fields, this groups plots
    <div className={classes.stack} role="group" aria-label={props.name} ref={frame}>
      <div className={classes.tools}>
        {presets && (
          <SegmentedControl
            size="xs"
            aria-label={texts.chart.time}
            data={[...presets]}
            value={preset ?? ''}
            onChange={(value) => props.onPreset?.(value)}
          />
        )}
        {note && <span className="small muted">{note}</span>}
        <span className={classes.toolsEnd}>
          {props.isZoomed && (
            <Button size="xs" variant="subtle" onClick={props.onReset}>
              {texts.chart.reset}
            </Button>
          )}
          <Button
            size="xs"
            leftSection={live ? <PauseIcon size={13} /> : <PlayIcon size={13} />}
            onClick={() => props.onLive(!live)}
          >
            {live ? texts.chart.pause : texts.chart.live}
          </Button>
          {props.actions}
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={texts.chart.menu}>
                <MoreIcon />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={csv}>{texts.chart.csv}</Menu.Item>
              <Menu.Item onClick={png}>{texts.chart.png}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </span>
      </div>
      <div
        className={classes.plots}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the plots are moved with the keys named in the label
        tabIndex={0}
        role="application"
        aria-label={`${props.name}. ${texts.chart.keys}`}
        onKeyDown={onKeyDown}
      >
        {panels.map((panel, index) => (
          <Plot
            key={panel.id}
            panel={panel}
            hasWords={index === 0}
            stack={props}
            range={range}
            syncKey={syncKey}
            plots={plots.current}
          />
        ))}
      </div>
    </div>
  )
}

interface PlotProps {
  readonly panel: TrendPanel
  readonly hasWords: boolean
  readonly stack: TrendStackProps
  readonly range: TimeRange
  readonly syncKey: string
  readonly plots: Map<string, TrendPlot>
}

function Plot({ panel, hasWords, stack, range, syncKey, plots }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const row = useRef<HTMLSpanElement>(null)
  const plot = useRef<TrendPlot>(undefined)
  const latest = useRef(stack)
  const scheme = useComputedColorScheme('light')
  const height = panel.height ?? 150
  const { marks, nowMs, timeZone } = stack
  const comparedText = panel.compared?.text ?? ''
  const state = useMemo(
    () => ({ series: panel.series, compared: panel.compared?.series, range, nowMs, band: panel.band, marks }),
    [panel.series, panel.compared, panel.band, range, nowMs, marks],
  )
  const first = useRef(state)

  useEffect(() => {
    latest.current = stack
  })

  useEffect(() => {
    const element = host.current
    if (!element) return
    const made = new TrendPlot(
      {
        host: element,
        height,
        timeZone,
        syncKey,
        bandText: panel.bandText ?? texts.chart.normal,
        hasWords,
        onSelect: (selected) => latest.current.onRange(selected),
        onReset: () => latest.current.onReset(),
        // Written past React: a cursor moves sixty times a second.
        onCursor: (point) => {
          if (row.current) {
            const words = { unit: panel.unit, compared: comparedText, timeZone }
            row.current.textContent = point ? cursorText(point, words, latest.current.nowMs) : ''
          }
        },
      },
      first.current,
    )
    plot.current = made
    plots.set(panel.id, made)
    const observer = new ResizeObserver(() => made.resize(element.clientWidth))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
      plots.delete(panel.id)
    }
  }, [height, timeZone, syncKey, panel.id, panel.unit, panel.bandText, comparedText, hasWords, plots])

  useEffect(() => {
    first.current = state
    plot.current?.update(state)
  }, [state])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what the tokens say
  useEffect(() => plot.current?.recolour(), [scheme])

  return (
    <div className={classes.plot}>
      <div className={classes.plotHead}>
        <h2>{panel.title}</h2>
        {panel.unit && <span className="small muted">{panel.unit}</span>}
        {panel.compared && <span className={`small ${classes.compared}`}>{comparedText}</span>}
        {panel.note && <span className={`small muted ${classes.plotNote}`}>{panel.note}</span>}
        <span className={classes.cursor} ref={row} />
      </div>
      <div ref={host} className={classes.host} style={{ height }} />
    </div>
  )
}

function cursorText(
  { atMs, mean, min, max, compared }: TrendPoint,
  words: { unit: string | null; compared: string; timeZone: string },
  nowMs: number,
): string {
  const { unit, timeZone } = words
  const when = `${formatWhen(atMs, timeZone, nowMs)}${formatTime(atMs, timeZone, true).slice(5)}`
  const value = `${formatNumber(mean)}${unit ? ` ${unit}` : ''}`
  const spread = min < max ? ` (${formatNumber(min)} to ${formatNumber(max)})` : ''
  return `${when}  ${value}${spread}${compared === undefined ? '' : `, ${words.compared} ${formatNumber(compared)}`}`
}

function useChartKeys({ range, nowMs, live, onRange, onReset, onLive }: TrendStackProps) {
  return (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const middle = (range.fromMs + range.toMs) / 2
    const moves: Record<string, () => void> = {
      ArrowLeft: () => onRange(panned(range, -PAN_PART, nowMs)),
      ArrowRight: () => onRange(panned(range, PAN_PART, nowMs)),
      '+': () => onRange(zoomed(range, ZOOM_FACTOR, middle)),
      '-': () => onRange(zoomed(range, 1 / ZOOM_FACTOR, middle)),
      '0': onReset,
      ' ': () => onLive(!live),
    }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    move()
  }
}

/** Ctrl and wheel zoom around the pointer, Shift and wheel (or a sideways wheel) pan; a plain wheel scrolls the page. */
function useWheel(props: TrendStackProps, plots: { readonly current: Map<string, TrendPlot> }) {
  const frame = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
      const [plot] = plots.current.values()
      if (!plot || (!event.ctrlKey && !sideways)) return
      event.preventDefault()
      const { range, nowMs, onRange } = latest.current
      const delta = Math.sign(event.deltaX || event.deltaY)
      if (event.ctrlKey) onRange(zoomed(range, delta > 0 ? 1 / ZOOM_FACTOR : ZOOM_FACTOR, plot.momentAt(event.clientX)))
      else onRange(panned(range, delta * PAN_PART, nowMs))
    }
    // React listens passively, and a passive listener cannot keep the page from scrolling.
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [plots])
  return frame
}
