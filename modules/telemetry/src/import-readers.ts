import { CsvReader } from './csv-rules.ts'
import { type ImportFormat, type ImportMapping, importUnreadable } from './import-contract.ts'
import { openParquet } from './import-parquet.ts'
import { parseLine } from './line-protocol-rules.ts'
import { Unreadable } from './sample-text-rules.ts'

/** A file in the order of its bytes, or anywhere in it. */
export interface ImportFile {
  readonly byteCount: number
  /** The bytes from `start` on, before `end`. */
  read(start: number, end: number): Promise<Buffer>
}

/** A row of a file: the cells of the columns that were asked for, in that order; undefined where it has none. */
export interface SourceRow {
  /** Counts from 1, a line of names not among them. */
  readonly row: number
  readonly cells: readonly unknown[]
  readonly fault?: string
}

/** Rows after each other, with the place in the file up to which it was read. */
export interface SourceBlock {
  readonly rows: readonly SourceRow[]
  readonly atByte: number
}

export interface Source {
  readonly columns: readonly string[]
  rows(wanted: readonly string[]): AsyncGenerator<SourceBlock>
}

const PIECE_BYTES = 512 * 1024
const LINE_LENGTH_MAX = 1024 * 1024
/** Lines of JSON whose names are looked for. */
const NAMED_LINES = 100
const COLUMNS_MAX = 2000

/** Columns that a line of the line protocol is taken apart into. */
const LINE_COLUMNS: readonly string[] = ['name', 'value', 'time']

/**
 * Opens a file for reading from its beginning, as often as one likes.
 *
 * @throws importUnreadable it is none of its format.
 */
export async function openSource(
  file: ImportFile,
  format: ImportFormat,
  csv: NonNullable<ImportMapping['csv']>,
): Promise<Source> {
  if (format === 'parquet') return openParquet(file)
  if (format === 'line-protocol') return { columns: LINE_COLUMNS, rows: (wanted) => lineRows(file, wanted) }
  if (format === 'jsonl') return { columns: await namesOf(file), rows: (wanted) => jsonRows(file, wanted) }
  const columns = await headOf(file, csv)
  return { columns, rows: (wanted) => csvRows(file, csv, columns, wanted) }
}

async function headOf(file: ImportFile, csv: NonNullable<ImportMapping['csv']>): Promise<string[]> {
  const reader = new CsvReader(csv.delimiter)
  for await (const { text } of textOf(file, csv.encoding)) {
    const [head] = reader.push(text)
    if (head) return namesIn(head.fault === undefined ? head.cells : [])
  }
  const [head] = reader.end()
  return namesIn(head?.fault === undefined ? (head?.cells ?? []) : [])
}

function namesIn(cells: readonly string[]): string[] {
  const names = cells.map((cell) => cell.trim())
  if (names.length === 0 || names.includes('')) {
    throw importUnreadable(
      'The first line must name every column. Perhaps the cells are separated by another character.',
    )
  }
  if (new Set(names).size !== names.length) throw importUnreadable('Two columns have the same name.')
  if (names.length > COLUMNS_MAX) throw importUnreadable(`There are more than ${COLUMNS_MAX} columns.`)
  return names
}

async function* csvRows(
  file: ImportFile,
  csv: NonNullable<ImportMapping['csv']>,
  columns: readonly string[],
  wanted: readonly string[],
): AsyncGenerator<SourceBlock> {
  const reader = new CsvReader(csv.delimiter)
  const at = wanted.map((name) => columns.indexOf(name))
  let row = -1
  const take = (lines: ReturnType<CsvReader['push']>): SourceRow[] =>
    lines.flatMap((line) => {
      row += 1
      // The line of names.
      if (row === 0) return []
      if (line.fault !== undefined) return { row, cells: [], fault: line.fault }
      if (line.cells.length !== columns.length) {
        return { row, cells: [], fault: `The line has ${line.cells.length} cells, and the first ${columns.length}.` }
      }
      return { row, cells: at.map((index) => line.cells[index]) }
    })
  for await (const { text, atByte } of textOf(file, csv.encoding)) yield { rows: take(reader.push(text)), atByte }
  yield { rows: take(reader.end()), atByte: file.byteCount }
}

async function namesOf(file: ImportFile): Promise<string[]> {
  const names = new Set<string>()
  let lines = 0
  for await (const block of linesOf(file)) {
    for (const line of block.lines) {
      const value = line === undefined ? undefined : objectIn(line)
      for (const name of value instanceof Unreadable || !value ? [] : Object.keys(value)) names.add(name)
      lines += 1
    }
    if (lines >= NAMED_LINES || names.size > COLUMNS_MAX) break
  }
  if (names.size === 0) throw importUnreadable('The first lines are no JSON objects.')
  if (names.size > COLUMNS_MAX) throw importUnreadable(`There are more than ${COLUMNS_MAX} columns.`)
  return [...names]
}

async function* jsonRows(file: ImportFile, wanted: readonly string[]): AsyncGenerator<SourceBlock> {
  let row = 0
  for await (const { lines, atByte } of linesOf(file)) {
    const rows = lines.flatMap((line): SourceRow | [] => {
      if (line !== undefined && line.trim() === '') return []
      row += 1
      const value = line === undefined ? new Unreadable('is too long') : objectIn(line)
      if (value instanceof Unreadable) return { row, cells: [], fault: `The line ${value.detail}.` }
      return { row, cells: wanted.map((name) => (Object.hasOwn(value, name) ? value[name] : undefined)) }
    })
    yield { rows, atByte }
  }
}

function objectIn(line: string): Readonly<Record<string, unknown>> | Unreadable {
  try {
    const value: unknown = JSON.parse(line)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Readonly<Record<string, unknown>>) : new Unreadable('is no JSON object')
  } catch {
    return new Unreadable('is no JSON')
  }
}

async function* lineRows(file: ImportFile, wanted: readonly string[]): AsyncGenerator<SourceBlock> {
  let row = 0
  const cellsOf = wanted.map((name) => LINE_COLUMNS.indexOf(name))
  for await (const { lines, atByte } of linesOf(file)) {
    const rows = lines.flatMap((line): SourceRow[] => {
      row += 1
      const fields = line === undefined ? new Unreadable('is too long') : parseLine(line)
      if (fields instanceof Unreadable) return [{ row, cells: [], fault: `The line ${fields.detail}.` }]
      return fields.map(({ name, value, time }) => {
        const all = [name, value, time]
        return { row, cells: cellsOf.map((index) => all[index]) }
      })
    })
    yield { rows, atByte }
  }
}

/** Lines without their ends; undefined for one that is too long. */
async function* linesOf(file: ImportFile): AsyncGenerator<{ lines: (string | undefined)[]; atByte: number }> {
  let rest = ''
  let isTooLong = false
  for await (const { text, atByte } of textOf(file, 'utf-8')) {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    const lines = parts.map((line, index): string | undefined => {
      const isLong = (index === 0 && isTooLong) || line.length > LINE_LENGTH_MAX
      return isLong ? undefined : line.endsWith('\r') ? line.slice(0, -1) : line
    })
    if (parts.length > 0) isTooLong = false
    if (rest.length > LINE_LENGTH_MAX) {
      isTooLong = true
      rest = ''
    }
    yield { lines, atByte }
  }
  if (rest !== '' || isTooLong) yield { lines: [isTooLong ? undefined : rest], atByte: file.byteCount }
}

async function* textOf(
  file: ImportFile,
  encoding: 'utf-8' | 'windows-1252',
): AsyncGenerator<{ text: string; atByte: number }> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  for (let start = 0; start < file.byteCount; start += PIECE_BYTES) {
    const end = Math.min(file.byteCount, start + PIECE_BYTES)
    const bytes = await file.read(start, end)
    try {
      yield { text: decoder.decode(bytes, { stream: end < file.byteCount }), atByte: end }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      throw importUnreadable(`The file is not written in ${encoding}.`, {}, { cause: error })
    }
  }
}
