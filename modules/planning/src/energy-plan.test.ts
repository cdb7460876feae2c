import { DAY_MS, HOUR_MS, instant, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { planFactory, validateEnergyPlan } from '@millrace/scheduling'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { faultsOf } from './check-rules.ts'
import { compressedTime } from './compressed-time-rules.ts'
import type { OrderId, Product } from './contract.ts'
import { searchAdvice } from './energy-advice-search.ts'
import type { MachinePower } from './energy-contract.ts'
import { seatCrew } from './energy-crew-rules.ts'
import { powerModel, worthSwitchingOff } from './energy-load-rules.ts'
import { makeMove, moveRules } from './energy-move-rules.ts'
import { stateEnergyPlan } from './energy-plan-rules.ts'
import type { EnergyState } from './energy-rate-rules.ts'
import { energyView, moneyOf, totalsOfPlan } from './energy-view-rules.ts'
import { type PlacedOperation, placedOf, reasonOf, type Seat } from './plan-rules.ts'
import { planSpan, type SiteState, stateProblem } from './problem-rules.ts'
import { lateNumbers, seatsOf } from './schedule-rules.ts'
import { namesOf } from './word-rules.ts'

// Plans and searches on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

/** A Monday morning. */
const NOW = Date.parse('2026-11-23T06:00:00.000Z')
const MILLS = ['mill-1', 'mill-2'] as EquipmentId[]
const GRINDER = 'grinder' as EquipmentId
const FURNACE = 'furnace' as EquipmentId

const product = (code: string, family: string): Product => ({
  ...{ id: code as Product['id'], siteId: 'site' as EquipmentId, code, name: code, family, materialId: null },
  steps: [
    {
      ...{ name: 'Milling', setupFamily: family, splittable: true },
      operators: { skill: 'setting', count: 1, time: 'setup' },
      alternatives: MILLS.map((workUnitId) => ({ workUnitId, minutesPerPiece: 1 })),
    },
    {
      ...{ name: 'Hardening', setupFamily: 'steel', splittable: false, operators: null },
      alternatives: [{ workUnitId: FURNACE, minutesPerPiece: 0.5 }],
    },
    {
      ...{ name: 'Grinding', setupFamily: family, splittable: true },
      operators: { skill: 'grinding', count: 1, time: 'whole' },
      alternatives: [{ workUnitId: GRINDER, minutesPerPiece: 0.8 }],
    },
  ],
})

interface GivenOrder {
  readonly quantity: number
  readonly isLong: boolean
  readonly dueDays: number
}

/** Two shifts on workdays, with fewer people in the second. */
function siteOf(orders: readonly GivenOrder[], grinders: number): SiteState {
  const span = planSpan(NOW, NOW + 10 * DAY_MS)
  const days = Array.from({ length: 40 }, (_, day) => Date.parse('2026-11-16T00:00:00.000Z') + day * DAY_MS)
  const shifts = days
    .filter((atMs) => ![0, 6].includes(new Date(atMs).getUTCDay()))
    .flatMap((atMs) => [
      { name: 'Early', startMs: atMs + 6 * HOUR_MS, endMs: atMs + 14 * HOUR_MS },
      { name: 'Late', startMs: atMs + 14 * HOUR_MS, endMs: atMs + 22 * HOUR_MS },
    ])
    .filter(({ startMs, endMs }) => endMs > span.originMs && startMs < span.toMs)
  const group = (id: string, skill: string, early: number, late: number) => ({
    ...{ id: id as never, siteId: 'site' as EquipmentId, name: id, skills: [skill] },
    headcounts: [
      { shift: 'Early', count: early },
      { shift: 'Late', count: late },
    ],
  })
  return {
    ...{ siteId: 'site' as EquipmentId, timeZone: 'UTC', nowMs: NOW, span, shifts, absences: [], paces: [] },
    ...{ tools: [], capacities: [], ways: [], splits: new Map() },
    supply: { materials: [], bills: [], policies: [], stock: [], receipts: [] },
    units: [...MILLS, GRINDER, FURNACE].map((id) => ({
      ...{ id, name: id, group: 'Hall' },
      fence: { frozenMs: 2 * HOUR_MS, slushyMs: 2 * HOUR_MS },
    })),
    products: [product('long', 'long'), product('short', 'short')],
    orders: orders.map(({ quantity, isLong, dueDays }, index) => ({
      ...{
        id: `order-${index}` as OrderId,
        siteId: 'site' as EquipmentId,
        number: String(index),
        quantity,
        priority: 3,
      },
      ...{ productId: (isLong ? 'long' : 'short') as Product['id'], productName: '', state: 'open' as const },
      ...{ releaseAt: instant(NOW - DAY_MS), dueAt: instant(NOW + dueDays * DAY_MS), customer: null },
    })),
    setups: [...MILLS, GRINDER].map((workUnitId) => ({ workUnitId, otherwiseMinutes: 30, changes: [] })),
    groups: [group('setters', 'setting', 2, 1), group('grinders', 'grinding', grinders, 1)],
    exceptions: [
      {
        ...{
          id: 'x' as never,
          siteId: 'site' as EquipmentId,
          workUnitId: GRINDER,
          kind: 'maintenance' as const,
          note: 'Oil',
        },
        ...{ startAt: instant(NOW + 4 * HOUR_MS), endAt: instant(NOW + 6 * HOUR_MS) },
      },
    ],
  }
}

const power = (workUnitId: EquipmentId, processKw: number, idleKw: number): MachinePower => ({
  ...{ workUnitId, processKw, families: [{ family: 'long', processKw: processKw * 1.3 }], setupKw: idleKw, idleKw },
  ...{ outsideKw: idleKw / 4, maySwitchOff: true, switchOnKwh: idleKw, switchOnMinutes: 20 },
})

const energy: EnergyState = {
  ...{ currency: 'CHF', slots: [] },
  site: {
    siteId: 'site' as EquipmentId,
    baseLoadKw: 15,
    carbonGramsPerKwh: 120,
    peakReachedKw: 40,
    peakMonth: '2026-11',
  },
  tariffs: [
    {
      ...{
        id: 't' as never,
        siteId: 'site' as EquipmentId,
        name: 'High and low',
        validFrom: '2026-01-01',
        validTo: null,
      },
      ...{ otherwisePerKwh: 0.15, spotExpectedPerKwh: null, peakChargePerKw: 4 },
      steps: [{ name: 'High', weekdays: [1, 2, 3, 4, 5], startMinute: 420, endMinute: 960, pricePerKwh: 0.35 }],
    },
  ],
  powers: [
    power(MILLS[0] as EquipmentId, 20, 4),
    power(MILLS[1] as EquipmentId, 20, 4),
    power(GRINDER, 12, 2),
    power(FURNACE, 60, 35),
  ],
}

function planOf(state: SiteState): PlacedOperation[] {
  const { problem, originMs } = stateProblem(state)
  const { plan } = planFactory(problem, { seed: 1, budgetMs: 0, nowMs: () => 1 })
  return plan.placements.map(({ operationId, resourceId, setupStartS, startS, endS, operatorGroupId, binding }) =>
    placedOf(
      {
        ...{ operationId, resourceId, setupStartS, startS, endS, groupId: operatorGroupId },
        ...{ lane: 0, quantity: null, locked: false, reason: reasonOf(binding) },
      } satisfies Seat,
      originMs,
    ),
  )
}

const givenOrders = fc.array(
  fc.record({
    quantity: fc.integer({ min: 20, max: 400 }),
    isLong: fc.boolean(),
    dueDays: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 9 },
)

test('any plan can be stated: it keeps its own rules, and people are handed on as it has them', () => {
  fc.assert(
    fc.property(givenOrders, fc.integer({ min: 1, max: 3 }), (orders, grinders) => {
      const state = siteOf(orders, grinders)
      const stated = stateProblem(state)
      const seats = seatsOf(planOf(state), stated.originMs)
      const view = energyView(energy, state, stated, seats)
      const frozenUntilS = () => stated.problem.nowS
      const { plan, blocks } = stateEnergyPlan(view.model, seats, view.fromS, { frozenUntilS, laterS: 0 })
      expect(
        validateEnergyPlan(
          plan,
          plan.operations.map(({ start }) => start),
        ),
      ).toEqual([])
      expect(blocks.length).toBe(seats.size)
    }),
    { numRuns: 60 },
  )
})

test('any recommendation keeps every rule of the plan, makes nobody later, and costs less', () => {
  fc.assert(
    fc.property(givenOrders, fc.integer({ min: 1, max: 3 }), (orders, grinders) => {
      const state = siteOf(orders, grinders)
      const stated = stateProblem(state)
      const { problem, originMs } = stated
      const placed = planOf(state)
      const before = seatsOf(placed, originMs)
      const task = { state, placed, energy, wish: { siteId: state.siteId }, budgetMs: 25, isFenced: false }
      const advice = searchAdvice(task, () => undefined)
      const rules = moveRules(problem, before, 0, namesOf(state))
      let seats: ReadonlyMap<string, Seat> = before
      for (const { operations } of advice.moves) {
        const targets = operations.map(({ operationId, workUnitId, toAt }) => ({
          ...{ operationId, resourceId: workUnitId as string, startS: (Date.parse(toAt) - originMs) / 1000 },
        }))
        const made = makeMove(rules, seats, targets)
        if ('refusal' in made) throw new Error(made.refusal)
        seats = made.seats
      }
      expect(faultsOf(problem, seats)).toEqual([])
      const late = lateNumbers(state, problem, before)
      expect(lateNumbers(state, problem, seats).difference(late).size).toBe(0)
      const view = energyView(energy, state, stated, before)
      expect(moneyOf(totalsOfPlan(view, seats))).toBeCloseTo(moneyOf(advice.moved), 6)
      expect(moneyOf(advice.moved)).toBeLessThanOrEqual(moneyOf(advice.before) + 1e-9)
      expect(advice.after.usedKwh).toBeLessThanOrEqual(advice.moved.usedKwh + 1e-9)
      const saved = advice.switchOffs.reduce((sum, { savedKwh }) => sum + savedKwh, 0)
      expect(advice.moved.usedKwh - advice.after.usedKwh).toBeCloseTo(saved, 6)
    }),
    { numRuns: 30 },
  )
})

test('what the search finds can be made: people, set-ups and breaks are stated, not filtered', () => {
  const orders = Array.from({ length: 14 }, (_, index) => ({
    ...{ quantity: 60 + ((index * 53) % 200), isLong: index % 3 === 0, dueDays: 4 + (index % 6) },
  }))
  const state = siteOf(orders, 2)
  const [tariff] = energy.tariffs
  if (!tariff) throw new Error('There is no tariff.')
  const task = {
    ...{ state, placed: planOf(state), wish: { siteId: state.siteId }, budgetMs: 600, isFenced: false },
    energy: { ...energy, tariffs: [{ ...tariff, peakChargePerKw: 0 }] },
  }
  const { moves, leftOut, before, moved } = searchAdvice(task, () => undefined)
  expect(leftOut).toBeLessThanOrEqual(moves.length / 4)
  expect(
    new Set(moves.flatMap(({ operations }) => operations.map(({ operationId }) => operationId))).size,
  ).toBeGreaterThan(10)
  expect(moneyOf(moved)).toBeLessThan(moneyOf(before) * 0.97)
})

test('working time laid end to end leads there and back', () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 90 })), {
    minLength: 1,
    maxLength: 9,
  })
  fc.assert(
    fc.property(spans, fc.integer({ min: 0, max: 600 }), (list, minute) => {
      const open = list.map(([start, length]) => ({ startS: start * 60, endS: (start + length) * 60 }))
      const time = compressedTime(open, 0, 60_000)
      const within = minute % Math.max(1, time.minutes)
      const timeS = time.timeOf(within)
      expect(open.some(({ startS, endS }) => startS <= timeS && timeS < endS)).toBe(true)
      expect(time.minuteOf(timeS)).toBe(within)
    }),
  )
})

test('who hands on people to whom never needs more than there are', () => {
  const crew = { seats: [[{ from: 0, to: 100 }], [{ from: 0, to: 50 }]] }
  const hold = (operation: number, from: number, to: number) => ({ operation, from, to, count: 1 })
  const seated = seatCrew(crew, [hold(0, 0, 30), hold(1, 10, 60), hold(2, 30, 45), hold(3, 40, 70)])
  expect(seated.get(0)).toEqual({ waits: [], open: [{ from: 0, to: 50 }] })
  // The second one is away from minute 50 on: who works longer needs the first.
  expect(seated.get(1)).toEqual({ waits: [], open: undefined })
  expect(seated.get(2)).toEqual({ waits: [{ operation: 0, minutes: 30 }], open: [{ from: 0, to: 50 }] })
  expect(seated.has(3)).toBe(false)
})

test('a machine that idles over a night is worth switching off, one that idles for minutes is not', () => {
  const state = siteOf(
    [0, 1].map((index) => ({ quantity: 100, isLong: index === 0, dueDays: 5 })),
    1,
  )
  const { problem, originMs } = stateProblem(state)
  const model = powerModel(problem, energy.powers)
  const at = (text: string) => (Date.parse(text) - originMs) / SECOND_MS
  const seat = (order: number, from: string, to: string): Seat => ({
    ...{ operationId: `order-${order}.2`, resourceId: FURNACE, setupStartS: at(from), startS: at(from), endS: at(to) },
    ...{ lane: 0, quantity: null },
    ...{ groupId: undefined, locked: false, reason: { kind: 'now', of: null, closedS: 0 } },
  })
  const worth = (from: string) => {
    const seats = [seat(0, '2026-11-23T20:00:00Z', '2026-11-23T20:50:00Z'), seat(1, from, '2026-11-24T12:00:00Z')]
    return worthSwitchingOff(model, new Map(seats.map((one) => [one.operationId, one])))
  }
  expect(worth('2026-11-23T21:10:00Z')).toEqual([])
  // 70 min of idling at 35 kW, then eight hours at 8.75 kW, without the 35 kWh for heating up again.
  const [night] = worth('2026-11-24T06:00:00Z')
  expect(night?.savedKwh).toBeCloseTo(70 * (35 / 60) + 8 * 8.75 - 35)
})
