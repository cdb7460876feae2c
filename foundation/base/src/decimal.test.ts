import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalOf, productUp, thousandthsOf } from './decimal.ts'

test.each([
  ['0', 0, '0'],
  ['12', 12_000, '12'],
  ['2.5', 2500, '2.5'],
  ['2.500', 2500, '2.5'],
  ['0.001', 1, '0.001'],
  ['-0.25', -250, '-0.25'],
  ['-0', 0, '0'],
  ['999999999.999', 999_999_999_999, '999999999.999'],
])('%s is %i thousandths, written %s', (text, thousandths, written) => {
  expect(thousandthsOf(text)).toBe(thousandths)
  expect(decimalOf(thousandths)).toBe(written)
})

test.each(['', '1.', '.5', '1,5', '1e3', '1.2345', ' 1', '--1', '99999999999999999'])(
  '%j is no such decimal',
  (text) => {
    expect(() => thousandthsOf(text)).toThrow(RangeError)
  },
)

test('what is written of thousandths reads as the same thousandths', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (thousandths) => {
      expect(thousandthsOf(decimalOf(thousandths))).toBe(thousandths)
    }),
  )
})

test('a product is never short, and less than a thousandth too much', () => {
  expect(productUp(thousandthsOf('0.333'), thousandthsOf('0.1'))).toBe(34)
  expect(productUp(thousandthsOf('240'), thousandthsOf('1.05'))).toBe(252_000)
  fc.assert(
    fc.property(fc.nat(1e11), fc.nat(1e7), (a, b) => {
      const product = BigInt(productUp(a, b)) * 1000n
      const exact = BigInt(a) * BigInt(b)
      expect(product >= exact && product - exact < 1000n).toBe(true)
    }),
  )
})
