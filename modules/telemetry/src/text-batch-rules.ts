import { BATCH_BOUNDS, type BatchColumn, QUALITY, TIMESTAMP_MS_MAX } from '@millrace/base'
import { AHEAD_MS, acceptedSinceMs, type SignalMeta } from './acceptance-rules.ts'
import { CsvReader } from './csv-rules.ts'
import { parseDecimal, parseMoment, parseQuality, parseValue, Unreadable } from './sample-text-rules.ts'

/** A sample as a small client wrote it. */
export interface SampleRow {
  readonly signal: unknown
  readonly time: unknown
  readonly value: unknown
  readonly quality: unknown
}

/** What is wrong in a row: rows count from 1, the line of names of a CSV not among them; 0 is the whole. */
export interface RowFault {
  readonly row: number
  readonly field: string
  readonly detail: string
}

export type TextForm = 'json' | 'csv'

/** Faults that are told; the rest is counted. */
const FAULTS_MAX = 100

/** Faults in the order of rows, the first of them kept. */
export class Faults {
  readonly first: RowFault[] = []
  count = 0

  add(row: number, field: string, detail: string): void {
    this.count += 1
    if (this.first.length < FAULTS_MAX) this.first.push({ row, field, detail })
  }
}

const NAMES = ['signal', 'time', 'value', 'quality'] as const
const NEEDED = NAMES.slice(0, 3)

/** The rows of `{ "samples": […] }`, strictly: no other names. */
export function rowsOfJson(body: unknown, faults: Faults): SampleRow[] {
  const samples = isObject(body) && Object.keys(body).join() === 'samples' ? body.samples : undefined
  if (!Array.isArray(samples)) {
    faults.add(0, 'samples', 'The body must be { "samples": [ … ] } and nothing else.')
    return []
  }
  return samples.map((sample: unknown, index) => {
    if (!isObject(sample)) {
      faults.add(index + 1, '', 'A sample is an object with signal, time, value and perhaps quality.')
      return { signal: undefined, time: undefined, value: undefined, quality: undefined }
    }
    for (const name of Object.keys(sample)) {
      if (!NAMES.some((known) => known === name)) faults.add(index + 1, name.slice(0, 60), 'There is no such field.')
    }
    return { signal: sample.signal, time: sample.time, value: sample.value, quality: sample.quality }
  })
}

/** The rows of a CSV whose first line names its columns, in any order. */
export function rowsOfCsv(text: string, faults: Faults): SampleRow[] {
  const reader = new CsvReader()
  const [head, ...lines] = [...reader.push(text), ...reader.end()]
  const names = head?.fault === undefined ? (head?.cells ?? []) : []
  const isHead =
    NEEDED.every((name) => names.includes(name)) && names.every((name) => NAMES.some((one) => one === name))
  if (!isHead || new Set(names).size !== names.length) {
    faults.add(0, '', 'The first line must be signal,time,value or signal,time,value,quality.')
    return []
  }
  const at = (name: (typeof NAMES)[number], cells: readonly string[]) => cells[names.indexOf(name)]
  return lines.map((line, index) => {
    const cells = line.fault === undefined ? line.cells : []
    if (line.fault !== undefined) faults.add(index + 1, '', line.fault)
    else if (cells.length !== names.length) {
      faults.add(index + 1, '', `The line has ${cells.length} cells, and the first ${names.length}.`)
    }
    return {
      signal: at('signal', cells),
      time: at('time', cells),
      value: at('value', cells),
      quality: at('quality', cells),
    }
  })
}

interface Draft {
  readonly signal: SignalMeta
  readonly timesMs: number[]
  readonly values: (number | string | Float32Array | null)[]
  readonly qualities: number[]
}

/** Samples that become columns, in the order in which they come. */
export class Drafts {
  private readonly bySeries = new Map<number, Draft>()
  count = 0

  /** @param value null when the quality is bad. */
  add(signal: SignalMeta, timeMs: number, value: Draft['values'][number], quality: number): void {
    const draft = this.bySeries.get(signal.series) ?? { signal, timesMs: [], values: [], qualities: [] }
    if (draft.timesMs.length === 0) this.bySeries.set(signal.series, draft)
    draft.timesMs.push(timeMs)
    draft.values.push(value)
    draft.qualities.push(quality)
    this.count += 1
  }

  columns(): BatchColumn[] {
    return [...this.bySeries.values()].map(columnOf)
  }
}

/**
 * Makes the columns of a batch of rows. A row with a fault gives nothing; whether the others count is for the caller to say.
 *
 * @param find the signal of that number or id, when the sender may send for it.
 */
export function columnsOf(
  rows: readonly SampleRow[],
  form: TextForm,
  find: (signal: number | string) => SignalMeta | undefined,
  nowMs: number,
  faults: Faults,
): BatchColumn[] {
  if (rows.length > BATCH_BOUNDS.samples) {
    faults.add(0, 'samples', `There are more than ${BATCH_BOUNDS.samples} samples.`)
    return []
  }
  const drafts = new Drafts()
  for (const [index, row] of rows.entries()) {
    const before = faults.count
    const say = (field: string, detail: string) => faults.add(index + 1, field, detail)
    const signal = signalOf(row.signal, form, find)
    if (!signal) say('signal', `There is no signal ${shown(row.signal)} that you may send.`)
    const timeMs = timeOf(row.time, form, nowMs, signal)
    if (timeMs instanceof Unreadable) say('time', `${shown(row.time)} ${timeMs.detail}.`)
    const quality = parseQuality(row.quality)
    if (quality instanceof Unreadable) say('quality', `${shown(row.quality)} ${quality.detail}.`)
    const value =
      quality === QUALITY.bad ? nothingOf(row.value) : parseValue(row.value, signal?.kind ?? 'text', form === 'csv')
    if (signal && value instanceof Unreadable) say('value', `${shown(row.value)} ${value.detail}.`)
    const isFit = faults.count === before && !(value instanceof Unreadable)
    if (!isFit || !signal || typeof timeMs !== 'number' || typeof quality !== 'number') continue
    drafts.add(signal, timeMs, value, quality)
  }
  return drafts.columns()
}

function columnOf({ signal, timesMs, values, qualities }: Draft): BatchColumn {
  const head = {
    series: signal.series,
    timestampsMs: Float64Array.from(timesMs),
    qualities: Uint8Array.from(qualities),
  }
  if (signal.kind === 'number') {
    return {
      ...head,
      kind: 'number',
      values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))),
    }
  }
  if (signal.kind === 'text') return { ...head, kind: 'text', values: values as (string | null)[] }
  return { ...head, kind: 'vector', values: values as (Float32Array | null)[] }
}

function signalOf(
  raw: unknown,
  form: TextForm,
  find: (signal: number | string) => SignalMeta | undefined,
): SignalMeta | undefined {
  if (form === 'csv' && typeof raw === 'string' && /^[1-9]\d{0,9}$/.test(raw)) return find(Number(raw))
  return typeof raw === 'number' || typeof raw === 'string' ? find(raw) : undefined
}

/** The time of a sample in epoch milliseconds, when one of that time may come now. @param signal says how long it is kept. */
export function timeOf(
  raw: unknown,
  form: TextForm,
  nowMs: number,
  signal: SignalMeta | undefined,
): number | Unreadable {
  const timeMs = momentOf(raw, form)
  if (timeMs instanceof Unreadable) return timeMs
  if (!Number.isInteger(timeMs)) return new Unreadable('is no whole number of milliseconds')
  if (timeMs > Math.min(nowMs + AHEAD_MS, TIMESTAMP_MS_MAX)) return new Unreadable('lies more than a day ahead')
  if (timeMs < acceptedSinceMs(signal ?? {}, nowMs)) return new Unreadable('is older than samples are kept')
  return timeMs
}

function momentOf(raw: unknown, form: TextForm): number | Unreadable {
  if (typeof raw === 'number') return raw
  if (typeof raw !== 'string') return new Unreadable('is no time')
  return form === 'csv' && /^\d{1,16}$/.test(raw) ? parseDecimal(raw) : parseMoment(raw)
}

/** A bad sample has no value, and none may be hidden in it. */
function nothingOf(raw: unknown): null | Unreadable {
  const isNothing = raw === undefined || raw === null || raw === ''
  return isNothing ? null : new Unreadable('has the quality bad, which has no value')
}

function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? 'Nothing')
  return text.length > 60 ? `${text.slice(0, 60)}…` : text === '' ? 'Nothing' : text
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
