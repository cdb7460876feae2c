import { weekOfDate } from './week-rules.ts'

/** A row of a file of sales, as text, with the line it stands on. */
export interface SalesLine {
  readonly line: number
  readonly product: string
  readonly week: string
  readonly quantity: string
}

export interface SalesRow {
  readonly productId: string
  readonly weekOn: string
  readonly quantity: number
}

export interface SalesFault {
  readonly line: number
  readonly sentence: string
}

const QUANTITY_MAX = 10_000_000
const WEEKS_BACK_FROM = '2000-01-01'

/**
 * Reads the rows of a file of sales: a product's code, any day of the week, whole pieces.
 *
 * @param idOf products by their code in lower case
 * @param lastOn the last week that may have been sold already
 */
export function readSales(
  lines: readonly SalesLine[],
  idOf: ReadonlyMap<string, string>,
  lastOn: string,
): { rows: SalesRow[]; faults: SalesFault[] } {
  const rows: SalesRow[] = []
  const faults: SalesFault[] = []
  const seen = new Map<string, number>()
  for (const { line, product, week, quantity } of lines) {
    const productId = idOf.get(product.trim().toLowerCase())
    const weekOn = weekOfDate(week.trim())
    const pieces = /^[+-]?\d+$/.test(quantity.trim()) ? Number(quantity) : Number.NaN
    const fault = faultOf(product, week, quantity, { productId, weekOn, pieces, lastOn })
    if (fault !== undefined || productId === undefined || weekOn === undefined) {
      faults.push({ line, sentence: fault ?? '' })
      continue
    }
    const key = `${productId} ${weekOn}`
    const before = seen.get(key)
    if (before !== undefined) faults.push({ line, sentence: `Line ${before} has this product and week already.` })
    else rows.push({ productId, weekOn, quantity: pieces })
    seen.set(key, before ?? line)
  }
  return { rows, faults }
}

function faultOf(
  product: string,
  week: string,
  quantity: string,
  read: { productId: string | undefined; weekOn: string | undefined; pieces: number; lastOn: string },
): string | undefined {
  if (read.productId === undefined) return `This plant makes no product ${product.trim() || 'without a code'}.`
  if (read.weekOn === undefined) return `“${week}” is no date such as 2026-11-23.`
  if (read.weekOn < WEEKS_BACK_FROM || read.weekOn > read.lastOn)
    return `The week of ${week.trim()} is too far back, or not over.`
  if (!(Math.abs(read.pieces) <= QUANTITY_MAX)) return `“${quantity}” is no whole number of pieces.`
  return undefined
}
