import { createMachine, type Kind, type Machine, type StoryId, type Surroundings } from '@millrace/machines'
import { spectrum } from '@millrace/signals'
import type { Measurand } from '@millrace/telemetry/contract'
import { type CaseEvent, MachineWatch, type WatchSnapshot } from './machine-watch.ts'
import type { WatchedSignal } from './observation.ts'
import type { SampleColumn, SampleValue } from './sample-order.ts'
import type { Sampling } from './signal-watch.ts'

const SURROUNDINGS: Surroundings = {
  ...{ planned: 'work', ambientCelsius: 21, minuteOfDay: 600, peakTariff: false, plantPowerKw: 0 },
  ...{ airDemandM3PerMin: 0, coolingDemandKw: 0, solarPowerKw: 0, leaderRunning: true },
}

/** A generated machine under watch, for tests. */
export interface GivenMachine {
  readonly machine: Machine
  readonly signals: readonly WatchedSignal[]
  readonly events: CaseEvent[]
  /** Lets it work until so many milliseconds later. */
  run(ms: number, surroundings?: Partial<Surroundings>): void
  /** Lets it work without a watch, and gives what it showed. */
  record(ms: number): SampleColumn[]
  begin(story: StoryId): void
  snapshot(): WatchSnapshot
  /** Another watch takes over. */
  restart(sampling: Sampling, snapshot: WatchSnapshot): void
}

export function givenMachine(
  kind: Kind,
  seed: number,
  sampling: Sampling,
  spectrumMs: number,
  startMs = Date.UTC(2026, 10, 2),
): GivenMachine {
  const machine = createMachine({ kind, name: kind, seed })
  const signals = machine.tags.map(({ name, title, measurand, unit, waveform }, index) => ({
    ...{ series: index + 1, name, title, measurand: measurand as Measurand, unit: unit || null },
    sampleRateHz: waveform?.rateHz ?? null,
  }))
  const events: CaseEvent[] = []
  let watch = new MachineWatch({ kind, signals }, sampling)
  let nowMs = startMs
  let stepMs = sampling.intervalMs

  function sample(): SampleColumn[] {
    return machine.tags.flatMap(({ name, kind, waveform }, index) => {
      if (kind === 'vector' && nowMs % spectrumMs !== 0) return []
      const value: SampleValue = machine.read(name)
      if (value === null) return []
      const lines = value instanceof Float32Array && waveform ? spectrum(value, waveform.rateHz).amplitudes : value
      const taken = lines instanceof Float64Array ? Float32Array.from(lines) : (lines as SampleValue)
      return [{ series: index + 1, timestampsMs: [nowMs], values: [taken] }]
    })
  }

  return {
    ...{ machine, signals, events },
    run(ms, surroundings = {}) {
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += stepMs
        machine.step(nowMs, stepMs, { ...SURROUNDINGS, ...surroundings })
        events.push(...watch.observe(sample()))
      }
    },
    record(ms) {
      const columns = new Map<number, { series: number; timestampsMs: number[]; values: SampleValue[] }>()
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += stepMs
        machine.step(nowMs, stepMs, SURROUNDINGS)
        for (const { series, values } of sample()) {
          const column = columns.get(series) ?? { series, timestampsMs: [], values: [] }
          columns.set(series, column)
          column.timestampsMs.push(nowMs)
          column.values.push(values[0] ?? null)
        }
      }
      return [...columns.values()]
    },
    begin: (story) => machine.setStory(story, { active: true, speed: 1, severity: 1 }),
    snapshot: () => structuredClone(watch.snapshot()),
    restart(next, snapshot) {
      stepMs = next.intervalMs
      watch = new MachineWatch({ kind, signals }, next, JSON.parse(JSON.stringify(snapshot)))
    },
  }
}
