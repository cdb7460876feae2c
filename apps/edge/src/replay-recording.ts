import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { type TimeReader, timeReaderFor } from './replay-time.ts'

/** What of the file is chosen by hand; everything absent is found out. */
export type RecordingOptions = {
  separator?: string | undefined
  timeColumn?: string | undefined
  valueColumns?: readonly string[] | undefined
  machineColumn?: string | undefined
  timeZone: string
}

/** A recorded table, understood: which columns are what, and how its cells are read. */
export type Recording = {
  path: string
  separator: string
  hasHeader: boolean
  timeAt: number
  machineAt: number | undefined
  signals: { name: string; unit: string | undefined; at: number }[]
  decimalComma: boolean
  readTime: TimeReader
}

export type Row = { timeMs: number; machine: string; values: (number | undefined)[] }

const SEPARATORS = [',', ';', '\t', '|']
const SAMPLE_ROWS = 500
const SIGNALS_MAX = 200
const RECORD_MAX_CHARACTERS = 1024 * 1024
const TIME_NAME = /^(time|date|timestamp|datetime|ts|zeit|datum|fecha)/i
const UNIT = /^(.*?)\s*[[(]([^\])]{1,40})[\])]\s*$/

/**
 * Looks at the first rows of a file (plain or gzip) and finds out what is in it.
 *
 * @throws Error, in a sentence that says which option to give, when that is not clear.
 */
export async function openRecording(path: string, options: RecordingOptions): Promise<Recording> {
  const separator = options.separator ?? (await sniffSeparator(path))
  const rows: string[][] = []
  for await (const row of cells(path, separator)) {
    rows.push(row)
    if (rows.length >= SAMPLE_ROWS) break
  }
  const [first, ...rest] = rows
  if (!first || rest.length === 0) throw new Error(`${path} has no rows.`)
  const hasHeader = !first.some((cell) => cell.trim() !== '' && Number.isFinite(numberOf(cell, true)))
  const names = hasHeader ? first.map((cell) => cell.trim()) : first.map((_, index) => `column ${index + 1}`)
  const sample = hasHeader ? rest : rows
  const column = (at: number) => sample.map((row) => row[at] ?? '')

  const { timeAt, readTime } = findTime(names, column, options)
  const machineAt = options.machineColumn === undefined ? undefined : indexOf(names, options.machineColumn)
  const decimalComma = separator !== ',' && sample.some((row) => row.some((cell) => /^\s*[-+]?\d+,\d+\s*$/.test(cell)))
  const chosen = options.valueColumns?.map((name) => indexOf(names, name))
  const found = names.flatMap((_, at) =>
    at !== timeAt && at !== machineAt && isNumeric(column(at), decimalComma) ? [at] : [],
  )
  const signals = (chosen ?? found).slice(0, SIGNALS_MAX).map((at) => ({ at, ...signalOf(names[at] ?? '') }))
  if (signals.length === 0) throw new Error(`${path} has no column of numbers. Name them with --values.`)
  return { path, separator, hasHeader, timeAt, machineAt, signals, decimalComma, readTime }
}

/** The rows of a recording that have a time, in the order of the file. */
export async function* readRows(recording: Recording): AsyncGenerator<Row> {
  const { timeAt, machineAt, signals, decimalComma, readTime } = recording
  let header = recording.hasHeader
  for await (const row of cells(recording.path, recording.separator)) {
    if (header) {
      header = false
      continue
    }
    const timeMs = readTime(row[timeAt] ?? '')
    if (timeMs === undefined) continue
    const machine = machineAt === undefined ? '' : (row[machineAt] ?? '').trim()
    const values = signals.map(({ at }) => {
      const value = numberOf(row[at] ?? '', decimalComma)
      return Number.isFinite(value) ? value : undefined
    })
    yield { timeMs, machine, values }
  }
}

async function* cells(path: string, separator: string): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter: separator,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: RECORD_MAX_CHARACTERS,
  })
  const source = await openFile(path)
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const row of parser as AsyncIterable<string[]>) yield row
  } finally {
    source.destroy()
  }
}

/** The file's text, unpacked when its first bytes say that it is gzip. */
async function openFile(path: string): Promise<Readable> {
  const file = await open(path, 'r')
  const magic = new Uint8Array(2)
  await file.read(magic, 0, 2, 0)
  await file.close()
  const plain = createReadStream(path)
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return plain
  const unpacked = createGunzip()
  plain.on('error', (error) => unpacked.destroy(error))
  return plain.pipe(unpacked)
}

/** The separator that gives the first lines the most, and equally many, cells. */
async function sniffSeparator(path: string): Promise<string> {
  const source = await openFile(path)
  let text = ''
  for await (const chunk of source as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8')
    if (text.length > 65_536) break
  }
  source.destroy()
  const lines = text
    .split(/\r?\n/)
    .slice(0, 20)
    .filter((line) => line !== '')
  const counts = SEPARATORS.map((separator) => Math.min(...lines.map((line) => line.split(separator).length)))
  const most = Math.max(...counts)
  return SEPARATORS[counts.indexOf(most)] ?? ','
}

function findTime(names: readonly string[], column: (at: number) => string[], options: RecordingOptions) {
  const { timeColumn, timeZone } = options
  const candidates =
    timeColumn !== undefined
      ? [indexOf(names, timeColumn)]
      : names.map((_, at) => at).sort((a, b) => rank(names, a) - rank(names, b))
  for (const timeAt of candidates) {
    // Any column of numbers could be seconds: one that is not named so is only taken when it holds dates.
    const named = timeColumn !== undefined || TIME_NAME.test(names[timeAt] ?? '')
    if (!named && isNumeric(column(timeAt), false)) continue
    const readTime = timeReaderFor(column(timeAt), timeZone)
    if (readTime) return { timeAt, readTime }
  }
  throw new Error('No column of times was found. Name it with --time.')
}

function rank(names: readonly string[], at: number): number {
  return TIME_NAME.test(names[at] ?? '') ? at : names.length + at
}

function indexOf(names: readonly string[], name: string): number {
  const at = names.findIndex((known) => known.toLowerCase() === name.trim().toLowerCase())
  if (at < 0) throw new Error(`There is no column "${name}". There are: ${names.join(', ')}.`)
  return at
}

/** "Temperature (°C)" is a name and a unit. */
function signalOf(header: string): { name: string; unit: string | undefined } {
  const match = UNIT.exec(header)
  return match?.[1] ? { name: match[1], unit: match[2] } : { name: header, unit: undefined }
}

function isNumeric(column: readonly string[], decimalComma: boolean): boolean {
  const filled = column.filter((cell) => cell.trim() !== '')
  const numbers = filled.filter((cell) => !Number.isNaN(numberOf(cell, decimalComma)))
  return filled.length > 0 && numbers.length >= 0.9 * filled.length
}

function numberOf(cell: string, decimalComma: boolean): number {
  const text = cell.trim()
  if (text === '') return Number.NaN
  return Number(decimalComma ? text.replace(',', '.') : text)
}
