import { MINUTE_MS } from '@millrace/base'
import type { MachineSearch } from '@millrace/plant/web'
import { AgeText, Card, LinesSkeleton, PriorityShape, ProblemAlert, Sparkline, useNowMs, ValueText } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Envelope, Measurand, Signal } from '../contract.ts'
import { chosenSignals, signalsText } from './chosen.ts'
import { machineNow, outsideNormal } from './machine.ts'
import { envelopesQuery } from './queries.ts'
import classes from './telemetry.module.css'
import { texts } from './texts.ts'
import { useSignals } from './use-signals.ts'

const RECENT_MS = 30 * MINUTE_MS
const RECENT_POINTS = 60
/** These speak when something changes, however long that takes. */
const SELDOM: ReadonlySet<Measurand> = new Set([
  'state',
  'alarm',
  'program',
  'order',
  'good-count',
  'scrap-count',
  'cycle-time',
  'tool-life',
  'feed-override',
])

/** Every signal of a machine: its course, age, quality and value. Pressing one shows it in the trends. */
export function SignalsPanel({ subjectId }: { subjectId: string }) {
  const { signals, loading, error } = useSignals(useMemo(() => ({ workUnitId: subjectId }), [subjectId]))
  const nowMs = useNowMs()
  const search = useSearch({ strict: false }) as MachineSearch
  const numbers = signals.filter((signal) => signal.kind === 'number')
  const key = numbers.map((signal) => signal.series).join(',')
  const series = useMemo(() => (key === '' ? [] : key.split(',').map(Number)), [key])
  const toMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS
  const recent = useQuery(envelopesQuery({ series, fromMs: toMs - RECENT_MS, toMs }, RECENT_POINTS))
  const envelopes = useMemo(() => new Map(recent.data?.map((envelope) => [envelope.series, envelope])), [recent.data])
  if (loading) {
    return (
      <Card title={texts.signals.title}>
        <LinesSkeleton lines={8} height={26} />
      </Card>
    )
  }
  const machine = machineNow(subjectId, signals)
  const state = machine.stateSignal ? machine.state : 'running'
  const bad = signals.filter((signal) => signal.latest?.quality !== 'good').length
  const chosen = new Set(chosenSignals(signals, search.signals).map((signal) => signal.series))
  return (
    <Card
      title={texts.signals.title}
      note={bad === 0 ? texts.signals.allGood(signals.length) : texts.signals.notGood(bad, signals.length)}
    >
      <ProblemAlert error={error} />
      {signals.length === 0 && !error && <p className="second">{texts.signals.empty}</p>}
      <ul className={classes.signals}>
        {inOrder(signals).map((signal) => (
          <SignalRow
            key={signal.id}
            signal={signal}
            envelope={envelopes.get(signal.series)}
            signals={signals}
            chosen={chosen}
            state={state}
          />
        ))}
      </ul>
    </Card>
  )
}

interface SignalRowProps {
  readonly signal: Signal
  readonly envelope: Envelope | undefined
  readonly signals: readonly Signal[]
  readonly chosen: ReadonlySet<number>
  /** What the machine is doing; a machine without a state signal counts as running. */
  readonly state: string | null
}

function SignalRow({ signal, envelope, signals, chosen, state }: SignalRowProps) {
  const { latest } = signal
  const isChosen = chosen.has(signal.series)
  const navigate = useNavigate()
  const toggle = () =>
    void navigate({
      to: '.',
      search: (before: MachineSearch) => ({ ...before, signals: signalsText(signals, chosen, signal.series) }),
      replace: true,
    })
  return (
    <li className={classes.signal} data-series={signal.series} data-at-ms={latest?.timestampMs}>
      <div className={classes.signalName}>
        {signal.kind === 'number' ? (
          <button
            type="button"
            className={classes.signalButton}
            aria-pressed={isChosen}
            title={isChosen ? texts.signals.hide(signal.title) : texts.signals.show(signal.title)}
            onClick={toggle}
          >
            {signal.title}
          </button>
        ) : (
          <span>{signal.title}</span>
        )}
        <div className="small muted">
          <AgeText atMs={latest?.timestampMs} />
          {outsideNormal(signal, state) && (
            <span className={classes.outside}>
              <PriorityShape priority={3} /> {texts.signals.outside}
            </span>
          )}
        </div>
      </div>
      {signal.kind === 'number' ? <Course signal={signal} envelope={envelope} /> : <span />}
      <div className={classes.signalValue}>
        {signal.kind === 'vector' ? (
          <span className="muted">{texts.signals.spectrum}</span>
        ) : (
          <ValueText
            value={latest?.value === '' ? '–' : latest?.value}
            unit={signal.unit}
            quality={latest?.quality ?? 'bad'}
            atMs={latest?.timestampMs}
            {...(signal.kind === 'text' || SELDOM.has(signal.measurand)
              ? { staleMs: Number.POSITIVE_INFINITY, whole: true }
              : {})}
          />
        )}
      </div>
    </li>
  )
}

function Course({ signal, envelope }: { signal: Signal; envelope: Envelope | undefined }) {
  const latest = signal.latest
  const value = latest && typeof latest.value === 'number' ? latest.value : undefined
  const timesMs = envelope?.timesMs ?? []
  const values = envelope?.mean ?? []
  const carriesOn = value !== undefined && latest && latest.timestampMs > (timesMs.at(-1) ?? 0)
  return (
    <Sparkline
      label={texts.signals.course(signal.title)}
      timesMs={carriesOn ? [...timesMs, latest.timestampMs] : timesMs}
      values={carriesOn ? [...values, value] : values}
    />
  )
}

/** Numbers first, in the server's order; words and spectra after them. */
function inOrder(signals: readonly Signal[]): Signal[] {
  const rank = (signal: Signal) => (signal.kind === 'number' ? 0 : signal.kind === 'text' ? 1 : 2)
  return [...signals].sort((a, b) => rank(a) - rank(b))
}
