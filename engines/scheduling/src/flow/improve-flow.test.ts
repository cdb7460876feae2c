import fc from 'fast-check'
import { expect, test } from 'vitest'
import { insertionTables } from './best-insertion.ts'
import { type FlowPlan, flowPlanOf } from './flow-plan.ts'
import { compileFlowShop, type FlowShop } from './flow-shop.ts'
import { improveFlow } from './improve-flow.ts'
import { validateFlowPlan } from './validate-flow.ts'

const flowShops = (jobsMax: number): fc.Arbitrary<FlowShop> =>
  fc.tuple(fc.integer({ min: 1, max: jobsMax }), fc.integer({ min: 1, max: 4 })).chain(([jobs, machines]) => {
    const time = fc.integer({ min: 0, max: 30 })
    const table = (rows: number, columns: number) =>
      fc.array(fc.array(time, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows })
    const setUps = fc.array(table(jobs, jobs), { minLength: machines, maxLength: machines })
    return fc.record(
      { durations: table(jobs, machines), setUps, firstSetUps: table(machines, jobs) },
      { requiredKeys: ['durations'] },
    )
  })

test('any flow shop: each plan told of is valid and better than the one before, the last one is returned', () => {
  fc.assert(
    fc.property(flowShops(12), fc.nat(), (shop, seed) => {
      const told: FlowPlan[] = []
      const plan = improveFlow(shop, { seed, iterationsMax: 30, onBetter: (better) => told.push(better) })
      for (const one of told) expect(validateFlowPlan(shop, one)).toEqual([])
      for (const [i, one] of told.entries()) if (i > 0) expect(one.makespan).toBeLessThan(told[i - 1]?.makespan ?? 0)
      expect(plan).toEqual(told.at(-1))
    }),
    { numRuns: 100 },
  )
})

test('the same seed and number of steps give the same plan', () => {
  fc.assert(
    fc.property(flowShops(10), fc.nat(), (shop, seed) => {
      const options = { seed, iterationsMax: 20 }
      expect(improveFlow(shop, options)).toEqual(improveFlow(shop, options))
    }),
    { numRuns: 100 },
  )
})

test('up to five jobs: the least makespan of all sequences', () => {
  fc.assert(
    fc.property(flowShops(5), (shop) => {
      const compiled = compileFlowShop(shop)
      const least = Math.min(...sequencesOf(compiled.jobs).map((sequence) => flowPlanOf(compiled, sequence).makespan))
      expect(improveFlow(shop, { seed: 1, iterationsMax: 720 }).makespan).toBe(least)
    }),
    { numRuns: 150 },
  )
})

test('the best place for a job is the best of all places tried one by one', () => {
  fc.assert(
    fc.property(flowShops(9), fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (problem, pick, tie) => {
      const shop = compileFlowShop(problem)
      const job = pick % shop.jobs
      const others = Array.from({ length: shop.jobs }, (_, other) => other).filter((other) => other !== job)
      const makespans = Array.from({ length: shop.jobs }, (_, place) => {
        return flowPlanOf(shop, others.toSpliced(place, 0, job)).makespan
      })
      const { position, makespan } = insertionTables(shop).best(Int32Array.from(others), others.length, job, tie)
      expect(makespan).toBe(Math.min(...makespans))
      expect(makespans[position]).toBe(makespan)
    }),
    { numRuns: 100 },
  )
})

test('a search that is stopped at once returns the plan of the first rule', () => {
  const shop = {
    durations: [
      [3, 4],
      [1, 6],
      [5, 2],
    ],
  }
  expect(improveFlow(shop, { seed: 1, stop: () => true })).toEqual(improveFlow(shop, { seed: 2, iterationsMax: 0 }))
})

test('the validator sees a start that is too early, an overlap and a job that is missing', () => {
  const shop: FlowShop = {
    durations: [
      [3, 4],
      [1, 6],
    ],
    setUps: [
      [
        [0, 2],
        [1, 0],
      ],
      [
        [0, 5],
        [5, 0],
      ],
    ],
  }
  const plan = flowPlanOf(compileFlowShop(shop), [0, 1])
  expect(plan).toEqual({
    sequence: [0, 1],
    starts: [
      [0, 3],
      [5, 12],
    ],
    makespan: 18,
  })
  expect(validateFlowPlan(shop, plan)).toEqual([])
  expect(
    validateFlowPlan(shop, {
      ...plan,
      starts: [
        [0, 2],
        [5, 12],
      ],
    }).join(),
  ).toContain('before it arrives at 3')
  expect(
    validateFlowPlan(shop, {
      ...plan,
      starts: [
        [0, 3],
        [4, 12],
      ],
    }).join(),
  ).toContain('before it is set up at 5')
  expect(validateFlowPlan(shop, { ...plan, sequence: [0, 0] })).toHaveLength(1)
  expect(validateFlowPlan(shop, { ...plan, makespan: 17 }).join()).toContain('ends at 18, not at 17')
})

test.each([
  [{ durations: [] }, 'at least one job'],
  [{ durations: [[1, 2], [1]] }, 'durations[1] has 1 entries, not 2'],
  [{ durations: [[-1]] }, 'durations[0][0] must be a whole number'],
  [{ durations: [[1]], setUps: [] }, 'setUps has 0 entries, not 1'],
  [{ durations: [[1]], firstSetUps: [[0.5]] }, 'firstSetUps[0][0] must be a whole number'],
])('%j is refused', (shop: FlowShop, sentence) => {
  expect(() => improveFlow(shop, { seed: 1, iterationsMax: 1 })).toThrow(sentence)
})

test('a search that nothing would end is refused', () => {
  expect(() => improveFlow({ durations: [[1]] }, { seed: 1 })).toThrow('iterationsMax or stop')
})

function sequencesOf(count: number): number[][] {
  if (count === 0) return [[]]
  return sequencesOf(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, place) => shorter.toSpliced(place, 0, count - 1)),
  )
}
