import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EnergyLine, EnergyLinePlan } from './energy-line.ts'
import { improveEnergyLine } from './improve-energy-line.ts'
import { validateEnergyLinePlan } from './validate-energy-line.ts'

/** Lines with more slots than all work together, so that every sequence fits. */
const lines = (jobsMax: number, machinesMax: number, slots: number): fc.Arbitrary<EnergyLine> =>
  fc.tuple(fc.integer({ min: 1, max: jobsMax }), fc.integer({ min: 1, max: machinesMax })).chain(([jobs, machines]) => {
    const list = (min: number, max: number, length: number) =>
      fc.array(fc.integer({ min, max }), { minLength: length, maxLength: length })
    const longest = Math.floor(slots / (jobs * machines))
    const profile = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: Math.min(4, longest) })
    return fc.record({
      powersW: fc.array(fc.array(profile, { minLength: machines, maxLength: machines }), {
        minLength: jobs,
        maxLength: jobs,
      }),
      rates: fc.record({
        slotMinutes: fc.constant(15),
        pricesCentPerMwh: list(-500, 9000, slots),
        carbonGramsPerMwh: list(0, 500, slots),
        generationW: list(0, 2500, slots),
      }),
      least: fc.constantFrom('cost', 'carbon'),
    })
  })

const inOrder = (line: EnergyLine) => line.powersW.map((_, job) => job)

test('any line: each plan told of is valid and cheaper than the one before, the last one is returned', () => {
  fc.assert(
    fc.property(lines(7, 3, 40), fc.nat(), (line, seed) => {
      const told: EnergyLinePlan[] = []
      const options = { seed, iterationsMax: 60, onBetter: (better: EnergyLinePlan) => told.push(better) }
      const plan = improveEnergyLine(line, inOrder(line), options)
      for (const one of told) expect(validateEnergyLinePlan(line, one)).toEqual([])
      for (const [i, one] of told.entries()) if (i > 0) expect(one.total).toBeLessThan(told[i - 1]?.total ?? 0)
      expect(plan).toEqual(told.at(-1))
    }),
    { numRuns: 100 },
  )
})

test('the same seed and number of steps give the same plan', () => {
  fc.assert(
    fc.property(lines(6, 3, 30), fc.nat(), (line, seed) => {
      const options = { seed, iterationsMax: 40 }
      expect(improveEnergyLine(line, inOrder(line), options)).toEqual(improveEnergyLine(line, inOrder(line), options))
    }),
    { numRuns: 100 },
  )
})

test('three jobs on one machine: the least total of all sequences and all starts', () => {
  fc.assert(
    fc.property(lines(3, 1, 12), (line) => {
      const found = improveEnergyLine(line, inOrder(line), { seed: 1, iterationsMax: 200 })
      expect(found.total).toBe(leastTotal(line, new Set(inOrder(line)), 0))
    }),
    { numRuns: 200 },
  )
})

test('a sequence that does not fit into the horizon, or lacks a job, is refused', () => {
  const rates = { slotMinutes: 15, pricesCentPerMwh: [1, 2, 3] }
  const line: EnergyLine = { powersW: [[[5, 5]], [[5, 5]]], rates, least: 'cost' }
  expect(() => improveEnergyLine(line, [0, 1], { seed: 1, iterationsMax: 1 })).toThrow('does not fit into the horizon')
  expect(() => improveEnergyLine(line, [0, 0], { seed: 1, iterationsMax: 1 })).toThrow('each of the 2 jobs once')
  expect(() => improveEnergyLine({ ...line, least: 'carbon' }, [0, 1], { seed: 1, iterationsMax: 1 })).toThrow(
    'needs carbon',
  )
  expect(() => improveEnergyLine({ ...line, powersW: [[[-1]]] }, [0], { seed: 1, iterationsMax: 1 })).toThrow(
    'powersW[0]',
  )
})

test('the validator sees overlaps, a job before its time, the end of the horizon and a wrong total', () => {
  const rates = { slotMinutes: 15, pricesCentPerMwh: [1, 1, 2, 2], generationW: [10, 0, 0, 0] }
  const line: EnergyLine = {
    powersW: [
      [[20], [30]],
      [[40], []],
    ],
    rates,
    least: 'cost',
  }
  const plan = {
    sequence: [0, 1],
    starts: [
      [0, 1],
      [2, 3],
    ],
    total: 15 * (10 + 30 + 80),
  } // in cents × watt minutes
  expect(validateEnergyLinePlan(line, plan)).toEqual([])
  expect(validateEnergyLinePlan(line, { ...plan, total: 1 }).join()).toContain('total is 1800, not 1')
  expect(
    validateEnergyLinePlan(line, {
      ...plan,
      starts: [
        [0, 0],
        [2, 3],
      ],
    }).join(),
  ).toContain('reaches machine 1')
  expect(
    validateEnergyLinePlan(line, {
      ...plan,
      starts: [
        [0, 1],
        [0, 3],
      ],
    }).join(),
  ).toContain('overlap on machine 0')
  expect(
    validateEnergyLinePlan(line, {
      ...plan,
      starts: [
        [0, 1],
        [4, 4],
      ],
    }).join(),
  ).toContain('outside the horizon')
})

/** With one machine: the next job, its start, and all that may follow. */
function leastTotal(line: EnergyLine, open: ReadonlySet<number>, free: number): number {
  if (open.size === 0) return 0
  const { slotMinutes, pricesCentPerMwh, carbonGramsPerMwh = [], generationW = [] } = line.rates
  const weights = line.least === 'cost' ? pricesCentPerMwh : carbonGramsPerMwh
  let least = Number.POSITIVE_INFINITY
  for (const job of open) {
    const profile = line.powersW[job]?.[0] ?? []
    for (let start = free; start + profile.length <= weights.length; start++) {
      const own = profile.reduce((sum, power, k) => {
        return sum + Math.max(0, power - (generationW[start + k] ?? 0)) * slotMinutes * (weights[start + k] ?? 0)
      }, 0)
      const rest = new Set([...open].filter((other) => other !== job))
      least = Math.min(least, own + leastTotal(line, rest, start + profile.length))
    }
  }
  return least
}
