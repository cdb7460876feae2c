import { expect, test } from 'vitest'
import { compileFactory } from './compile.ts'
import { afterEvents } from './events.ts'
import { explainLate } from './explain.ts'
import { withFix } from './fix-candidates.ts'
import { cheapestFixes } from './fixes.ts'
import type { FactoryPlan } from './plan.ts'
import { planFactory } from './plan-factory.ts'
import { boardOf } from './plan-of.ts'
import type { FactoryProblem } from './problem.ts'
import { factoryInvalid } from './problem-invalid.ts'
import { promiseDate } from './promise.ts'
import { repairPlan } from './repair.ts'
import { plainFactory, plainOperation, plainOrder } from './testing/plain-factory.ts'

function planned(problem: FactoryProblem): FactoryPlan {
  let ticks = 0
  return planFactory(problem, { seed: 1, budgetMs: 200, nowMs: () => ticks++ }).plan
}

function startOf(plan: FactoryPlan, id: string): number | undefined {
  return plan.placements.find((one) => one.operationId === id)?.startS
}

const lathe = { id: 'lathe', kind: 'machine' as const, count: 1, calendarId: 'always' }

test.each<[string, FactoryProblem, string]>([
  [
    'a machine without calendar',
    plainFactory({ resources: [{ ...lathe, calendarId: 'x' }] }),
    'resources[0].calendarId',
  ],
  ['an id twice', plainFactory({ resources: [lathe, lathe] }), 'resources[1].id'],
  ['half a second', plainFactory({ horizonS: 0.5 }), 'horizonS'],
  [
    'an operation without machine',
    plainFactory({ orders: [plainOrder('o', [plainOperation('a', { alternatives: [] })])] }),
    'orders[0].operations[0].alternatives',
  ],
  [
    'a circle',
    plainFactory({ orders: [plainOrder('o', [plainOperation('a', { after: [{ operationId: 'a' }] })])] }),
    'orders',
  ],
])('%s is refused with its place', (_, problem, path) => {
  expect(() => compileFactory(problem)).toThrow(expect.objectContaining({ type: factoryInvalid.type, data: { path } }))
})

test('the heavier of two orders that cannot both be on time comes first', () => {
  const light = plainOrder('light', [plainOperation('l')], { dueS: 50 })
  const heavy = plainOrder('heavy', [plainOperation('h')], { dueS: 50, weight: 5 })
  const plan = planned(plainFactory({ orders: [light, heavy] }))
  expect([startOf(plan, 'h'), startOf(plan, 'l')]).toEqual([0, 50])
})

test('orders of one family follow each other when that saves set-ups and nobody is late for it', () => {
  const orders = ['red', 'blue', 'red', 'blue'].map((family, i) =>
    plainOrder(`o${i}`, [plainOperation(`a${i}`, { family })], { dueS: 1000 }),
  )
  const setupMatrices = [{ id: 'm', otherwiseS: 30, initialS: 0, changes: [] }]
  let ticks = 0
  const problem = plainFactory({ orders, setupMatrices, resources: [{ ...lathe, setupMatrixId: 'm' }] })
  expect(planFactory(problem, { seed: 1, budgetMs: 200, nowMs: () => ticks++ }).score.setupS).toBe(30)
})

test('operations of one family share a batch', () => {
  const resources = [{ id: 'lathe', kind: 'batch' as const, count: 1, batchLoad: 2, calendarId: 'always' }]
  const orders = ['a', 'b', 'c'].map((id) => plainOrder(id, [plainOperation(id)]))
  const starts = planned(plainFactory({ resources, orders })).placements.map((one) => one.startS)
  expect(starts.sort((a, b) => a - b)).toEqual([0, 0, 50])
})

test('a stop suspends what runs, even what may not be split, and moves the rest behind it', () => {
  const orders = ['a', 'b'].map((id, i) =>
    plainOrder(id, [plainOperation(id, { splittable: false })], { dueS: 50 + 50 * i }),
  )
  const before = plainFactory({ orders })
  const plan = planned(before)
  const event = { kind: 'machine-stop', resourceId: 'lathe', startS: 20, endS: 120 } as const
  const problem = afterEvents(before, plan, [event], 20, 20)
  const options = { seed: 1, progress: (rounds: number) => rounds / 50, nextShiftEndS: 100 }
  const repaired = repairPlan(compileFactory(problem), plan, options)
  expect(repaired.plan.placements.map(({ startS, endS }) => [startS, endS])).toEqual([
    [0, 150],
    [150, 200],
  ])
  expect(repaired.changes.map((one) => [one.operationId, one.why])).toEqual([['b', 'forced']])
})

test('a promise uses the first gap that is large enough', () => {
  const pinned = plainOrder('p', [plainOperation('p', { pin: { resourceId: 'lathe', lane: 0, startS: 60 } })])
  const early = plainOrder('q', [plainOperation('q', { pin: { resourceId: 'lathe', lane: 0, startS: 10 } })])
  const problem = plainFactory({ orders: [pinned, early] })
  expect(promiseDate(problem, planned(problem), plainOrder('new', [plainOperation('n')])).endS).toBe(160)
})

test('an explanation ends where what held an operation has lost its own place since', () => {
  const problem = plainFactory({
    orders: [plainOrder('gone', [plainOperation('g')]), plainOrder('o', [plainOperation('a')])],
  })
  const place = { resourceId: 'lathe', lane: 0, setupStartS: 200, startS: 200, endS: 250 }
  const binding = { reason: { kind: 'machine', operationId: 'g' }, closedS: 0 } as const
  const plan: FactoryPlan = {
    placements: [{ operationId: 'a', ...place, binding }],
    unplaced: [{ operationId: 'g', reason: 'horizon' }],
  }
  const explained = explainLate(boardOf(compileFactory(problem), plan), 10).find(({ orderId }) => orderId === 'o')
  expect(explained).toMatchObject({ endS: 250, lateS: 150 })
  expect(explained?.chain.map(({ operationId }) => operationId)).toEqual(['a'])
})

test('a late material is the cause, and bringing it earlier the fix', () => {
  const steel = { materialId: 'steel', quantity: 1 }
  const materials = [{ id: 'steel', stock: 0, arrivals: [{ id: 'truck', atS: 500, quantity: 1 }] }]
  const orders = [plainOrder('o', [plainOperation('a', { materials: [steel] })])]
  const problem = plainFactory({ orders, materials })
  const plan = planned(problem)
  const [late] = explainLate(boardOf(compileFactory(problem), plan), 10)
  expect(late).toMatchObject({ orderId: 'o', endS: 550, lateS: 450 })
  expect(late?.causes).toEqual([{ cause: { kind: 'material', materialId: 'steel' }, waitedS: 500 }])
  if (!late) return
  const fixes = cheapestFixes(problem, plan, late, { seed: 1, rounds: 50 })
  expect(fixes[0]).toMatchObject({
    fix: { kind: 'expedite', materialId: 'steel', arrivalId: 'truck', atS: 0 },
    wonS: 500,
    othersWeightedS: 0,
  })
})

test('a closed machine is the cause, and overtime the fix', () => {
  const calendars = [
    {
      id: 'always',
      open: [
        { startS: 2000, endS: 10_000 },
        { startS: 0, endS: 100 },
      ].reverse(),
    },
  ]
  const orders = [
    plainOrder('o', [
      plainOperation('a', { splittable: false, alternatives: [{ resourceId: 'lathe', durationS: 120 }] }),
    ]),
  ]
  const problem = plainFactory({ orders, calendars })
  const plan = planned(problem)
  const [late] = explainLate(boardOf(compileFactory(problem), plan), 10)
  expect(late?.causes).toEqual([{ cause: { kind: 'calendar', resourceId: 'lathe' }, waitedS: 2000 }])
  if (!late) return
  const [fix] = cheapestFixes(problem, plan, late, { seed: 1, rounds: 50 })
  expect(fix).toMatchObject({ fix: { kind: 'overtime', resourceId: 'lathe', startS: 100, endS: 2000 }, wonS: 2000 })
  if (fix) expect(planned(withFix(problem, fix.fix)).placements[0]?.startS).toBe(0)
})
