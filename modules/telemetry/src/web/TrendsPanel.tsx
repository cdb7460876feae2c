import { Button } from '@mantine/core'
import { useMay } from '@millrace/identity/web'
import type { SiteDetail } from '@millrace/plant/contract'
import { type MachineSearch, shiftWindow, usePlace } from '@millrace/plant/web'
import {
  type AppContext,
  BlockSkeleton,
  Card,
  formatDuration,
  type MachineMark,
  ProblemAlert,
  useNowMs,
} from '@millrace/ui'
import { type TimeRange, type TrendPanel, type TrendSeries, TrendStack } from '@millrace/ui/charts'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import type { Envelope, Signal } from '../contract.ts'
import { chosenSignals } from './chosen.ts'
import { dataTexts } from './data-texts.ts'
import { ExportDialog } from './ExportDialog.tsx'
import { signalFor } from './machine.ts'
import { statesQuery } from './queries.ts'
import { gapOf } from './samples.ts'
import { slowTexts } from './slow-texts.ts'
import { texts } from './texts.ts'
import { useSignals } from './use-signals.ts'
import { DEFAULT_WIDTH, TREND_WIDTHS_MS, useTrend, useWeekBefore } from './use-trend.ts'

const FIRST_HEIGHT = 210
const NEXT_HEIGHT = 140
/** A preset that is no width: from the start of the present shift to its end. */
const SHIFT = 'shift'
const NO_SIGNALS: readonly Signal[] = []

/** The trends of a machine: its chosen signals on one time axis, live or of any time in the history. */
export function TrendsPanel({ subjectId }: { subjectId: string }) {
  const { item, detail } = usePlace(subjectId)
  const { signals, loading } = useSignals(useMemo(() => ({ workUnitId: subjectId }), [subjectId]))
  const search = useSearch({ strict: false }) as MachineSearch
  const chosen = chosenSignals(signals, search.signals)
  const time = useTrendTime(search, detail)
  const trend = useTrend(subjectId, chosen, time.range, time.live)
  const marks = useMarks(subjectId, signals, time.range)
  const isCompared = search.compare === 'week'
  const before = useWeekBefore(isCompared ? chosen : NO_SIGNALS, time.range, detail.timeZone)
  const panels = useTrendPanels(chosen, trend.envelopes, before)
  const mayExport = useMay('telemetry:sample:export')
  const maySeeSlow = useMay('telemetry:retention:read')
  // Held still when the dialog opens: the trends go on.
  const [exported, setExported] = useState<TimeRange | undefined>(undefined)
  if (loading || (trend.loading && trend.envelopes.size === 0)) {
    return (
      <Card>
        <BlockSkeleton height={FIRST_HEIGHT + 2 * NEXT_HEIGHT + 90} />
      </Card>
    )
  }
  if (chosen.length === 0) {
    return (
      <Card title={texts.trends.title}>
        <p className="second">{texts.trends.none}</p>
      </Card>
    )
  }
  return (
    <Card>
      <ProblemAlert error={trend.error} />
      <TrendStack
        name={`${item.name} ${texts.trends.title.toLowerCase()}`}
        panels={panels}
        marks={marks}
        range={time.range}
        nowMs={time.nowMs}
        timeZone={detail.timeZone}
        live={time.live}
        onLive={time.setLive}
        onRange={time.setRange}
        onReset={() => time.setPreset(DEFAULT_WIDTH)}
        isZoomed={time.preset === undefined}
        presets={presetsOf(detail)}
        preset={time.preset}
        onPreset={time.setPreset}
        actions={
          <>
            <Button
              size="xs"
              aria-pressed={isCompared}
              variant={isCompared ? 'light' : 'default'}
              onClick={() => time.setCompared(!isCompared)}
            >
              {texts.trends.compare}
            </Button>
            {maySeeSlow && trend.isSlow && (
              <Link className="small" to="/telemetry/storage" hash="slow">
                {slowTexts.why}
              </Link>
            )}
            {mayExport && (
              <Button size="xs" onClick={() => setExported(time.range)}>
                {dataTexts.exports.open}
              </Button>
            )}
          </>
        }
      />
      {exported && (
        <ExportDialog
          signals={signals}
          chosen={chosen}
          range={exported}
          timeZone={detail.timeZone}
          onClose={() => setExported(undefined)}
        />
      )}
    </Card>
  )
}

/** The shift only where there are shifts. */
function presetsOf({ shifts }: SiteDetail) {
  const values = [...TREND_WIDTHS_MS.keys()]
  if (shifts.length > 0) values.splice(values.indexOf('day'), 0, SHIFT)
  const labels: Readonly<Record<string, string>> = texts.trends.presets
  return values.map((value) => ({ value, label: labels[value] ?? value }))
}

/** Which time is shown: a preset that follows the clock, the same held still, or a stretch of the past in the address. */
function useTrendTime(search: MachineSearch, site: SiteDetail) {
  const navigate = useNavigate()
  const nowMs = useNowMs()
  const [heldAtMs, setHeldAtMs] = useState<number | undefined>(undefined)
  const { from, to } = search
  const fixed = from !== undefined && to !== undefined
  const preset = fixed ? undefined : knownPreset(search.range, site)
  const widthMs = TREND_WIDTHS_MS.get(preset ?? DEFAULT_WIDTH) ?? 0
  const endMs = heldAtMs ?? nowMs
  const shift = preset === SHIFT ? shiftWindow(site, endMs) : undefined
  const fromMs = from ?? shift?.fromMs ?? endMs - widthMs
  const toMs = to ?? shift?.toMs ?? endMs
  const range: TimeRange = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs])
  const go = (next: Pick<MachineSearch, 'range' | 'from' | 'to'>) =>
    void navigate({
      to: '.',
      search: ({ signals, compare }: MachineSearch) => ({
        ...(signals !== undefined && { signals }),
        ...(compare !== undefined && { compare }),
        ...next,
      }),
      replace: true,
    })
  const setPreset = (value: string) => {
    setHeldAtMs(undefined)
    go(value === DEFAULT_WIDTH ? {} : { range: value })
  }
  return {
    range,
    nowMs,
    preset,
    live: !fixed && heldAtMs === undefined,
    setPreset,
    setRange: (next: TimeRange) => go({ from: next.fromMs, to: next.toMs }),
    setLive: (live: boolean) => {
      setHeldAtMs(live ? undefined : nowMs)
      if (live && fixed) go({})
    },
    setCompared: (isCompared: boolean) =>
      void navigate({
        to: '.',
        search: ({ compare: _before, ...others }: MachineSearch) => ({
          ...others,
          ...(isCompared && { compare: 'week' as const }),
        }),
        replace: true,
      }),
  }
}

function knownPreset(value: string | undefined, { shifts }: SiteDetail): string {
  const known = value !== undefined && (TREND_WIDTHS_MS.has(value) || (value === SHIFT && shifts.length > 0))
  return known ? value : DEFAULT_WIDTH
}

function useTrendPanels(
  chosen: readonly Signal[],
  envelopes: ReadonlyMap<number, Envelope>,
  before: ReadonlyMap<number, Envelope>,
): TrendPanel[] {
  // A panel keeps its identity while its data are the same, so that only what moved is drawn.
  const made = useRef(new Map<number, { data: readonly unknown[]; panel: TrendPanel }>())
  return chosen.map((signal, index) => {
    const height = index === 0 ? FIRST_HEIGHT : NEXT_HEIGHT
    const envelope = envelopes.get(signal.series)
    const compared = before.get(signal.series)
    const data = [envelope, compared, height]
    const known = made.current.get(signal.series)
    if (known?.data.every((one, at) => one === data[at])) return known.panel
    const panel: TrendPanel = {
      ...trendPanel(signal, envelope, height),
      ...(compared && { compared: { series: seriesOf(compared), text: texts.trends.weekBefore } }),
    }
    made.current.set(signal.series, { data, panel })
    return panel
  })
}

function seriesOf(envelope: Envelope | undefined): TrendSeries {
  const { timesMs = [], mean = [], min = [], max = [], bucketMs = 0 } = envelope ?? {}
  return { timesMs, mean, min, max, gapMs: gapOf({ timesMs, bucketMs }) }
}

function trendPanel(signal: Signal, envelope: Envelope | undefined, height: number): TrendPanel {
  const bucketMs = envelope?.bucketMs ?? 0
  return {
    id: String(signal.series),
    title: signal.title,
    unit: signal.unit,
    ...(bucketMs > 0 && { note: texts.trends.envelopeNote(formatDuration(bucketMs)) }),
    series: seriesOf(envelope),
    band:
      signal.normalLow === null && signal.normalHigh === null
        ? undefined
        : { low: signal.normalLow, high: signal.normalHigh },
    bandText: texts.trends.normal,
    height,
  }
}

/** Stops of the machine, and what the other modules mark. */
function useMarks(workUnitId: string, signals: readonly Signal[], range: TimeRange): readonly MachineMark[] {
  const { assembly } = useRouteContext({ strict: false }) as AppContext
  const state = signalFor(signals, 'state')?.series
  const stepMs = 60_000
  const fromMs = Math.floor(range.fromMs / stepMs) * stepMs
  const toMs = Math.ceil(range.toMs / stepMs) * stepMs
  const series = useMemo(() => (state === undefined ? [] : [state]), [state])
  const history = useQuery(statesQuery({ series, fromMs, toMs })).data
  const stops = useMemo(
    () =>
      (history?.[0]?.intervals ?? [])
        .filter((interval) => interval.value === 'stopped')
        .map(
          (interval): MachineMark => ({
            id: `stop ${interval.fromMs}`,
            kind: 'stop',
            atMs: interval.fromMs,
            toMs: interval.toMs,
            text: '',
          }),
        ),
    [history],
  )
  // biome-ignore lint/correctness/useHookAtTopLevel: the assembly never changes, so the hooks keep their order
  const others = assembly.machineMarks.flatMap((useOf) => useOf(workUnitId))
  const key = others.map((mark) => mark.id).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says whether the marks are the same
  return useMemo(() => [...stops, ...others], [stops, key])
}
