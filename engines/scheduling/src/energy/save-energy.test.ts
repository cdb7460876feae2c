import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cheapestStarts } from './cheapest-starts.ts'
import { energyFigures } from './energy-figures.ts'
import { energyLoad } from './energy-load.ts'
import { compileEnergyPlan, type EnergyPlan } from './energy-plan.ts'
import type { EnergyRates } from './energy-rates.ts'
import { saveEnergy } from './save-energy.ts'
import { validateEnergyPlan } from './validate-energy-plan.ts'

const HORIZON = 480

const ratesOf = (slotMinutes: number): fc.Arbitrary<EnergyRates> => {
  const slots = HORIZON / slotMinutes
  const list = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: slots, maxLength: slots })
  return fc.record(
    {
      slotMinutes: fc.constant(slotMinutes),
      pricesCentPerMwh: list(-2000, 30_000),
      carbonGramsPerMwh: list(0, 400_000),
      generationW: list(0, 8000),
    },
    { requiredKeys: ['slotMinutes', 'pricesCentPerMwh'] },
  )
}

/** Valid plans: operations one after the other in time, on up to three machines with and without working time. */
const plans: fc.Arbitrary<EnergyPlan> = fc
  .array(
    fc.record({
      machine: fc.integer({ min: 0, max: 2 }),
      wait: fc.integer({ min: 0, max: 25 }),
      profile: fc.array(
        fc.record({ minutes: fc.integer({ min: 1, max: 12 }), powerW: fc.integer({ min: 0, max: 9000 }) }),
        { minLength: 1, maxLength: 3 },
      ),
      links: fc.array(fc.nat(), { maxLength: 2 }),
      waits: fc.array(fc.record({ link: fc.nat(), minutes: fc.integer({ min: -30, max: 10 }) }), { maxLength: 2 }),
      slack: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
      fixed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((rows) =>
    fc.record({
      operations: fc.constant(inTime(rows)),
      machines: fc.tuple(
        fc.record({ idleW: fc.integer({ min: 0, max: 3000 }), switchOnWh: fc.integer({ min: 0, max: 900 }) }),
        fc.record({ idleW: fc.integer({ min: 0, max: 3000 }) }),
        fc.record({
          idleW: fc.integer({ min: 0, max: 3000 }),
          open: fc.constant([
            { from: 0, to: 400 },
            { from: 410, to: HORIZON },
          ]),
        }),
      ),
    }),
  )

type Row = {
  machine: number
  wait: number
  profile: { minutes: number; powerW: number }[]
  links: number[]
  waits: { link: number; minutes: number }[]
  slack: number | undefined
  fixed: boolean
}

function inTime(rows: readonly Row[]): EnergyPlan['operations'] {
  let minute = 0
  const starts: number[] = []
  return rows.map(({ machine, wait, profile, links, waits, slack, fixed }, i) => {
    const start = minute + wait
    starts.push(start)
    minute = start + profile.reduce((sum, { minutes }) => sum + minutes, 0)
    const predecessors = i === 0 ? [] : [...new Set(links.map((link) => link % i))]
    return {
      machine,
      start,
      profile,
      predecessors,
      ...(i > 0 && {
        waits: waits.map(({ link, minutes }) => {
          const operation = link % i
          return { operation, minutes: Math.min(minutes, start - (starts[operation] ?? 0)) }
        }),
      }),
      // One that needs an interval to itself, which ends soon.
      ...(slack !== undefined && slack % 3 === 0 && { open: [{ from: Math.max(0, start - 20), to: minute + 30 }] }),
      fixed: fixed && i % 3 === 0,
      ...(slack === undefined ? {} : { deadline: minute + slack }),
    }
  })
}

test('any plan: what is promised is kept, nothing gets dearer, and figures and moves agree', () => {
  fc.assert(
    fc.property(plans, ratesOf(15), fc.boolean(), fc.nat(), (plan, rates, switchOff, seed) => {
      const saving = saveEnergy(plan, rates, { switchOff }, { seed, iterationsMax: 20 })
      expect(validateEnergyPlan(plan, saving.starts)).toEqual([])
      const moved = { ...plan, operations: plan.operations.map((one, i) => ({ ...one, start: saving.starts[i] ?? 0 })) }
      expect(saving.after).toEqual(energyFigures(moved, rates, switchOff))
      expect(saving.before).toEqual(energyFigures(plan, rates, false))
      expect(saving.after.cost).toBeLessThanOrEqual(saving.before.cost - saving.savedBySwitchingOff + 1e-9)
      const saved = saving.moves.reduce((sum, move) => sum + move.saved, saving.savedBySwitchingOff)
      expect(saving.before.cost - saving.after.cost).toBeCloseTo(saved, 9)
      const starts = plan.operations.map(({ start }) => start)
      for (const { operations } of saving.moves) {
        for (const { operation, from, to } of operations) {
          expect(starts[operation]).toBe(from)
          starts[operation] = to
        }
        // Each move leads from one plan that may be carried out to another.
        expect(validateEnergyPlan(plan, starts)).toEqual([])
      }
      expect(starts).toEqual(saving.starts)
    }),
    { numRuns: 60 },
  )
})

test('the same seed and number of steps give the same plan', () => {
  fc.assert(
    fc.property(plans, ratesOf(60), fc.nat(), (plan, rates, seed) => {
      const goal = { switchOff: true, capW: 9000, movesMax: 2 }
      const saving = saveEnergy(plan, rates, goal, { seed, iterationsMax: 10 })
      expect(saveEnergy(plan, rates, goal, { seed, iterationsMax: 10 })).toEqual(saving)
      expect(saving.moves.length).toBeLessThanOrEqual(2)
    }),
    { numRuns: 100 },
  )
})

test('energy that was added and taken away again leaves what a new count finds', () => {
  const terms = { switchOff: true, capW: 5000, overCapCentPerMwh: 1000 }
  fc.assert(
    fc.property(plans, ratesOf(15), fc.array(fc.nat(), { maxLength: 8 }), (plan, rates, picks) => {
      const compiled = compileEnergyPlan(plan, HORIZON)
      const load = energyLoad(
        compiled,
        rates,
        terms,
        plan.operations.map(({ start }) => start),
      )
      // From the last one on, each a little later: no overlaps on the way.
      for (const i of new Set(picks.map((pick) => pick % plan.operations.length)))
        load.move(Int32Array.of(i), Int32Array.of(Math.min(compiled.latest[i] ?? 0, (load.starts[i] ?? 0) + 1)), 1)
      const anew = energyLoad(compiled, rates, terms, load.starts)
      expect(load.cost).toBe(anew.cost)
      expect(load.energy).toEqual(anew.energy)
    }),
    { numRuns: 200 },
  )
})

test('the minimum cut finds the least cost of all starts', () => {
  fc.assert(
    fc.property(
      plans,
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 40, maxLength: 40 }),
      (whole, costs) => {
        const plan = { ...whole, operations: whole.operations.slice(0, 4) }
        const compiled = compileEnergyPlan(plan, HORIZON)
        const candidates = plan.operations.map(({ start }, i) =>
          [start - 9, start - 4, start, start + 4, start + 9].filter(
            (minute) => minute >= (compiled.earliest[i] ?? 0) && minute <= (compiled.latest[i] ?? 0),
          ),
        )
        const costOf = (operation: number, start: number) => costs[(operation * 7 + start) % costs.length] ?? 0
        const sumOf = (starts: ArrayLike<number>) =>
          Array.from(starts).reduce((sum, start, i) => sum + costOf(i, start), 0)
        const isValid = (starts: readonly number[]) =>
          compiled.before.every((list, i) =>
            list.every(({ operation, minutes }) => (starts[operation] ?? 0) + minutes <= (starts[i] ?? 0)),
          )
        const found = cheapestStarts(compiled, candidates, costOf)
        expect(isValid(Array.from(found))).toBe(true)
        expect(sumOf(found)).toBe(Math.min(...combinations(candidates).filter(isValid).map(sumOf)))
      },
    ),
    { numRuns: 200 },
  )
})

const HOUR = 60
const day: EnergyRates = {
  slotMinutes: 60,
  pricesCentPerMwh: [...Array<number>(4).fill(30_000), ...Array<number>(4).fill(10_000)],
}
const heavy = { machine: 0, profile: [{ minutes: HOUR, powerW: 100_000 }], predecessors: [] }

test('an hour of 100 kW moves from 300 to 100 a megawatt hour and saves 20', () => {
  const plan = { operations: [{ ...heavy, start: 0 }], machines: [{ idleW: 0 }] }
  const saving = saveEnergy(plan, day, { switchOff: false }, { seed: 1, iterationsMax: 20 })
  expect(saving.before).toEqual({ usedKwh: 100, boughtKwh: 100, cost: 30, carbonKg: undefined, peakKw: 100 })
  expect(saving.after.cost).toBeCloseTo(10)
  expect(saving.moves).toHaveLength(1)
  expect(saving.moves[0]?.saved).toBeCloseTo(20)
  const kept = { ...plan, operations: [{ ...heavy, start: 0, deadline: 3 * HOUR }] }
  expect(saveEnergy(kept, day, { switchOff: false }, { seed: 1, iterationsMax: 20 }).moves).toEqual([])
})

test('a gap of three hours at 10 kW: idling takes 30 kWh, switching off and on again 5', () => {
  const plan: EnergyPlan = {
    operations: [
      { ...heavy, start: 0, fixed: true },
      { ...heavy, start: 4 * HOUR, fixed: true },
    ],
    machines: [{ idleW: 10_000, switchOnWh: 5000 }],
  }
  expect(energyFigures(plan, day, false).usedKwh).toBe(230)
  expect(energyFigures(plan, day, true).usedKwh).toBe(205)
})

test('two machines at once are put one after the other to stay below a cap', () => {
  const operations = [
    { ...heavy, start: 0 },
    { ...heavy, machine: 1, start: 0 },
  ]
  const plan = { operations, machines: [{ idleW: 0 }, { idleW: 0 }] }
  const saving = saveEnergy(plan, day, { switchOff: false, capW: 100_000 }, { seed: 1, iterationsMax: 50 })
  expect(saving.before.peakKw).toBe(200)
  expect(saving.after.peakKw).toBe(100)
})

test('with a charge for the peak the same two are put one after the other only when that is worth it', () => {
  const operations = [
    { ...heavy, start: 240 },
    { ...heavy, machine: 1, start: 240, earliest: 240, deadline: 300 },
  ]
  const plan = { operations, machines: [{ idleW: 0 }, { idleW: 0 }] }
  const dear = { ...day, pricesCentPerMwh: day.pricesCentPerMwh.map((price, hour) => (hour === 4 ? price : 30_000)) }
  const peakAt = (peakChargeCentPerKw: number) =>
    saveEnergy(plan, dear, { switchOff: false, peakChargeCentPerKw }, { seed: 1, iterationsMax: 900 })
  // An hour later costs 20 more; 100 kW less of peak save 100 × the charge.
  expect(peakAt(19).after.peakKw).toBe(200)
  expect(peakAt(21)).toMatchObject({ after: { peakKw: 100 }, savedOnPeak: 21 })
})

test.each([
  [{ operations: [] }, 'A plan has 1 to'],
  [{ operations: [{ ...heavy, start: 0, machine: 1 }] }, 'operations[0].machine must be'],
  [
    {
      operations: [
        { ...heavy, start: 0 },
        { ...heavy, start: 30 },
      ],
    },
    'Operation 1 starts before operation 0 has ended',
  ],
  [{ operations: [{ ...heavy, start: 0, deadline: 59 }] }, 'outside its own bounds'],
  [{ operations: [{ ...heavy, start: 0, profile: [] }] }, 'profile is empty'],
  [{ operations: [{ ...heavy, start: 0 }], machines: [{ idleW: 0, open: [{ from: 30, to: 120 }] }] }, 'working time'],
])('%j is refused', (plan: Partial<EnergyPlan>, sentence) => {
  const whole = { operations: [], machines: [{ idleW: 0 }], ...plan }
  expect(() => saveEnergy(whole, day, { switchOff: false }, { seed: 1, iterationsMax: 1 })).toThrow(sentence)
})

test('the validator sees what is late, overtaken, too early, moved though fixed, and outside working time', () => {
  const plan: EnergyPlan = {
    operations: [
      { ...heavy, start: 0, fixed: true },
      { ...heavy, start: 60, deadline: 180, earliest: 60 },
      { ...heavy, machine: 1, start: 120, predecessors: [1] },
    ],
    machines: [{ idleW: 0 }, { idleW: 0, open: [{ from: 100, to: 300 }] }],
  }
  const faultsOf = (starts: number[]) => validateEnergyPlan(plan, starts).join(' ')
  expect(faultsOf([0, 60, 120])).toBe('')
  expect(faultsOf([1, 61, 121])).toContain('fixed at 0')
  expect(faultsOf([0, 130, 190])).toContain('late, at 190')
  expect(faultsOf([0, 59, 120])).toContain('overlaps or overtakes')
  expect(faultsOf([0, 60, 119])).toContain('starts before 1 ends')
  expect(faultsOf([0, 60, 250])).toContain('outside working time')
})

function combinations(lists: readonly (readonly number[])[]): number[][] {
  const [first, ...rest] = lists
  if (!first) return [[]]
  return combinations(rest).flatMap((tail) => first.map((one) => [one, ...tail]))
}
