import { type Decimal, decimalOf, thousandthsOf } from '@millrace/base'
import { formatNumber, formatQuantity } from '@millrace/ui'
import type { MaterialDefinition } from '../contract.ts'

/** Grams and millilitres are shown, but not of what is more than ten. */
const DIGITS_MAX = 3
const LARGE = 10_000

/**
 * An amount with its unit, as short as it can be: `1,650 kg`, `0.002 l`, `12 pcs`. Losses make fractions of pieces, which nobody
 * takes, but less than one piece is more than none.
 */
export function amountText(amount: string, unit: MaterialDefinition['unit'] | ''): string {
  const thousandths = thousandthsOf(amount)
  const places = [1000, 100, 10, 1].findIndex((size) => thousandths % size === 0)
  const most = unit === 'pcs' && Math.abs(thousandths) >= 1000 ? 0 : Math.abs(thousandths) > LARGE ? 1 : DIGITS_MAX
  const digits = Math.min(most, places)
  return unit === '' ? formatNumber(thousandths / 1000, digits) : formatQuantity(thousandths / 1000, unit, digits)
}

/** What somebody typed, as an exact amount; undefined while it is none. A comma is a point. */
export function amountOf(typed: number | string): Decimal | undefined {
  const text = String(typed).trim().replace(',', '.')
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(text)) return undefined
  return decimalOf(thousandthsOf(text))
}
