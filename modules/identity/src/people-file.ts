import { createHash } from 'node:crypto'
import { CsvError, parse } from 'csv-parse/sync'
import {
  importUnreadable,
  PEOPLE_COLUMNS,
  PEOPLE_FILE_BYTES_MAX,
  PEOPLE_ROWS_MAX,
  type PeopleColumn,
} from './people-csv-contract.ts'
import { separatorOf, unguarded } from './people-csv-rules.ts'

/** One row of a file of people. */
export interface FileRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number
  /** Without space around them and without guards; '' for a column that the file does not have. */
  readonly cells: Readonly<Record<PeopleColumn, string>>
  /** It has more cells than the header. */
  readonly overfull: boolean
}

/** Other words for the columns that people write. */
const ALIASES: Readonly<Record<string, PeopleColumn>> = { 'e-mail': 'email', plant: 'site' }
const NEEDED: readonly PeopleColumn[] = ['name', 'email']
/** Excel's own first line that names the separator: no row of the sheet. */
const SEPARATOR_LINE = /^sep=([,;\t])\r?\n/i

export function fileDigestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * The rows of a file of people; empty rows are left out, but counted.
 *
 * @throws importUnreadable too large, no CSV, an unknown column, a missing one, no rows or too many
 */
export function readPeopleFile(text: string): FileRow[] {
  if (Buffer.byteLength(text) > PEOPLE_FILE_BYTES_MAX) {
    throw importUnreadable('The file is larger than 1 MiB. Split it.')
  }
  const whole = text.replace(/^\uFEFF/, '')
  const named = SEPARATOR_LINE.exec(whole)
  const table = whole.slice(named?.[0].length ?? 0)
  const [header = [], ...records] = recordsOf(table, named?.[1] ?? separatorOf(/^[^\r\n]*/.exec(table)?.[0] ?? ''))
  const columns = columnsOf(header)
  const rows = records.flatMap((record, index): FileRow[] => {
    if (record.every((cell) => cell.trim() === '')) return []
    const cells = PEOPLE_COLUMNS.map((column) => {
      const at = columns.indexOf(column)
      return [column, at < 0 ? '' : unguarded(record[at]?.trim() ?? '')] as const
    })
    const overfull = record.slice(columns.length).some((cell) => cell.trim() !== '')
    return [{ row: index + 2, cells: Object.fromEntries(cells) as FileRow['cells'], overfull }]
  })
  if (rows.length === 0) throw importUnreadable('The file names nobody: there is no row below its header.')
  if (rows.length > PEOPLE_ROWS_MAX) {
    throw importUnreadable(`The file has ${rows.length} rows; at most ${PEOPLE_ROWS_MAX} are taken at once. Split it.`)
  }
  return rows
}

function recordsOf(table: string, delimiter: string): string[][] {
  try {
    return parse(table, { delimiter, relax_column_count: true, skip_empty_lines: false })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines } = error
    throw importUnreadable(
      `The file cannot be read as CSV near line ${Number(lines ?? 1)}: a quotation mark is not closed, or stands in the middle of a cell.`,
      {},
      { cause: error },
    )
  }
}

/** Which column each cell of the header names. */
function columnsOf(header: readonly string[]): PeopleColumn[] {
  const names = header.map((cell) => cell.trim().toLowerCase())
  while (names.at(-1) === '') names.pop()
  const columns = names.map((name) => {
    const known = ALIASES[name] ?? PEOPLE_COLUMNS.find((column) => column === name)
    if (known) return known
    throw importUnreadable(
      `There is no column “${name.slice(0, 60)}”. The first row names the columns: ${PEOPLE_COLUMNS.join(', ')}.`,
    )
  })
  const twice = columns.find((column, at) => columns.indexOf(column) !== at)
  if (twice !== undefined) throw importUnreadable(`The column ${twice} is there twice.`)
  const missing = NEEDED.find((column) => !columns.includes(column))
  if (missing !== undefined) throw importUnreadable(`The column ${missing} is missing in the first row.`)
  return columns
}
