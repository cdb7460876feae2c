import { epochMs } from '@millrace/base'
import { usePlace } from '@millrace/plant/web'
import { envelopesQuery, gapOf } from '@millrace/telemetry/web'
import { BlockSkeleton, Card, formatTime, type MachineMark, ProblemAlert, priorityLevel, useNowMs } from '@millrace/ui'
import { SpectrumChart, type TimeRange, type TrendPanel, TrendStack } from '@millrace/ui/charts'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Evidence, Finding } from '../contract.ts'
import { texts } from './texts.ts'

type TrendEvidence = Extract<Evidence, { type: 'trend' }>
type SpectrumEvidence = Extract<Evidence, { type: 'spectrum' }>

const POINTS = 1200
const FIRST_HEIGHT = 200
const NEXT_HEIGHT = 140

/** The plots a finding stands on: spectra against the usual, and the signals' course with their usual range. */
export function EvidencePlots({ finding }: { finding: Finding }) {
  const trends = finding.evidence.filter((evidence) => evidence.type === 'trend')
  const spectra = finding.evidence.filter((evidence) => evidence.type === 'spectrum')
  return (
    <>
      {spectra.map((evidence) => (
        <Card key={evidence.series}>
          <Spectrum evidence={evidence} />
        </Card>
      ))}
      {trends.length > 0 && (
        <Card>
          <Trends finding={finding} trends={trends} />
        </Card>
      )}
    </>
  )
}

function Spectrum({ evidence }: { evidence: SpectrumEvidence }) {
  const { title, unit, resolutionHz, now, usual, bandLowHz, bandHighHz, bandTitle } = evidence
  const band = useMemo(
    () => ({ lowHz: bandLowHz, highHz: bandHighHz, title: bandTitle }),
    [bandLowHz, bandHighHz, bandTitle],
  )
  return <SpectrumChart title={title} unit={unit} resolutionHz={resolutionHz} now={now} usual={usual} band={band} />
}

function Trends({ finding, trends }: { finding: Finding; trends: readonly TrendEvidence[] }) {
  const { item, detail } = usePlace(finding.workUnitId)
  const nowMs = useNowMs()
  const whole = useWholeRange(finding, trends)
  const [zoom, setZoom] = useState<TimeRange | undefined>(undefined)
  const [live, setLive] = useState(false)
  const shown = zoom ?? whole
  const range = useMemo(
    () => (live ? { fromMs: nowMs - (whole.toMs - whole.fromMs), toMs: nowMs } : shown),
    [live, nowMs, whole, shown],
  )
  const stepMs = Math.max(1, (whole.toMs - whole.fromMs) / 20)
  const asked = live
    ? { fromMs: Math.floor(range.fromMs / stepMs) * stepMs, toMs: Math.ceil(range.toMs / stepMs) * stepMs }
    : { fromMs: Math.round(range.fromMs), toMs: Math.round(range.toMs) }
  const series = useMemo(() => trends.map((trend) => trend.series), [trends])
  const query = useQuery(envelopesQuery({ series, ...asked }, POINTS))
  const marks = useFindingMarks(finding, detail.timeZone)
  const panels = useMemo(
    () =>
      trends.map((trend, index): TrendPanel => {
        const envelope = query.data?.find((each) => each.series === trend.series)
        const { timesMs = [], mean = [], min = [], max = [], bucketMs = 0 } = envelope ?? {}
        return {
          id: String(trend.series),
          title: trend.title,
          unit: trend.unit,
          series: { timesMs, mean, min, max, gapMs: gapOf({ timesMs, bucketMs }) },
          band:
            trend.usualLow === null && trend.usualHigh === null
              ? undefined
              : { low: trend.usualLow, high: trend.usualHigh },
          bandText: texts.evidence.usual,
          height: index === 0 ? FIRST_HEIGHT : NEXT_HEIGHT,
        }
      }),
    [trends, query.data],
  )
  if (query.isPending) return <BlockSkeleton height={FIRST_HEIGHT + NEXT_HEIGHT * (trends.length - 1) + 60} />
  return (
    <>
      <ProblemAlert error={query.error} />
      <TrendStack
        name={`${item.name} ${finding.title}`}
        panels={panels}
        marks={marks}
        range={range}
        nowMs={nowMs}
        timeZone={detail.timeZone}
        live={live}
        isZoomed={live || zoom !== undefined}
        onLive={(next) => {
          setLive(next)
          if (!next) setZoom(range)
        }}
        onRange={(next) => {
          setLive(false)
          setZoom(next)
        }}
        onReset={() => {
          setLive(false)
          setZoom(undefined)
        }}
      />
    </>
  )
}

/** The stretch the evidence names, carried on to what happened since, so that the outcome is in the picture. */
function useWholeRange(finding: Finding, trends: readonly TrendEvidence[]): TimeRange {
  const outcomeMs = finding.outcome ? epochMs(finding.outcome.measuredAt) : 0
  const lastSeenMs = epochMs(finding.lastSeenAt)
  return useMemo(
    () => ({
      fromMs: Math.min(...trends.map((trend) => trend.fromMs)),
      toMs: Math.max(outcomeMs, lastSeenMs, ...trends.map((trend) => trend.toMs)),
    }),
    [trends, outcomeMs, lastSeenMs],
  )
}

function useFindingMarks(finding: Finding, timeZone: string): MachineMark[] {
  return useMemo(() => {
    const foundMs = epochMs(finding.foundAt)
    const marks: MachineMark[] = [
      {
        id: finding.id,
        kind: 'finding',
        atMs: foundMs,
        priority: priorityLevel(finding.priority),
        text: texts.evidence.finding(formatTime(foundMs, timeZone)),
      },
    ]
    const written = finding.command?.steps.find((step) => step.state === 'written')
    if (written && finding.command) {
      marks.push({
        id: finding.command.id,
        kind: 'command',
        atMs: epochMs(written.at),
        text: finding.command.setPointTitle,
      })
    }
    return marks
  }, [finding, timeZone])
}
