import { atWallClock, type Decimal, type Instant, instant, thousandthsOf } from '@millrace/base'
import { IMPORT_LINE_LIMIT } from './demand-contract.ts'

/** A line of a file of demand, with its material still by its code. */
export interface DemandLine {
  readonly line: number
  readonly number: string
  readonly materialCode: string
  readonly quantity: Decimal
  readonly dueAt: Instant
  readonly customer: string | null
  readonly priority: number
}

const COLUMNS = ['number', 'material', 'quantity', 'due', 'customer', 'priority'] as const
const USUAL_PRIORITY = '3'
const QUANTITY = /^(0|[1-9]\d{0,8})(\.\d{1,3})?$/

/**
 * Reads `number,material,quantity,due,customer,priority` with a first line that names the columns; semicolons do as well.
 * A due date without a time is the end of that day on the site's clock.
 *
 * @returns the lines, or what is wrong with the first that is
 */
export function readDemandFile(csv: string, timeZone: string): readonly DemandLine[] | { readonly fault: string } {
  const [head = '', ...rest] = csv.replace(/^\uFEFF/, '').split(/\r?\n/)
  const separator = head.includes(';') ? ';' : ','
  const names = cellsOf(head, separator).map((name) => name.toLowerCase())
  const missing = COLUMNS.slice(0, 4).find((column) => !names.includes(column))
  if (missing) return { fault: `The first line has to name the column ${missing}.` }
  const lines: DemandLine[] = []
  for (const [index, text] of rest.entries()) {
    if (text.trim() === '') continue
    if (lines.length >= IMPORT_LINE_LIMIT) return { fault: `A file has at most ${IMPORT_LINE_LIMIT} lines.` }
    const cells = cellsOf(text, separator)
    const cell = (column: (typeof COLUMNS)[number]) => cells[names.indexOf(column)] ?? ''
    const line = index + 2
    const quantity = cell('quantity')
    if (!QUANTITY.test(quantity) || thousandthsOf(quantity) === 0)
      return { fault: `Line ${line}: ${quantity || 'nothing'} is no quantity. Write it as 250 or 12.5.` }
    const dueAt = momentOf(cell('due'), timeZone)
    if (dueAt === undefined)
      return { fault: `Line ${line}: ${cell('due') || 'nothing'} is no date. Write it as 2026-12-24.` }
    const priority = cell('priority') || USUAL_PRIORITY
    if (!/^[1-5]$/.test(priority)) return { fault: `Line ${line}: the priority is 1 to 5.` }
    const [number, materialCode, customer] = [cell('number'), cell('material'), cell('customer')]
    if (number === '' || number.length > 40) return { fault: `Line ${line}: the number has 1 to 40 letters.` }
    if (customer.length > 120) return { fault: `Line ${line}: the customer's name is too long.` }
    lines.push({
      ...{ line, number, materialCode, quantity: quantity as Decimal, dueAt, priority: Number(priority) },
      customer: customer === '' ? null : customer,
    })
  }
  const twice = lines.find(({ number }, index) => lines.findIndex((other) => other.number === number) < index)
  if (twice) return { fault: `Line ${twice.line}: ${twice.number} is there twice.` }
  return lines
}

/** The cells of a line, quotes around them taken away. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = []
  const pattern = new RegExp(`\\s*(?:"((?:[^"]|"")*)"|([^${separator}]*))\\s*(?:${separator}|$)`, 'y')
  while (pattern.lastIndex <= line.length) {
    const found = pattern.exec(line)
    if (!found) break
    cells.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim())
    if (!found[0].endsWith(separator)) break
  }
  return cells
}

const LAST_MINUTE = 24 * 60 - 1

function momentOf(text: string, timeZone: string): Instant | undefined {
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (day) {
    const [year = 0, month = 0, date = 0] = day.slice(1).map(Number)
    return month >= 1 && month <= 12 && date >= 1 && date <= 31
      ? instant(atWallClock(year, month, date, LAST_MINUTE, timeZone))
      : undefined
  }
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : instant(ms)
}
