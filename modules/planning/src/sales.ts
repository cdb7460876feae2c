import { getSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { authorize, type Context } from '@millrace/runtime'
import { CsvError, parse } from 'csv-parse/sync'
import type { ProductId } from './contract.ts'
import {
  HISTORY_WEEKS,
  SALES_ROWS_MAX,
  type SalesFile,
  type SalesReading,
  salesFileInvalid,
} from './forecast-contract.ts'
import { listForecastProducts, listSales, saveSales } from './forecast-store.ts'
import { readSales, type SalesLine, type SalesRow } from './sales-csv-rules.ts'
import { addWeeks, weekOnOf } from './week-rules.ts'

/** Faults beyond the first few say nothing new. */
const FAULTS_SHOWN = 20
const COLUMNS = ['product', 'week', 'quantity'] as const

/** What importing a file of sales would do. @throws equipmentMissing, forbidden, salesFileInvalid it is no such file at all */
export async function previewSales(ctx: Context, file: SalesFile): Promise<SalesReading> {
  return (await read(ctx, file)).reading
}

/** Imports a file of sales: all of it, or with a fault in it nothing. @throws equipmentMissing, forbidden, salesFileInvalid */
export async function importSales(ctx: Context, file: SalesFile): Promise<SalesReading> {
  const { rows, reading } = await read(ctx, file)
  const [fault] = reading.faults
  if (fault)
    throw salesFileInvalid(`Line ${fault.line}: ${fault.sentence} Nothing was imported.`, {
      faultCount: reading.faultCount,
    })
  await saveSales(ctx.db, rows as (SalesRow & { productId: ProductId })[])
  const { siteId } = file
  ctx.audit({
    ...{ action: 'planning.sales.import', object: `site ${siteId}`, siteId },
    detail: { rows: reading.rowCount, newWeeks: reading.newWeeks, changedWeeks: reading.changedWeeks },
  })
  return reading
}

/** Adds weeks of which the caller is sure, for a company that comes with its past. @throws equipmentMissing, forbidden */
export async function recordSales(
  ctx: Context,
  siteId: EquipmentId,
  rows: readonly (SalesRow & { productId: ProductId })[],
): Promise<void> {
  await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  await saveSales(ctx.db, rows)
  ctx.audit({
    ...{ action: 'planning.sales.import', object: `site ${siteId}`, siteId },
    detail: { rows: rows.length },
  })
}

async function read(ctx: Context, { siteId, csv }: SalesFile): Promise<{ rows: SalesRow[]; reading: SalesReading }> {
  const { site } = await getSite(ctx, siteId)
  authorize(ctx.actor, 'planning:order:write', siteId)
  const thisWeekOn = weekOnOf(ctx.nowMs, site.timeZone)
  const products = await listForecastProducts(ctx.db, siteId)
  const lines = linesOf(csv)
  const idOf = new Map(products.map(({ productId, code }) => [code.toLowerCase(), productId]))
  const { rows, faults } = readSales(lines, idOf, addWeeks(thisWeekOn, -1))
  const ids = [...new Set(rows.map(({ productId }) => productId))] as ProductId[]
  const before = await listSales(ctx.db, ids, addWeeks(thisWeekOn, -HISTORY_WEEKS))
  const known = new Map(before.map(({ productId, weekOn, quantity }) => [`${productId} ${weekOn}`, quantity]))
  const was = ({ productId, weekOn }: SalesRow) => known.get(`${productId} ${weekOn}`)
  return {
    rows,
    reading: {
      ...{ rowCount: lines.length, productCount: ids.length },
      newWeeks: rows.filter((row) => was(row) === undefined).length,
      changedWeeks: rows.filter((row) => was(row) !== undefined && was(row) !== row.quantity).length,
      ...{ faults: faults.slice(0, FAULTS_SHOWN), faultCount: faults.length },
    },
  }
}

/** @throws salesFileInvalid */
function linesOf(csv: string): SalesLine[] {
  const header = csv.slice(0, csv.indexOf('\n') + 1 || undefined)
  const delimiter = header.includes(';') ? ';' : header.includes('\t') ? '\t' : ','
  try {
    const rows = parse(csv, {
      ...{ bom: true, delimiter, trim: true, skip_empty_lines: true, info: true, relax_column_count: true },
      columns: (names: string[]) => names.map((name) => name.toLowerCase()),
      to: SALES_ROWS_MAX + 1,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[]
    const first = rows[0]
    if (!first) throw salesFileInvalid('The file has no rows under its first line.')
    const lost = COLUMNS.find((column) => first.record[column] === undefined)
    if (lost)
      throw salesFileInvalid(`The first line has to name the columns ${COLUMNS.join(', ')}: ${lost} is not there.`)
    if (rows.length > SALES_ROWS_MAX) throw salesFileInvalid(`A file has at most ${SALES_ROWS_MAX} rows.`)
    return rows.map(({ record, info }) => ({
      ...{ line: info.lines, product: record.product ?? '', week: record.week ?? '', quantity: record.quantity ?? '' },
    }))
  } catch (error) {
    if (error instanceof CsvError) throw salesFileInvalid(`It is no table: ${error.message}`, {}, { cause: error })
    throw error
  }
}
