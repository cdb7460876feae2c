import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { loadAsWanted, planWeeks } from './plan-weeks.ts'
import type { CapacityItem, CapacityProblem } from './problem.ts'
import { shortages } from './shortage.ts'
import { loadSolver, type Solver } from './solver.ts'
import { capacityFaults } from './validate.ts'

let solve: Solver
beforeAll(async () => {
  solve = await loadSolver()
})

const item = (wish: Partial<CapacityItem> & { hoursPerPiece?: number; setupHours?: number }): CapacityItem => ({
  ...{ id: 'A', demand: [0, 0, 0], openingStock: 0, holdingCost: 0.01, backlogCost: 5, lotCost: 0 },
  steps: [
    { setupHours: wish.setupHours ?? 0, alternatives: [{ groupId: 'G', hoursPerPiece: wish.hoursPerPiece ?? 1 }] },
  ],
  ...wish,
})
const group = { id: 'G', hours: [40, 40, 40], overtimeHoursMax: [8, 8, 8], overtimeCost: 1 }
const problem = (items: CapacityItem[]): CapacityProblem => ({ weekCount: 3, items, groups: [group] })

test('what does not fit its week is made the week before, which costs less than overtime', () => {
  const stated = problem([item({ demand: [10, 20, 60] })])
  const plan = planWeeks(stated, solve, 2)
  expect(plan.make[0]).toEqual([10, 40, 40])
  expect(plan.stock[0]).toEqual([0, 20, 0])
  expect(plan.overtimeHours[0]).toEqual([0, 0, 0])
  expect(capacityFaults(stated, plan)).toEqual([])
  expect(loadAsWanted(stated, solve).loadHours).toEqual([[10, 20, 60]])
})

test('as wanted, machines that could do the same are loaded alike', () => {
  const alternatives = ['G', 'H'].map((groupId) => ({ groupId, hoursPerPiece: 1 }))
  const stated = {
    ...problem([item({ demand: [30, 60, 90], steps: [{ setupHours: 0, alternatives }] })]),
    groups: [group, { ...group, id: 'H' }],
  }
  const [first, second] = loadAsWanted(stated, solve).loadHours
  for (const [week, wanted] of [30, 60, 90].entries()) {
    const [one = 0, other = 0] = [first?.[week], second?.[week]]
    expect(one + other).toBeCloseTo(wanted)
    expect(Math.abs(one - other)).toBeLessThanOrEqual(10)
  }
})

test('when every week is full there is overtime, then a backlog that names the group it waits for', () => {
  const stated = problem([item({ demand: [40, 60, 60] })])
  const plan = planWeeks(stated, solve, 2)
  expect(plan.overtimeHours[0]).toEqual([8, 8, 8])
  expect(plan.backlog[0]?.[2]).toBe(16)
  expect(plan.hourPrice[0]?.[2]).toBeGreaterThan(1)
  expect(shortages(stated, plan).at(-1)).toEqual({ item: 0, week: 2, pieces: 16, group: 0, groupWeek: 2 })
  expect(capacityFaults(stated, plan)).toEqual([])
})

test('a long set-up makes one lot for several weeks', () => {
  const stated = problem([item({ demand: [5, 5, 5], setupHours: 4, lotCost: 1 })])
  const plan = planWeeks(stated, solve, 2)
  expect(plan.make[0]).toEqual([15, 0, 0])
  expect(plan.loadHours[0]).toEqual([19, 0, 0])
  expect(plan.cost).toBeCloseTo(1.15)
})

test('stock that is there is used first', () => {
  const plan = planWeeks(problem([item({ demand: [10, 10, 10], openingStock: 25 })]), solve, 2)
  expect(plan.make[0]).toEqual([0, 0, 5])
})

test('a problem that makes no sense is refused with its place', () => {
  expect(() => planWeeks(problem([item({ demand: [1] })]), solve, 1)).toThrow('item A')
  const lost = { setupHours: 0, alternatives: [{ groupId: 'X', hoursPerPiece: 1 }] }
  expect(() => planWeeks(problem([item({ steps: [lost] })]), solve, 1)).toThrow('X, which is no group')
})

test('the check finds a plan that was tampered with', () => {
  const stated = problem([item({ demand: [10, 20, 60], setupHours: 1 })])
  const plan = planWeeks(stated, solve, 2)
  expect(capacityFaults(stated, plan)).toEqual([])
  const more = plan.make.map((weeks) => weeks.map((pieces) => pieces + 1))
  expect(capacityFaults(stated, { ...plan, make: more })).not.toEqual([])
  expect(capacityFaults(stated, { ...plan, cost: plan.cost - 1 })).not.toEqual([])
  expect(capacityFaults(stated, { ...plan, work: plan.work.map((one) => ({ ...one, setups: 0 })) })).not.toEqual([])
  const small = { ...stated, groups: [{ ...group, hours: [1, 1, 1] }] }
  expect(capacityFaults(small, plan).some((fault) => fault.includes('overfull'))).toBe(true)
})

const anyProblem: fc.Arbitrary<CapacityProblem> = fc
  .record({ weekCount: fc.integer({ min: 1, max: 6 }), groupCount: fc.integer({ min: 1, max: 3 }) })
  .chain(({ weekCount, groupCount }) => {
    const weekly = (max: number) =>
      fc.array(fc.integer({ min: 0, max }), { minLength: weekCount, maxLength: weekCount })
    const ids = Array.from({ length: groupCount }, (_, at) => `G${at}`)
    const step = fc.record({
      setupHours: fc.integer({ min: 0, max: 5 }),
      alternatives: fc.subarray(ids, { minLength: 1 }).chain((chosen) =>
        fc.tuple(
          ...chosen.map((groupId) =>
            fc.record({
              groupId: fc.constant(groupId),
              hoursPerPiece: fc.integer({ min: 1, max: 20 }).map((tenths) => tenths / 10),
            }),
          ),
        ),
      ),
    })
    const one = fc.record({
      ...{ demand: weekly(60), openingStock: fc.integer({ min: 0, max: 50 }) },
      ...{ steps: fc.array(step, { minLength: 1, maxLength: 3 }), lotCost: fc.integer({ min: 0, max: 3 }) },
      ...{ holdingCost: fc.constantFrom(0.01, 0.1, 1), backlogCost: fc.constantFrom(2, 10) },
    })
    return fc.record({
      weekCount: fc.constant(weekCount),
      groups: fc.tuple(
        ...ids.map((id) =>
          fc.record({
            id: fc.constant(id),
            hours: weekly(80),
            overtimeHoursMax: weekly(20),
            overtimeCost: fc.constantFrom(0.5, 2),
          }),
        ),
      ),
      items: fc
        .array(one, { minLength: 1, maxLength: 3 })
        .map((items) => items.map((given, at) => ({ id: `I${at}`, ...given }))),
    })
  })

test('whatever is wanted: the plan keeps every hour, piece and set-up, and costs no less than its bound', () => {
  fc.assert(
    fc.property(anyProblem, (stated) => {
      const plan = planWeeks(stated, solve, 1)
      expect(capacityFaults(stated, plan)).toEqual([])
      for (const { item, week, pieces } of shortages(stated, plan)) expect(plan.backlog[item]?.[week]).toBe(pieces)
    }),
    { numRuns: 30 },
  )
}, 60_000)

test('whatever is wanted: more hours never cost more', () => {
  fc.assert(
    fc.property(anyProblem, (stated) => {
      // Without lots, so that both are solved exactly.
      const items = stated.items.map((one) => ({
        ...one,
        lotCost: 0,
        steps: one.steps.map((step) => ({ ...step, setupHours: 0 })),
      }))
      const wider = stated.groups.map((one) => ({ ...one, hours: one.hours.map((hours) => hours + 5) }))
      const plan = planWeeks({ ...stated, items }, solve, 1)
      const easier = planWeeks({ ...stated, items, groups: wider }, solve, 1)
      expect(easier.cost).toBeLessThanOrEqual(plan.cost + 1e-6)
    }),
    { numRuns: 30 },
  )
}, 60_000)
