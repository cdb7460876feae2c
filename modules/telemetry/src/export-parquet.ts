import type { VectorFrame } from '@millrace/base'
import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import type { ExportResolution } from './export-contract.ts'
import { type ExportedSignal, type ExportPage, QUALITY_NAMES, type RawPage, sampleValue } from './export-text-rules.ts'

/** Rows of a group: what is kept until it is written, and encoded without a pause. */
const GROUP_ROWS = 20_000
const VECTOR_GROUP_ROWS = 100

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const
const required = (name: string, type: Pick<SchemaElement, 'type' | 'converted_type'>): SchemaElement => ({
  ...{ name, ...type, repetition_type: 'REQUIRED' },
})
const optional = (name: string, type: Pick<SchemaElement, 'type' | 'converted_type'>): SchemaElement => ({
  ...{ name, ...type, repetition_type: 'OPTIONAL' },
})
const HEAD = [
  required('time', { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }),
  required('series', { type: 'INT32' }),
  required('machine', TEXT),
  required('signal', TEXT),
  optional('unit', TEXT),
]
const RAW = [
  ...[...HEAD, optional('value', { type: 'DOUBLE' }), optional('text', TEXT), required('quality', TEXT)],
  // A waveform or a spectrum, as a list, and what it is.
  { name: 'values', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 } as const,
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 } as const,
  optional('element', { type: 'FLOAT' }),
  ...[optional('form', TEXT), optional('step_hz', { type: 'DOUBLE' }), optional('window', TEXT)],
  optional('averages', { type: 'INT32' }),
]
/** Parts of the list, which are no columns of their own. */
const INNER = new Set(['list', 'element'])
const BUCKETS = [
  ...HEAD,
  ...['min', 'max', 'mean'].map((name) => required(name, { type: 'DOUBLE' })),
  required('count', { type: 'INT32' }),
]

/** Times that follow each other take a fraction as differences. */
const WRITTEN: Readonly<Record<string, Pick<ColumnSource, 'encoding' | 'statistics'>>> = {
  time: { encoding: 'DELTA_BINARY_PACKED', statistics: true },
  series: { statistics: true },
}

type Cell = number | string | null | readonly number[]

/** Writes an export as Parquet, group by group; what was written is taken away at once. */
export class ParquetRows {
  private readonly bytes = new ByteWriter()
  private readonly file: ParquetWriter
  private readonly names: readonly string[]
  private readonly fillers: readonly Fill[]
  private columns: Cell[][]
  private rowCount = 0

  constructor(resolution: ExportResolution) {
    const fields = resolution === 'raw' ? RAW : BUCKETS
    this.names = fields.map(({ name }) => name).filter((name) => !INNER.has(name))
    this.fillers = this.names.flatMap((name) => FILLERS[name] ?? [])
    this.columns = this.names.map(() => [])
    const schema: SchemaElement[] = [{ name: 'samples', num_children: this.names.length }, ...fields]
    // Readers skip groups by signal and time; statistics of the rest cost more time than writing it.
    this.file = new ParquetWriter({ writer: this.bytes, schema, statistics: false, createdBy: 'Millrace' })
  }

  /** Adds rows of a page. @returns what there is to be sent, often nothing. */
  add(page: ExportPage, from: number, to: number): Uint8Array {
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + this.groupRows(page) - this.rowCount)
      for (const [index, fill] of this.fillers.entries()) fill(this.columns[index] ?? [], page, at, end)
      this.rowCount += end - at
      at = end
      if (this.rowCount >= this.groupRows(page)) this.writeGroup()
    }
    return this.take()
  }

  /** Vectors are long: a group of them holds as many numbers as one of numbers does. */
  private groupRows({ signal }: ExportPage): number {
    return signal.kind === 'vector' ? Math.max(this.rowCount + 1, VECTOR_GROUP_ROWS) : GROUP_ROWS
  }

  /** The rest and the footer. Without rows the file has none, and is one all the same. */
  end(): Uint8Array {
    this.writeGroup()
    // Only a writer of our own would be waited for.
    void this.file.finish()
    return this.take()
  }

  private writeGroup(): void {
    if (this.rowCount === 0) return
    const columnData = this.names.map(
      (name, index): ColumnSource => ({ name, data: this.columns[index] ?? [], ...WRITTEN[name] }),
    )
    void this.file.write({ columnData, rowGroupSize: GROUP_ROWS })
    this.columns = this.names.map(() => [])
    this.rowCount = 0
  }

  private take(): Uint8Array {
    const taken = this.bytes.getBytes().slice()
    this.bytes.index = 0
    return taken
  }
}

/** Adds the cells of some rows to a column. */
type Fill = (column: Cell[], page: ExportPage, from: number, to: number) => void

const each =
  (cellOf: (page: ExportPage, at: number) => Cell): Fill =>
  (column, page, from, to) => {
    for (let at = from; at < to; at += 1) column.push(cellOf(page, at))
  }
/** The same in every row of a page. */
const constant =
  (cellOf: (signal: ExportedSignal) => Cell): Fill =>
  (column, { signal }, from, to) => {
    const cell = cellOf(signal)
    for (let at = from; at < to; at += 1) column.push(cell)
  }
const raw = (cellOf: (page: RawPage, at: number) => Cell) =>
  each((page, at) => (page.kind === 'raw' ? cellOf(page, at) : null))
const frame = (cellOf: (frame: VectorFrame) => Cell) =>
  raw((page, at) => {
    const of = page.frames?.[at]
    return of ? cellOf(of) : null
  })
const bucket = (name: 'min' | 'max' | 'mean' | 'count') =>
  each((page, at) => (page.kind === 'buckets' ? (page[name][at] ?? 0) : 0))
const valueAt = (page: RawPage, at: number) => sampleValue(page.values[at], page.qualities[at])

/** How each column is filled. */
const FILLERS: Readonly<Record<string, Fill>> = {
  time: each((page, at) => page.timesMs[at] as number),
  series: constant(({ series }) => series),
  machine: constant(({ machine }) => machine),
  signal: constant(({ name }) => name),
  unit: constant(({ unit }) => unit),
  value: raw((page, at) => {
    const value = valueAt(page, at)
    return typeof value === 'number' ? value : null
  }),
  text: raw((page, at) => {
    const value = valueAt(page, at)
    return typeof value === 'number' || page.signal.kind === 'vector' ? null : value
  }),
  values: raw((page, at) => {
    const value = valueAt(page, at)
    // A vector comes as JSON.
    return typeof value === 'string' && page.signal.kind === 'vector' ? (JSON.parse(value) as number[]) : null
  }),
  form: frame(({ form }) => form),
  step_hz: frame((of) => (of.form === 'waveform' ? of.rateHz : of.resolutionHz)),
  window: frame((of) => (of.form === 'spectrum' ? of.window : null)),
  averages: frame((of) => (of.form === 'spectrum' ? of.averages : null)),
  quality: raw((page, at) => QUALITY_NAMES[page.qualities[at] ?? 0] ?? 'bad'),
  min: bucket('min'),
  max: bucket('max'),
  mean: bucket('mean'),
  count: bucket('count'),
}
