import { DAY_MS } from '@millrace/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { projectStock, type StockFlow } from './outlook-rules.ts'

const flow = (kind: StockFlow['kind'], day: number, change: number): StockFlow => ({
  ...{ kind, atMs: day * DAY_MS, change, text: `${kind} ${day}` },
})

test('a stock is short when more goes than lies there and came until then', () => {
  const flows = [flow('take', 3, -80), flow('receipt', 4, 50), flow('take', 1, -40), flow('take', 5, -10)]
  const projection = projectStock(100, 30, flows, 0)
  expect(projection.flows.map(({ after }) => after)).toEqual([60, -20, 30, 20])
  expect(projection).toMatchObject({
    ...{ taken: 130, expected: 50, made: 0, shortMs: 3 * DAY_MS, shortage: 20, lowMs: 3 * DAY_MS, reachDays: 3 },
  })
})

test('what comes is there for what goes at the same moment, and what lies before now counts as now', () => {
  const { shortMs, flows } = projectStock(0, 0, [flow('take', -2, -50), flow('make', 1, 50), flow('take', 1, -50)], 0)
  expect(flows.map(({ atMs, after }) => [atMs / DAY_MS, after])).toEqual([
    [0, -50],
    [1, 0],
    [1, -50],
  ])
  expect(shortMs).toBe(0)
  expect(projectStock(50, 0, [flow('make', 1, 50), flow('take', 1, -100)], 0).shortMs).toBeUndefined()
})

test('nothing that goes means no reach and no shortage, and too little from the start is low now', () => {
  expect(projectStock(5, 10, [], 7)).toMatchObject({
    ...{ reachDays: undefined, shortMs: undefined, shortage: 0, lowMs: 7 },
  })
})

const flows = fc.array(
  fc
    .tuple(
      fc.constantFrom('take' as const, 'make' as const, 'receipt' as const),
      fc.nat(30),
      fc.integer({ min: 1, max: 1000 }),
    )
    .map(([kind, day, size]) => flow(kind, day, kind === 'take' ? -size : size)),
  { maxLength: 30 },
)

test('the last level is what lay there with all that came and went, and a shortage is exactly when a level is below zero', () => {
  fc.assert(
    fc.property(fc.nat(5000), flows, (onHand, all) => {
      const { flows: projected, taken, made, expected, shortMs, shortage } = projectStock(onHand, 0, all, 0)
      expect(projected.at(-1)?.after ?? onHand).toBe(onHand + made + expected - taken)
      const lowest = Math.min(0, ...projected.map(({ after }) => after))
      expect(shortage + lowest).toBe(0)
      expect(shortMs).toBe(projected.find(({ after }) => after < 0)?.atMs)
    }),
  )
})

test('more on hand never brings a shortage forward', () => {
  fc.assert(
    fc.property(fc.nat(3000), fc.nat(3000), flows, (onHand, more, all) => {
      const [less, rich] = [projectStock(onHand, 0, all, 0), projectStock(onHand + more, 0, all, 0)]
      expect(rich.shortMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(less.shortMs ?? Number.POSITIVE_INFINITY)
      expect(rich.reachDays ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
        less.reachDays ?? Number.POSITIVE_INFINITY,
      )
    }),
  )
})
