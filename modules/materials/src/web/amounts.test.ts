import { expect, test } from 'vitest'
import { amountOf, amountText } from './amounts.ts'

test('amounts are as short as they can be, with their unit', () => {
  const plain = (text: string) => text.replaceAll(/\s/g, ' ')
  expect(plain(amountText('1650', 'kg'))).toMatch(/^1.?650 kg$/)
  expect(plain(amountText('74.4', 'kg'))).toMatch(/^74.4 kg$/)
  expect(plain(amountText('0.002', 'l'))).toMatch(/^0.002 l$/)
  expect(plain(amountText('2980.124', 'kg'))).toMatch(/^2.?980.1 kg$/)
  expect(plain(amountText('710.211', 'pcs'))).toBe('710 pcs')
  expect(plain(amountText('0.05', 'pcs'))).toBe('0.05 pcs')
  expect(amountText('12', '')).toBe('12')
})

test.each([
  ['12', '12'],
  [' 12,50 ', '12.5'],
  [0, '0'],
  ['0.0004', undefined],
  ['-3', undefined],
  ['much', undefined],
  ['', undefined],
])('%j is typed for %s', (typed, amount) => {
  expect(amountOf(typed)).toBe(amount)
})
