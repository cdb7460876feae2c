import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type SeededRandom, seededRandom } from '../seeded-random.ts'
import { listSchedule } from './list-schedule.ts'
import { lowerBoundOf } from './lower-bound.ts'
import { type Alternative, type JobShop, shopArraysOf } from './model.ts'
import { Plan } from './plan.ts'
import { planOfWindows, StartWindows } from './start-windows.ts'
import { scheduleFaults } from './validate.ts'

const MACHINES = 4
const operation = fc.record({ machine: fc.nat(MACHINES - 1), duration: fc.nat(12) })
const jobs = fc.array(fc.array(fc.tuple(operation), { maxLength: 8 }), { maxLength: 8 })

test('no plan that is short enough begins an operation outside of its window', () => {
  fc.assert(
    fc.property(jobs, fc.infiniteStream(fc.nat(100)), fc.nat(10), (some, priorities, spare) => {
      const shop = shopArraysOf({ machineCount: MACHINES, jobs: some })
      const priority = Float64Array.from({ length: shop.operationCount }, () => priorities.next().value)
      const plan = new Plan(shop)
      const { order, choice } = listSchedule(shop, { priority, patience: 0.5 })
      plan.load(order, choice)

      const windows = new StartWindows(shop, plan.makespan + spare)
      expect(windows.narrow()).toBe(true)
      plan.schedule().start.forEach((start, one) => {
        expect(start).toBeGreaterThanOrEqual(windows.earliest[one] ?? 0)
        expect(start).toBeLessThanOrEqual(windows.latest[one] ?? 0)
      })
    }),
    { numRuns: 500 },
  )
})

test('that no plan is as short as the target is seen', () => {
  const twice: JobShop = {
    machineCount: 2,
    jobs: [1, 2].map(() => [[{ machine: 0, duration: 5 }], [{ machine: 1, duration: 5 }]]),
  }
  expect(new StartWindows(shopArraysOf(twice), 14).narrow()).toBe(false)
  expect(new StartWindows(shopArraysOf(twice), 15).narrow()).toBe(true)
})

test('shops whose machines never wait are packed anew', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const shop = packedShop(20, 20_000, seededRandom(seed))
    const lowerBound = lowerBoundOf(shopArraysOf(shop))
    expect(lowerBound).toBe(20_000)
    const plan = planOfWindows(shopArraysOf(shop), lowerBound)
    expect(plan?.makespan).toBe(20_000)
    expect(plan && scheduleFaults(shop, plan.schedule())).toEqual([])
  }
})

/** Jobs that go from machine to machine as these become free, until a time at which all end. */
function packedShop(machineCount: number, until: number, random: SeededRandom): JobShop {
  const some: Alternative[][][] = Array.from({ length: machineCount + 1 }, () => [])
  const freeAt = new Array<number>(machineCount).fill(0)
  const jobFreeAt = new Array<number>(some.length).fill(0)
  for (;;) {
    const now = Math.min(...freeAt)
    if (now === until) return { machineCount, jobs: some }
    const machine = freeAt.indexOf(now)
    const free = jobFreeAt.flatMap((at, job) => (at <= now ? [job] : []))
    const job = free[random.below(free.length)] ?? 0
    const duration = Math.min(until - now, 1 + random.below(400))
    some[job]?.push([{ machine, duration }])
    freeAt[machine] = now + duration
    jobFreeAt[job] = now + duration
  }
}
