import { Button, Select } from '@mantine/core'
import { DAY_MS, HOUR_MS, isProblem, MINUTE_MS } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import {
  BlockSkeleton,
  Card,
  Figure,
  formatNumber,
  formatQuantity,
  formatWhen,
  ProblemAlert,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { HeatMap, LineChart, type LineMark } from '@millrace/ui/charts'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Signal } from '../contract.ts'
import { type Shaft, type VibrationReading, vectorMissing } from '../vibration-contract.ts'
import { ordersOf } from '../vibration-rules.ts'
import { ShaftDialog } from './ShaftDialog.tsx'
import { useSignals } from './use-signals.ts'
import classes from './vibration.module.css'
import { shaftQuery, vibrationQuery, waterfallQuery } from './vibration-queries.ts'
import { vibrationTexts as words } from './vibration-texts.ts'

const BEFORE_MS = { none: 0, hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS } as const
type Before = keyof typeof BEFORE_MS
const isBefore = (text: string | null): text is Before => text !== null && text in BEFORE_MS
/** What is recorded comes rarely: it is asked for this often. */
const FRESH_MS = MINUTE_MS
/** A spectrum of the past week may be a few minutes old. */
const PAST_FRESH_MS = 10 * MINUTE_MS

/** The waveform of a machine, its spectrum with the frequencies that mean something, and how that was before. */
export function VibrationPanel({ subjectId }: { subjectId: string }) {
  const { signals } = useSignals(useMemo(() => ({ workUnitId: subjectId }), [subjectId]))
  const waveform = signals.find(({ measurand, kind }) => kind === 'vector' && measurand === 'vibration-waveform')
  const spectrum = signals.find(({ measurand, kind }) => kind === 'vector' && measurand === 'vibration-spectrum')
  const main = spectrum ?? waveform
  return main ? <Vibration machineId={subjectId} main={main} waveform={waveform} /> : null
}

interface VibrationProps {
  readonly machineId: string
  /** Whose spectra are shown: those that the gateway makes, else those of the waveform. */
  readonly main: Signal
  readonly waveform: Signal | undefined
}

function Vibration({ machineId, main, waveform }: VibrationProps) {
  const [pickedMs, setPickedMs] = useState<number>()
  const [before, setBefore] = useState<Before>('week')
  const [isAsked, setIsAsked] = useState(false)
  const mayChange = useMay('telemetry:signal:write')
  const nowMs = useNowMs()
  const atMs = pickedMs ?? Math.ceil(nowMs / FRESH_MS) * FRESH_MS
  const reading = useQuery(vibrationQuery(main.series, atMs))
  const wave = useQuery(vibrationQuery(waveform?.series, atMs))
  const earlier = useQuery({
    ...vibrationQuery(main.series, (reading.data?.sample.timestampMs ?? atMs) - BEFORE_MS[before]),
    enabled: before !== 'none' && reading.data !== undefined,
  })
  const { data: shaft } = useQuery(shaftQuery(machineId))
  const marks = useMemo(() => marksOf(reading.data, shaft), [reading.data, shaft])
  const when = (ms: number) => formatWhen(ms, readerZone(), nowMs)
  const compared = comparisonOf(reading.data, before === 'none' ? undefined : earlier.data, when)
  if (reading.isPending) {
    return (
      <Card title={words.title}>
        <BlockSkeleton height={380} />
      </Card>
    )
  }
  if (!reading.data) {
    return (
      <Card title={words.title}>
        {isMissing(reading.error) ? <p className="second">{words.none}</p> : <ProblemAlert error={reading.error} />}
      </Card>
    )
  }
  const { sample, spectrum } = reading.data
  const frame = wave.data?.sample.frame
  return (
    <Card
      title={words.title}
      note={words.taken(when(sample.timestampMs))}
      actions={mayChange && <Button onClick={() => setIsAsked(true)}>{words.shaft}</Button>}
    >
      <div className={classes.panel}>
        <div className={classes.head}>
          <Facts reading={reading.data} unit={main.unit} shaft={shaft} />
          <Select
            label={words.compare}
            size="xs"
            allowDeselect={false}
            data={Object.entries(words.comparisons).map(([value, label]) => ({ value, label }))}
            value={before}
            onChange={(next) => isBefore(next) && setBefore(next)}
          />
          {pickedMs !== undefined && (
            <Button size="xs" onClick={() => setPickedMs(undefined)}>
              {words.newest}
            </Button>
          )}
        </div>
        {wave.data && frame?.form === 'waveform' && (
          <LineChart
            title={words.waveform}
            unit={waveform?.unit ?? null}
            xUnit="ms"
            step={1000 / frame.rateHz}
            values={wave.data.sample.values}
            signed
            height={150}
          />
        )}
        {spectrum && (
          <LineChart
            title={words.spectrum}
            unit={main.unit}
            xUnit="Hz"
            step={spectrum.resolutionHz}
            values={spectrum.amplitudes}
            marks={marks}
            {...(compared && { compared })}
          />
        )}
        {before !== 'none' && isMissing(earlier.error) && <p className="small muted">{words.nothingThen}</p>}
        {mayChange && shaft?.ballCount === null && shaft.teeth === null && (
          <p className="small muted">{words.unnamed}</p>
        )}
        <Past main={main} toMs={Math.ceil(nowMs / PAST_FRESH_MS) * PAST_FRESH_MS} onPick={setPickedMs} />
      </div>
      {isAsked && shaft && <ShaftDialog machineId={machineId} shaft={shaft} onClose={() => setIsAsked(false)} />}
    </Card>
  )
}

function Facts({ reading, unit, shaft }: { reading: VibrationReading; unit: string | null; shaft: Shaft | undefined }) {
  const { rms, speedRpm } = reading
  const nominal = shaft?.nominalRpm ? words.nominal(formatNumber(shaft.nominalRpm, 0)) : words.noSpeed
  return (
    <>
      <Figure label={words.rms}>{rms === null ? '–' : formatQuantity(rms, unit ?? '', 2)}</Figure>
      <Figure label={words.speed}>{speedRpm === null ? nominal : formatQuantity(speedRpm, '1/min', 0)}</Figure>
    </>
  )
}

interface PastProps {
  readonly main: Signal
  readonly toMs: number
  readonly onPick: (atMs: number) => void
}

/** The spectra of the last days as a picture, and as a list for who cannot see or press it. */
function Past({ main, toMs, onPick }: PastProps) {
  const { data } = useQuery(waterfallQuery(main.series, toMs))
  const nowMs = useNowMs()
  const newestFirst = useMemo(() => data?.rows.toReversed() ?? [], [data])
  const levels = useMemo(() => newestFirst.map((row) => row.levels), [newestFirst])
  if (levels.length < 2) return null
  const pick = (row: number) => {
    const picked = newestFirst[row]
    if (picked) onPick(picked.timestampMs)
  }
  return (
    <section className={classes.past}>
      <div className={classes.head}>
        <h2>{words.past}</h2>
        <Select
          aria-label={words.at}
          placeholder={words.moment}
          size="xs"
          data={newestFirst.map(({ timestampMs }, row) => ({
            value: String(row),
            label: formatWhen(timestampMs, readerZone(), nowMs),
          }))}
          value={null}
          onChange={(row) => row !== null && pick(Number(row))}
        />
      </div>
      <HeatMap label={words.pastLabel(levels.length)} rows={levels} onRow={pick} />
      <p className="small muted">{words.pastHint}</p>
    </section>
  )
}

/** Where what turns would show in a spectrum. */
function marksOf(reading: VibrationReading | undefined, shaft: Shaft | undefined): LineMark[] {
  const rpm = reading?.speedRpm && reading.speedRpm > 0 ? reading.speedRpm : shaft?.nominalRpm
  if (!reading?.spectrum || !shaft || !rpm) return []
  const highestHz = reading.spectrum.resolutionHz * reading.spectrum.amplitudes.length
  return ordersOf(shaft)
    .map(({ name, order }) => ({ at: (order * rpm) / 60, text: words.orders[name][0] }))
    .filter(({ at }) => at < highestHz)
}

function comparisonOf(
  reading: VibrationReading | undefined,
  earlier: VibrationReading | undefined,
  when: (ms: number) => string,
): { values: readonly number[]; text: string } | undefined {
  const [now, then] = [reading?.spectrum, earlier?.spectrum]
  // Of another rate the lines lie elsewhere.
  if (!now || !then || !earlier || Math.abs(now.resolutionHz - then.resolutionHz) > 1e-6 * now.resolutionHz) {
    return undefined
  }
  return { values: then.amplitudes, text: when(earlier.sample.timestampMs) }
}

function isMissing(error: unknown): boolean {
  return isProblem(error, vectorMissing)
}
