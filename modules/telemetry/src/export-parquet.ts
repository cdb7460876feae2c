import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import type { ExportResolution } from './export-contract.ts'
import { type ExportPage, QUALITY_NAMES, sampleValue } from './export-text-rules.ts'

/** Rows of a group: what is kept until it is written, and encoded without a pause. */
const GROUP_ROWS = 20_000

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
const RAW = [...HEAD, optional('value', { type: 'DOUBLE' }), optional('text', TEXT), required('quality', TEXT)]
const BUCKETS = [
  ...HEAD,
  ...['min', 'max', 'mean'].map((name) => required(name, { type: 'DOUBLE' })),
  required('count', { type: 'INT32' }),
]

type Cell = number | string | null

/** Writes an export as Parquet, group by group; what was written is taken away at once. */
export class ParquetRows {
  private readonly bytes = new ByteWriter()
  private readonly file: ParquetWriter
  private readonly names: readonly string[]
  private columns: Cell[][]

  constructor(resolution: ExportResolution) {
    const fields = resolution === 'raw' ? RAW : BUCKETS
    this.names = fields.map(({ name }) => name)
    this.columns = this.names.map(() => [])
    const schema: SchemaElement[] = [{ name: 'samples', num_children: fields.length }, ...fields]
    this.file = new ParquetWriter({ writer: this.bytes, schema, createdBy: 'Millrace' })
  }

  /** Adds rows of a page. @returns what there is to be sent, often nothing. */
  add(page: ExportPage, from: number, to: number): Uint8Array {
    const { series, machine, name, unit } = page.signal
    for (let at = from; at < to; at += 1) {
      const row = [page.timesMs[at] as number, series, machine, name, unit, ...cellsOf(page, at)]
      for (const [index, cell] of row.entries()) this.columns[index]?.push(cell)
      if ((this.columns[0]?.length ?? 0) >= GROUP_ROWS) this.writeGroup()
    }
    return this.take()
  }

  /** The rest and the footer. Without rows the file has none, and is one all the same. */
  end(): Uint8Array {
    this.writeGroup()
    // Only a writer of our own would be waited for.
    void this.file.finish()
    return this.take()
  }

  private writeGroup(): void {
    if (this.columns[0]?.length === 0) return
    const columnData = this.names.map((name, index): ColumnSource => ({ name, data: this.columns[index] ?? [] }))
    void this.file.write({ columnData, rowGroupSize: GROUP_ROWS })
    this.columns = this.names.map(() => [])
  }

  private take(): Uint8Array {
    const taken = this.bytes.getBytes().slice()
    this.bytes.index = 0
    return taken
  }
}

function cellsOf(page: ExportPage, at: number): Cell[] {
  if (page.kind === 'buckets') {
    return [page.min[at] ?? 0, page.max[at] ?? 0, page.mean[at] ?? 0, page.count[at] ?? 0]
  }
  const quality = page.qualities[at] ?? 0
  const value = sampleValue(page.values[at], quality)
  const isNumber = typeof value === 'number'
  return [isNumber ? value : null, isNumber ? null : value, QUALITY_NAMES[quality] ?? 'bad']
}
