import { thousandthsOf } from '@millrace/base'
import type { BillItem, MaterialDefinition } from '../contract.ts'
import { amountOf } from './amounts.ts'

/** A component of a bill as it is typed. */
export interface BillRow {
  /** Tells rows apart: a component may be taken at several steps. */
  readonly key: number
  readonly component: Pick<MaterialDefinition, 'id' | 'code' | 'name' | 'unit'>
  readonly quantityPer: string
  readonly scrapPercent: string
  readonly stepName: string
}

const SCRAP_PERCENT_MAX = 90

export function rowOf(item: BillItem, component: BillRow['component'], key: number): BillRow {
  const { quantityPer, scrapRatio, stepName } = item
  // 0.07 · 100 is 7.000000000000001: nobody typed that.
  return { key, component, quantityPer, scrapPercent: String(+(scrapRatio * 100).toFixed(6)), stepName: stepName ?? '' }
}

/** The ratio of a percentage as it was typed, nothing being none; undefined while it is no ratio that a bill may have. */
export function scrapOf(typed: string): number | undefined {
  const text = typed.trim().replace(',', '.')
  if (text === '') return 0
  if (!/^\d{1,2}(\.\d{1,6})?$/.test(text)) return undefined
  return Number(text) <= SCRAP_PERCENT_MAX ? Number(text) / 100 : undefined
}

/** How much of a component one takes, as it was typed; undefined for nothing of it. */
export function quantityPerOf(typed: string): BillItem['quantityPer'] | undefined {
  const amount = amountOf(typed)
  return amount === undefined || thousandthsOf(amount) === 0 ? undefined : amount
}

/** A bill as it was typed; undefined while something of it makes no sense. */
export function itemsOf(rows: readonly BillRow[]): BillItem[] | undefined {
  const items = rows.flatMap(({ component, quantityPer, scrapPercent, stepName }) => {
    const [amount, scrapRatio] = [quantityPerOf(quantityPer), scrapOf(scrapPercent)]
    if (amount === undefined || scrapRatio === undefined) return []
    return [{ componentId: component.id, quantityPer: amount, scrapRatio, stepName: stepName.trim() || null }]
  })
  return items.length === rows.length ? items : undefined
}
