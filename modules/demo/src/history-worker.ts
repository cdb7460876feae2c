import { parentPort, workerData } from 'node:worker_threads'
import { DAY_MS, MINUTE_MS } from '@millrace/base'
import { createPlant, history, type Machine, type Plant } from '@millrace/machines'
import { spectrum } from '@millrace/signals'
import type { HistoryColumn, HistoryPart } from './history.ts'
import { HISTORY_MS, HISTORY_STEP_MS, plantDefinitions } from './world.ts'

/** Parts end with days (UTC), so that each hour is written once. */
const PART_MS = DAY_MS
/** Spectra are large, and nothing is heard at standstill: enough for a detector to know what is usual, more of late. */
const SPECTRUM_STEP_MS = 30 * MINUTE_MS
const RECENT_MS = 3 * DAY_MS
const RECENT_SPECTRUM_STEP_MS = 10 * MINUTE_MS

interface Growing {
  readonly machineKey: string
  readonly tag: string
  readonly kind: 'number' | 'text' | 'vector'
  times: number[]
  numbers: number[]
  texts: string[]
  vectors: Float32Array[]
}

/** Collects one part; texts only when they change, since a state holds until the next one. */
function collector(plants: readonly Plant[], anchorMs: number) {
  const growing = new Map<Machine, Growing[]>()
  const lastText = new Map<Growing, string>()
  for (const plant of plants) {
    for (const machine of plant.machines.values()) {
      const columns = machine.tags.map(({ name, kind }) => ({
        ...{ machineKey: machine.name, tag: name, kind },
        ...{ times: [], numbers: [], texts: [], vectors: [] },
      }))
      growing.set(machine, columns)
    }
  }

  function add(column: Growing, machine: Machine, atMs: number): void {
    if (column.kind === 'vector') {
      const stepMs = atMs > anchorMs - RECENT_MS ? RECENT_SPECTRUM_STEP_MS : SPECTRUM_STEP_MS
      if (atMs % stepMs !== 0 || !machine.isRunning()) return
      const tag = machine.tags.find((one) => one.name === column.tag)
      const value = machine.read(column.tag)
      if (!(value instanceof Float32Array) || !tag?.waveform) return
      column.times.push(atMs)
      column.vectors.push(Float32Array.from(spectrum(value, tag.waveform.rateHz).amplitudes))
      return
    }
    const value = machine.read(column.tag)
    if (typeof value === 'number') {
      column.times.push(atMs)
      column.numbers.push(value)
    } else if (typeof value === 'string' && lastText.get(column) !== value) {
      lastText.set(column, value)
      column.times.push(atMs)
      column.texts.push(value)
    }
  }

  return {
    emit(machine: Machine, atMs: number): void {
      for (const column of growing.get(machine) ?? []) add(column, machine, atMs)
    },
    take(): HistoryColumn[] {
      const columns: HistoryColumn[] = []
      for (const column of [...growing.values()].flat()) {
        if (column.times.length === 0) continue
        const { machineKey, tag, kind, numbers, texts, vectors } = column
        const values = kind === 'number' ? Float64Array.from(numbers) : kind === 'text' ? texts : vectors
        columns.push({ machineKey, tag, timestampsMs: Float64Array.from(column.times), values })
        column.times = []
        column.numbers = []
        column.texts = []
        column.vectors = []
      }
      return columns
    },
  }
}

function* parts(anchorMs: number): Generator<HistoryPart> {
  const fromMs = anchorMs - HISTORY_MS
  const plants = plantDefinitions(anchorMs).map(createPlant)
  const collected = collector(plants, anchorMs)
  for (let atMs = fromMs; atMs < anchorMs; ) {
    // The last step before midnight: the sample at midnight belongs to the hour after it.
    const midnightMs = (Math.floor((atMs + HISTORY_STEP_MS) / PART_MS) + 1) * PART_MS
    const untilMs = Math.min(anchorMs, midnightMs - HISTORY_STEP_MS)
    for (const plant of plants) history(plant, atMs, untilMs, HISTORY_STEP_MS, collected.emit)
    atMs = untilMs
    yield { progressRatio: (atMs - fromMs) / HISTORY_MS, columns: collected.take() }
  }
}

const { anchorMs } = workerData as { anchorMs: number }
const coming = parts(anchorMs)
parentPort?.on('message', () => {
  const next = coming.next()
  parentPort?.postMessage(next.done ? 'end' : next.value)
})
