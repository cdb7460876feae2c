import { DAY_MS, type Decimal, decimalOf, HOUR_MS, instant } from '@millrace/base'
import type { MaterialId, SiteSupply } from '@millrace/materials/contract'
import type { EquipmentId } from '@millrace/plant/contract'
import { planFactory } from '@millrace/scheduling'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultsOf } from './check-rules.ts'
import type { OrderId, Product, ProductId } from './contract.ts'
import { lateReasons } from './lateness-rules.ts'
import { stateMaterials } from './material-rules.ts'
import { reasonOf, type Seat, seatOfEngine } from './plan-rules.ts'
import { type SiteState, stateProblem } from './problem-rules.ts'
import { namesOf, startText } from './word-rules.ts'

const NOW_MS = Date.UTC(2026, 10, 30, 6)
const SITE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b00' as EquipmentId
const UNIT = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b01' as EquipmentId
const span = { originMs: NOW_MS - 7 * DAY_MS, toMs: NOW_MS + 60 * DAY_MS }
const times = { ...span, nowMs: NOW_MS }

const material = (name: string) => name as MaterialId

/** Knives take scales that the same plant makes of rod, and boxes. Each has one step more than what it takes. */
const products: Product[] = (['scale', 'knife'] as const).map((name) => ({
  ...{ id: `product ${name}` as ProductId, siteId: SITE, code: name, name, family: name, materialId: material(name) },
  steps: ['Turning', 'Assembly'].map((step) => ({
    ...{ name: step, setupFamily: name, splittable: true, operators: null },
    alternatives: [{ workUnitId: UNIT, minutesPerPiece: 0.5 }],
  })),
}))
const item = (componentId: string, quantityPer: string, stepName: string | null) => ({
  ...{ componentId: material(componentId), quantityPer: quantityPer as Decimal, scrapRatio: 0, stepName },
})
const bills: SiteSupply['bills'] = [
  { materialId: material('scale'), items: [item('rod', '0.012', 'Turning')] },
  { materialId: material('knife'), items: [item('scale', '2', 'Assembly'), item('box', '1', null)] },
]

interface Given {
  readonly stock?: Readonly<Record<string, number>>
  readonly receipts?: readonly { readonly of: string; readonly quantity: number; readonly day: number }[]
  readonly leadTimeDays?: number
}

function supplyOf({ stock = {}, receipts = [], leadTimeDays = 5 }: Given): SiteSupply {
  return {
    bills,
    materials: ['scale', 'rod', 'box', 'knife'].map((name) => ({
      ...{ id: material(name), code: name, name, unit: 'pcs', kind: 'part' },
    })),
    stock: Object.entries(stock).map(([name, amount]) => ({
      ...{ siteId: SITE, materialId: material(name), quantity: decimalOf(amount), countedAt: null },
    })),
    receipts: receipts.map(({ of, quantity, day }, index) => ({
      ...{ id: `receipt ${index}` as never, siteId: SITE, materialId: material(of), quantity: decimalOf(quantity) },
      ...{ expectedAt: instant(NOW_MS + day * DAY_MS), reference: `PO ${index}`, supplier: null, state: 'expected' },
    })),
    policies: ['rod', 'box', 'scale'].map((name) => ({
      ...{ siteId: SITE, materialId: material(name), supply: 'buy' as const, fromSiteId: null, supplier: null },
      ...{ leadTimeDays, safetyStock: '0' as Decimal, unitCost: '1' as Decimal, responsible: null },
      lot: { kind: 'lot-for-lot' as const },
    })),
  }
}

const order = (number: number, product: 'scale' | 'knife', quantity: number, dueDay: number) => ({
  ...{ id: `order-${number}` as OrderId, number: String(number), siteId: SITE, quantity, priority: 3 },
  ...{ productId: `product ${product}` as ProductId, productName: product, customer: null, state: 'open' as const },
  ...{ releaseAt: instant(NOW_MS - DAY_MS), dueAt: instant(NOW_MS + dueDay * DAY_MS) },
})
type Order = ReturnType<typeof order>

const stateOf = (orders: readonly Order[], given: Given): SiteState => ({
  ...{ siteId: SITE, timeZone: 'Europe/Zurich', nowMs: NOW_MS, span, products, orders, supply: supplyOf(given) },
  ...{ tools: [], capacities: [], ways: [], splits: new Map() },
  ...{
    setups: [],
    groups: [],
    exceptions: [],
    absences: [],
    paces: [],
    units: [{ id: UNIT, name: 'Cell', group: 'Hall', fence: { frozenMs: 0, slushyMs: 0 } }],
  },
  shifts: Array.from({ length: 67 }, (_, day) => ({
    ...{ name: 'Day', startMs: span.originMs + day * DAY_MS, endMs: span.originMs + day * DAY_MS + 16 * HOUR_MS },
  })),
})
const stated = (orders: readonly Order[], given: Given) =>
  stateMaterials(orders, new Map(products.map((one) => [one.id, one])), supplyOf(given), times)

describe('what orders take', () => {
  test('is taken at the step that the bill names, and at the first where it names none', () => {
    const { takes } = stated([order(1, 'knife', 100, 5)], { stock: { scale: 500_000, box: 500_000 } })
    expect(Object.fromEntries(takes)).toEqual({
      'order-1.2': [{ materialId: 'scale', quantity: 200_000 }],
      'order-1.1': [{ materialId: 'box', quantity: 100_000 }],
    })
  })

  test('of what the plant makes itself is handed out by due date: stock first, then the orders that make it', () => {
    const orders = [order(1, 'knife', 100, 9), order(2, 'knife', 50, 5), order(3, 'scale', 200, 4)]
    const { pegs, takes } = stated(orders, { stock: { scale: 120_000, box: 500_000, rod: 500_000 } })
    // Order 2 is due first: 100 of the 120 that lie there. The other 20, and 180 of order 3, are for order 1.
    expect(pegs.get('order-2.2')).toBeUndefined()
    expect(pegs.get('order-1.2')).toEqual([{ operationId: 'order-3.2', materialId: 'scale' }])
    expect(takes.get('order-1.2')).toEqual([{ materialId: 'scale', quantity: 20_000 }])
  })

  test('of what is overdue is assumed to come a day from now, and what nobody ordered after its lead time', () => {
    const receipts = [{ of: 'box', quantity: 60_000, day: -3 }]
    const { coming, materials } = stated([order(1, 'knife', 100, 5)], { stock: { scale: 500_000 }, receipts })
    expect(coming.get('box')?.map(({ kind, atMs }) => [kind, (atMs - NOW_MS) / DAY_MS])).toEqual([
      ['overdue', 1],
      ['assumed', 5],
    ])
    expect(materials.find(({ id }) => id === 'box')?.arrivals.map(({ quantity }) => quantity)).toEqual([60_000, 40_000])
  })

  test('of what comes only behind the end of the plan leaves out the orders that are due last, and says so', () => {
    const orders = [order(1, 'knife', 100, 9), order(2, 'knife', 100, 5)]
    const given = { stock: { scale: 900_000, box: 100_000 }, leadTimeDays: 90 }
    expect([...stated(orders, given).missing]).toEqual([['order-1', 'box']])
    const { impossible, problem } = stateProblem(stateOf(orders, given))
    expect(impossible.get('order-1')).toContain('comes only after the end of this plan')
    expect(problem.orders.map(({ id }) => id)).toEqual(['order-2'])
  })

  test('in amounts too large to be counted in thousandths is never more there than there is', () => {
    const { takes, materials } = stated([order(1, 'knife', 9_000_000, 5)], {
      stock: { scale: 999_999_999_999, box: 1 },
    })
    const scale = materials.find(({ id }) => id === 'scale')
    expect(takes.get('order-1.2')?.[0]?.quantity).toBeLessThanOrEqual(1e9)
    expect((scale?.stock ?? 0) / (takes.get('order-1.2')?.[0]?.quantity ?? 1)).toBeCloseTo(999_999_999_999 / 18e9, 5)
  })
})

function seatsIn(state: SiteState, pinned: Parameters<typeof stateProblem>[1] = []) {
  const { problem } = stateProblem(state, pinned)
  const { plan } = planFactory(problem, { seed: 1, budgetMs: 0, nowMs: () => 1 })
  const seats = new Map<string, Seat>(
    plan.placements.map((one) => [
      one.operationId,
      seatOfEngine(one, new Map(), { locked: false, reason: reasonOf(one.binding) }),
    ]),
  )
  return { problem, plan, seats, faults: faultsOf(problem, seats) }
}

/** The words for what order 1 waits for, and for the start of each of its steps. */
function wordsOf(orders: readonly Order[], given: Given) {
  const state = stateOf(orders, given)
  const stated = stateProblem(state)
  const names = namesOf(state, stated)
  const { seats, problem } = seatsIn(state)
  const [first] = problem.orders
  if (!first) throw new Error('Nothing is planned.')
  return {
    late: lateReasons(first, seats, problem.nowS, names).map(({ text }) => text),
    starts: first.operations.map(({ id }) => startText(seats.get(id) as Seat, names)),
  }
}

describe('what an order waits for is said with its material', () => {
  const plenty = { scale: 900_000, box: 900_000, rod: 900_000 }

  test('and the delivery that brings it', () => {
    const receipts = [{ of: 'box', quantity: 100_000, day: 3 }]
    const { late, starts } = wordsOf([order(1, 'knife', 100, 2)], { stock: { ...plenty, box: 0 }, receipts })
    expect(starts[0]).toBe('Waits for 100 of box, PO 0, expected Thu 07:00')
    expect(late[0]).toMatch(/^1 Turning waits .* for 100 of box, PO 0, expected Thu 07:00\.$/)
  })

  test('and that it is overdue, or that nobody has ordered it', () => {
    const overdue = [{ of: 'box', quantity: 100_000, day: -3 }]
    expect(wordsOf([order(1, 'knife', 100, 1)], { stock: { ...plenty, box: 0 }, receipts: overdue }).starts[0]).toBe(
      'Waits for 100 of box, PO 0, overdue and assumed to come Tue 07:00',
    )
    expect(wordsOf([order(1, 'knife', 100, 1)], { stock: { ...plenty, box: 0 }, leadTimeDays: 8 }).starts[0]).toBe(
      'Waits for 100 of box, which nobody has ordered, assumed to come Tue 8 Dec',
    )
  })

  test('or with the order that makes it', () => {
    const orders = [order(1, 'knife', 100, 3), order(2, 'scale', 900, 2)]
    const { starts } = wordsOf(orders, { stock: { ...plenty, scale: 0 } })
    expect(starts[1]).toBe('Waits for 2 Assembly, which makes its scale')
  })
})

test('a plan that waits for a guess stays valid while the guess moves on with the clock, for some days', () => {
  const state = stateOf([order(1, 'knife', 100, 20)], { stock: { scale: 900_000 }, leadTimeDays: 8 })
  const { seats } = seatsIn(state)
  const faultsAfter = (days: number) =>
    faultsOf(stateProblem({ ...state, nowMs: NOW_MS + days * DAY_MS }).problem, seats).map(({ code }) => code)
  expect(faultsAfter(2)).toEqual([])
  expect(faultsAfter(4)).toEqual(['material'])
})

const given = fc.record({
  orders: fc.array(
    fc.tuple(
      fc.constantFrom('scale' as const, 'knife' as const),
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 20 }),
    ),
    { minLength: 1, maxLength: 8 },
  ),
  stock: fc.record({ scale: fc.nat(600_000), rod: fc.nat(6000), box: fc.nat(900_000) }),
  receipts: fc.array(
    fc.record({
      of: fc.constantFrom('scale', 'rod', 'box'),
      quantity: fc.integer({ min: 1, max: 400_000 }),
      day: fc.integer({ min: -5, max: 25 }),
    }),
    { maxLength: 5 },
  ),
  leadTimeDays: fc.nat(20),
})

describe('a plan with materials', () => {
  test('has a place for every operation whatever is missing, and takes nothing before it is there', () => {
    fc.assert(
      fc.property(given, ({ orders, ...rest }) => {
        const state = stateOf(
          orders.map(([product, quantity, due], index) => order(index, product, quantity, due)),
          rest,
        )
        const { problem, plan, seats, faults } = seatsIn(state)
        expect(plan.unplaced).toEqual([])
        expect(faults).toEqual([])
        // Said once more without the engine: whoever is pegged starts after what makes its part has ended.
        const { takes, pegs } = stateMaterials(
          state.orders,
          new Map(products.map((one) => [one.id, one])),
          state.supply,
          times,
        )
        for (const [operationId, list] of pegs)
          for (const { operationId: makerId } of list)
            expect(seats.get(operationId)?.startS).toBeGreaterThanOrEqual(seats.get(makerId)?.endS ?? Infinity)
        for (const { id, stock, arrivals } of problem.materials) {
          const moves = [
            ...arrivals.map(({ atS, quantity }) => ({ atS, change: quantity })),
            ...[...takes].flatMap(([operationId, list]) =>
              list
                .filter(({ materialId }) => materialId === id)
                .map(({ quantity }) => ({ atS: seats.get(operationId)?.startS ?? 0, change: -quantity })),
            ),
          ].sort((a, b) => a.atS - b.atS || b.change - a.change)
          let level = stock
          for (const { change } of moves) {
            level += change
            expect(level).toBeGreaterThanOrEqual(0)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
