import { type Decimal, decimalOf, thousandthsOf } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explode, loopThrough } from './bill-rules.ts'
import { type Bill, type MaterialId, needOf } from './contract.ts'

const item = (componentId: string, quantityPer: string, scrapRatio = 0) => ({
  ...{ componentId: componentId as MaterialId, quantityPer: quantityPer as Decimal, scrapRatio, stepName: null },
})
const bill = (materialId: string, ...items: ReturnType<typeof item>[]): Bill => ({
  materialId: materialId as MaterialId,
  items,
})
const id = (text: string) => text as MaterialId

test.each([
  ['1', 0, 100_000, 100_000],
  ['0.31', 0, 240_000, 74_400],
  // 74.4 kg are 93 % of what is taken.
  ['0.31', 0.07, 240_000, 80_000],
  ['0.333', 0, 1, 1],
  ['1', 0.5, 1000, 2000],
])('%s each with scrap %d for %i is %i', (quantityPer, scrapRatio, parent, need) => {
  expect(needOf({ quantityPer: quantityPer as Decimal, scrapRatio }, parent)).toBe(need)
})

test('a bill is exploded level by level, what is shared once below each that takes it', () => {
  const bills = [
    bill('knife', item('blade', '1'), item('scale', '2')),
    bill('blade', item('steel', '0.3')),
    bill('scale', item('rod', '0.01'), item('steel', '0.001')),
  ]
  expect(
    explode(id('knife'), 10_000, bills).map((one) => [one.item.componentId, one.level, one.need, one.made]),
  ).toEqual([
    ['blade', 1, 10_000, true],
    ['steel', 2, 3000, false],
    ['scale', 1, 20_000, true],
    ['rod', 2, 200, false],
    ['steel', 2, 20, false],
  ])
})

test('a loop is named from the material back to itself', () => {
  const bills = [bill('a', item('b', '1')), bill('b', item('x', '1'), item('c', '1')), bill('c', item('a', '1'))]
  expect(loopThrough(id('a'), bills)).toEqual(['a', 'b', 'c', 'a'])
  expect(loopThrough(id('a'), bills.slice(0, 2))).toBeUndefined()
})

/** Bills over a few materials, in which whatever may be taken has a higher number: no loops. */
const acyclic = fc
  .array(fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5000 })), { maxLength: 12 })
  .map((edges) => {
    const by = Map.groupBy(edges, ([from]) => from)
    return [...by].map(([from, own]) =>
      bill(`m${from}`, ...own.map(([, step, quantity]) => item(`m${Math.min(from + step, 9)}`, decimalOf(quantity)))),
    )
  })

test('no loop is seen where there is none, and any edge back closes one', () => {
  fc.assert(
    fc.property(acyclic, fc.nat(6), (bills, start) => {
      expect(loopThrough(id(`m${start}`), bills)).toBeUndefined()
      const below = explode(id(`m${start}`), 1000, bills)
      fc.pre(below.length > 0)
      const last = below.at(-1)?.item.componentId ?? id('')
      const closed = [...bills.filter((one) => one.materialId !== last), bill(last, item(`m${start}`, '1'))]
      const loop = loopThrough(id(`m${start}`), closed)
      expect([loop?.[0], loop?.at(-1)]).toEqual([`m${start}`, `m${start}`])
    }),
  )
})

test('twice as much never takes less, nor more than twice and the rounding', () => {
  fc.assert(
    fc.property(
      fc.nat(1e9),
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 0, max: 89 }),
      (amount, per, percent) => {
        const one = { quantityPer: decimalOf(per), scrapRatio: percent / 100 }
        const [single, double] = [needOf(one, amount), needOf(one, 2 * amount)]
        expect(double).toBeGreaterThanOrEqual(single)
        expect(double).toBeLessThanOrEqual(2 * single)
        expect(single).toBeGreaterThanOrEqual(Math.floor((amount * thousandthsOf(one.quantityPer)) / 1000))
      },
    ),
  )
})
