import { type Static, Type } from 'typebox'

/**
 * An exact amount that is not negative, with at most three places: stock, quantities, money. A text, so that nothing between
 * the column and the screen rounds it. In SQL `numeric`.
 */
export const Decimal = Type.Unsafe<string & { readonly __decimal: true }>(
  Type.String({ pattern: '^(0|[1-9]\\d{0,8})(\\.\\d{1,3})?$', maxLength: 13 }),
)
export type Decimal = Static<typeof Decimal>

/** As {@link Decimal}, also below zero: a change of stock, a difference of money. */
export const SignedDecimal = Type.Unsafe<string & { readonly __decimal: true }>(
  Type.String({ pattern: '^-?(0|[1-9]\\d{0,8})(\\.\\d{1,3})?$', maxLength: 14 }),
)

const FORM = /^(-?)(\d+)(?:\.(\d{1,3})0*)?$/

/**
 * A decimal in whole thousandths, with which it is reckoned: `'2.5'` is 2500. Numbers hold them exactly up to 9 · 10¹².
 *
 * @throws RangeError the text is no decimal with at most three places.
 */
export function thousandthsOf(text: string): number {
  const [, sign, whole, part = ''] = FORM.exec(text) ?? []
  const value = whole === undefined ? Number.NaN : Number(whole) * 1000 + Number(part.padEnd(3, '0'))
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is no decimal with at most three places.`)
  return sign === '-' && value !== 0 ? -value : value
}

/** The decimal of whole thousandths, as short as it can be: 2500 is `'2.5'`. @throws RangeError they are not whole. */
export function decimalOf(thousandths: number): Decimal {
  if (!Number.isSafeInteger(thousandths)) throw new RangeError(`${thousandths} is no number of thousandths.`)
  const size = Math.abs(thousandths)
  const part = String(size % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '')
  return `${thousandths < 0 ? '-' : ''}${Math.floor(size / 1000)}${part === '' ? '' : `.${part}`}` as Decimal
}

/** The product of two decimals in thousandths, rounded up (away from zero) to whole thousandths: what is needed must not come out short. */
export function productUp(aThousandths: number, bThousandths: number): number {
  const exact = BigInt(aThousandths) * BigInt(bThousandths)
  const size = exact < 0n ? -exact : exact
  const rounded = Number((size + 999n) / 1000n)
  return exact < 0n ? -rounded : rounded
}
