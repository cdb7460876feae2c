import { Button } from '@mantine/core'
import { useMay } from '@millrace/identity/web'
import { type MachineSearch, usePlace } from '@millrace/plant/web'
import {
  type AppContext,
  BlockSkeleton,
  Card,
  formatDuration,
  type MachineMark,
  ProblemAlert,
  useNowMs,
} from '@millrace/ui'
import { type TimeRange, type TrendPanel, TrendStack } from '@millrace/ui/charts'
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
import { DEFAULT_WIDTH, TREND_WIDTHS_MS, useTrend } from './use-trend.ts'

const FIRST_HEIGHT = 210
const NEXT_HEIGHT = 140
const PRESETS = [...TREND_WIDTHS_MS.keys()].map((value) => ({
  value,
  label: (texts.trends.presets as Readonly<Record<string, string>>)[value] ?? value,
}))

/** The trends of a machine: its chosen signals on one time axis, live or of any time in the history. */
export function TrendsPanel({ subjectId }: { subjectId: string }) {
  const { item, detail } = usePlace(subjectId)
  const { signals, loading } = useSignals(useMemo(() => ({ workUnitId: subjectId }), [subjectId]))
  const search = useSearch({ strict: false }) as MachineSearch
  const chosen = chosenSignals(signals, search.signals)
  const time = useTrendTime(search)
  const trend = useTrend(subjectId, chosen, time.range, time.live)
  const marks = useMarks(subjectId, signals, time.range)
  const panels = useTrendPanels(chosen, trend.envelopes)
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
        presets={PRESETS}
        preset={time.preset}
        onPreset={time.setPreset}
        actions={
          <>
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

/** Which time is shown: a preset that follows the clock, the same held still, or a stretch of the past in the address. */
function useTrendTime(search: MachineSearch) {
  const navigate = useNavigate()
  const nowMs = useNowMs()
  const [heldAtMs, setHeldAtMs] = useState<number | undefined>(undefined)
  const { from, to } = search
  const fixed = from !== undefined && to !== undefined
  const preset = fixed
    ? undefined
    : TREND_WIDTHS_MS.has(search.range ?? '')
      ? (search.range ?? DEFAULT_WIDTH)
      : DEFAULT_WIDTH
  const widthMs = TREND_WIDTHS_MS.get(preset ?? DEFAULT_WIDTH) ?? 0
  const endMs = heldAtMs ?? nowMs
  const range: TimeRange = useMemo(
    () =>
      from !== undefined && to !== undefined ? { fromMs: from, toMs: to } : { fromMs: endMs - widthMs, toMs: endMs },
    [from, to, endMs, widthMs],
  )
  const go = (next: Pick<MachineSearch, 'range' | 'from' | 'to'>) =>
    void navigate({
      to: '.',
      search: ({ signals }: MachineSearch) => ({ ...(signals !== undefined && { signals }), ...next }),
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
  }
}

function useTrendPanels(chosen: readonly Signal[], envelopes: ReadonlyMap<number, Envelope>): TrendPanel[] {
  // A panel keeps its identity while its data are the same, so that only what moved is drawn.
  const made = useRef(new Map<number, { envelope: Envelope | undefined; panel: TrendPanel }>())
  return chosen.map((signal, index) => {
    const envelope = envelopes.get(signal.series)
    const before = made.current.get(signal.series)
    const height = index === 0 ? FIRST_HEIGHT : NEXT_HEIGHT
    if (before && before.envelope === envelope && before.panel.height === height) return before.panel
    const panel = trendPanel(signal, envelope, height)
    made.current.set(signal.series, { envelope, panel })
    return panel
  })
}

function trendPanel(signal: Signal, envelope: Envelope | undefined, height: number): TrendPanel {
  const { timesMs = [], mean = [], min = [], max = [] } = envelope ?? {}
  const bucketMs = envelope?.bucketMs ?? 0
  return {
    id: String(signal.series),
    title: signal.title,
    unit: signal.unit,
    ...(bucketMs > 0 && { note: texts.trends.envelopeNote(formatDuration(bucketMs)) }),
    series: { timesMs, mean, min, max, gapMs: gapOf({ timesMs, bucketMs }) },
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
