import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.ts'
import { improveJobShop, type JobShopProgress } from './improve.ts'
import { listSchedule } from './list-schedule.ts'
import { type JobShop, type JobShopSchedule, shopArraysOf } from './model.ts'
import { Plan } from './plan.ts'
import { scheduleFaults } from './validate.ts'
import { improveWindow } from './window.ts'

const MACHINES = 4

function operationOf(alternativesMax: number) {
  const alternative = fc.record({ machine: fc.nat(MACHINES - 1), duration: fc.nat(12) })
  return fc.uniqueArray(alternative, { minLength: 1, maxLength: alternativesMax, selector: (one) => one.machine })
}

/** Jobs of unequal length that may come back to a machine, take no time, or have nothing to do. */
function shopOf(sizes: { jobs: number; operations: number; alternatives: number }): fc.Arbitrary<JobShop> {
  const job = fc.array(operationOf(sizes.alternatives), { maxLength: sizes.operations })
  return fc.record({ machineCount: fc.constant(MACHINES), jobs: fc.array(job, { maxLength: sizes.jobs }) })
}

/** The best plan after so many reports, and every one on the way. */
function searched(shop: JobShop, seed: number, reportsMax: number) {
  const reports: JobShopProgress[] = []
  let best: JobShopSchedule = { machine: new Int32Array(0), start: new Int32Array(0), makespan: 0 }
  for (const report of improveJobShop(shop, { seed })) {
    reports.push(report)
    if (report.better) best = report.better
    if (reports.length >= reportsMax) break
  }
  return { best, reports }
}

/** Every sequence of operations, each as early as what was placed before it allows, on every alternative. */
function optimumOf({ machineCount, jobs }: JobShop): number {
  let optimum = Number.POSITIVE_INFINITY
  const place = (done: number[], jobEnd: number[], machineEnd: number[], makespan: number) => {
    if (makespan >= optimum) return
    const open = jobs.flatMap((job, i) => ((done[i] ?? 0) < job.length ? [i] : []))
    if (open.length === 0) optimum = makespan
    for (const i of open) {
      for (const { machine, duration } of jobs[i]?.[done[i] ?? 0] ?? []) {
        const end = Math.max(jobEnd[i] ?? 0, machineEnd[machine] ?? 0) + duration
        place(
          done.with(i, (done[i] ?? 0) + 1),
          jobEnd.with(i, end),
          machineEnd.with(machine, end),
          Math.max(makespan, end),
        )
      }
    }
  }
  const zeros = (length: number) => new Array<number>(length).fill(0)
  place(zeros(jobs.length), zeros(jobs.length), zeros(machineCount), 0)
  return optimum
}

test('every plan is valid, and each is better than the one before', () => {
  fc.assert(
    fc.property(shopOf({ jobs: 8, operations: 8, alternatives: 3 }), fc.integer(), (shop, seed) => {
      let makespan = Number.POSITIVE_INFINITY
      for (const { better, lowerBound } of searched(shop, seed, 12).reports) {
        if (!better) continue
        expect(scheduleFaults(shop, better)).toEqual([])
        expect(better.makespan).toBeLessThan(makespan)
        expect(better.makespan).toBeGreaterThanOrEqual(lowerBound)
        makespan = better.makespan
      }
    }),
    { numRuns: 60 },
  )
})

test('the same problem and seed give the same reports', () => {
  fc.assert(
    fc.property(shopOf({ jobs: 6, operations: 6, alternatives: 3 }), fc.integer(), (shop, seed) => {
      expect(searched(shop, seed, 12).reports).toEqual(searched(shop, seed, 12).reports)
    }),
    { numRuns: 20 },
  )
})

test('the optimum of small shops is found', () => {
  const small = fc.oneof(
    shopOf({ jobs: 3, operations: 3, alternatives: 1 }),
    shopOf({ jobs: 3, operations: 2, alternatives: 2 }),
    shopOf({ jobs: 2, operations: 4, alternatives: 1 }),
  )
  fc.assert(
    fc.property(small, fc.integer(), (shop, seed) => {
      const optimum = Math.max(0, optimumOf(shop))
      const { best, reports } = searched(shop, seed, 40)
      expect(best.makespan).toBe(optimum)
      expect(reports.at(-1)?.lowerBound ?? 0).toBeLessThanOrEqual(optimum)
    }),
    { numRuns: 100 },
  )
})

test('any move keeps the plan a plan, and a refused one leaves it as it was', () => {
  fc.assert(
    fc.property(shopOf({ jobs: 6, operations: 6, alternatives: 3 }), fc.infiniteStream(fc.nat()), (shop, numbers) => {
      const arrays = shopArraysOf(shop)
      const count = arrays.operationCount
      fc.pre(count > 1)
      const plan = new Plan(arrays)
      plan.load(...started(arrays))
      for (let i = 0; i < 30; i++) {
        const [one, two, three] = [numbers.next().value, numbers.next().value, numbers.next().value]
        const operation = one % count
        const from = arrays.firstAlternative[operation] ?? 0
        const alternative = from + (two % ((arrays.firstAlternative[operation + 1] ?? 0) - from))
        const ring = count + (arrays.alternativeMachine[alternative] ?? 0)
        let behind = ring
        for (let steps = three % 8; steps > 0; steps--) behind = plan.after[behind] ?? 0
        if (behind === operation) continue
        const before = plan.schedule()
        if (!plan.move(operation, alternative, behind)) expect(plan.schedule()).toEqual(before)
        expect(scheduleFaults(shop, plan.schedule())).toEqual([])
        const again = new Plan(arrays)
        again.load(plan.order, plan.choice)
        expect(again.schedule()).toEqual(plan.schedule())
        expect(again.tail).toEqual(plan.tail)
      }
    }),
    { numRuns: 60 },
  )
})

test('the search in a window leaves the rest in its order and the plan no worse', () => {
  fc.assert(
    fc.property(shopOf({ jobs: 8, operations: 8, alternatives: 2 }), fc.nat(), fc.nat(), (shop, one, two) => {
      const arrays = shopArraysOf(shop)
      const count = arrays.operationCount
      const plan = new Plan(arrays)
      plan.load(...started(arrays))
      const before = { makespan: plan.makespan, order: plan.order.slice() }
      const [from = 0, to = 0] = [one % (count + 1), two % (count + 1)].sort((a, b) => a - b)
      for (const steps of improveWindow(plan, seededRandom(one), from, to, 50)) expect(steps).toBeGreaterThanOrEqual(0)
      expect(scheduleFaults(shop, plan.schedule())).toEqual([])
      expect(plan.makespan).toBeLessThanOrEqual(before.makespan)
      expect(plan.order.subarray(0, from)).toEqual(before.order.subarray(0, from))
      expect(plan.order.subarray(to)).toEqual(before.order.subarray(to))
    }),
    { numRuns: 100 },
  )
})

function started(arrays: ReturnType<typeof shopArraysOf>): [Int32Array, Int32Array] {
  const priority = new Float64Array(arrays.operationCount)
  const { order, choice } = listSchedule(arrays, { priority, patience: 0.5 })
  return [order, choice]
}
