import { expect, test } from 'vitest'
import type { BillItem, MaterialId } from '../contract.ts'
import { itemsOf, quantityPerOf, rowOf, scrapOf } from './bill-form.ts'

const strip = { id: 'strip' as MaterialId, code: 'STRIP', name: 'Strip', unit: 'kg' } as const

test.each([0, 0.07, 0.025, 0.29, 0.0123, 0.9])(
  'a bill that was only looked at stays as it was, with a loss of %d',
  (scrapRatio) => {
    const item: BillItem = {
      ...{ componentId: strip.id, quantityPer: '0.31' as BillItem['quantityPer'], scrapRatio },
      stepName: 'Blanking',
    }
    expect(itemsOf([rowOf(item, strip, 1)])).toEqual([item])
  },
)

test.each([
  ['', 0],
  ['2,5', 0.025],
  [' 90 ', 0.9],
  ['90.1', undefined],
  ['-1', undefined],
  ['some', undefined],
])('%j of loss is the ratio %s', (typed, ratio) => {
  expect(scrapOf(typed)).toBe(ratio)
})

test('a component that nothing is taken of leaves a bill unsaid', () => {
  const row = { key: 1, component: strip, scrapPercent: '', stepName: ' ' }
  expect(quantityPerOf('0,000')).toBeUndefined()
  expect(itemsOf([{ ...row, quantityPer: '0' }])).toBeUndefined()
  expect(itemsOf([{ ...row, quantityPer: '2' }])).toEqual([
    { componentId: strip.id, quantityPer: '2', scrapRatio: 0, stepName: null },
  ])
})
