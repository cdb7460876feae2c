import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planRequirements } from './plan-requirements.ts'
import type { Item, RequirementsProblem } from './problem.ts'
import { follow, reachDayOf } from './testing/follow.ts'

const UNIT = 1000
const HORIZON = 30
const IDS = ['knife', 'blade', 'handle', 'steel', 'plastic'] as const
const DAY = fc.integer({ min: 0, max: HORIZON - 1 })
const units = (max: number) => fc.integer({ min: 0, max }).map((count) => count * UNIT)

/** Of each item those may be components that stand behind it, so nothing contains itself. */
const items: fc.Arbitrary<Item[]> = fc.tuple(
  ...IDS.map((id, index) =>
    fc.record({
      id: fc.constant(id),
      calendarId: fc.constant('site'),
      leadTimeDays: fc.integer({ min: 0, max: 8 }),
      onHand: units(80),
      safetyStock: units(30),
      lot: fc.record({
        minimum: units(60),
        multiple: fc.constantFrom(1, UNIT, 25 * UNIT),
      }),
      unitCost: fc.integer({ min: 1, max: 50 }),
      components: fc.subarray(IDS.slice(index + 1), { maxLength: Math.min(2, IDS.length - index - 1) }).chain((ids) =>
        fc.tuple(
          ...ids.map((itemId) =>
            fc.record({
              itemId: fc.constant(itemId),
              quantityPer: fc.integer({ min: 1, max: 3 * UNIT }),
              scrapRatio: fc.integer({ min: 0, max: 20 }).map((percent) => percent / 100),
            }),
          ),
        ),
      ),
    }),
  ),
)

const problems: fc.Arbitrary<RequirementsProblem> = fc.record({
  items,
  horizonDays: fc.constant(HORIZON),
  calendars: fc
    .integer({ min: 0, max: 6 })
    .map((shift) => [{ id: 'site', isOpen: Array.from({ length: HORIZON }, (_, day) => (day + shift) % 7 < 5) }]),
  demands: fc
    .array(
      fc.record({
        itemId: fc.constantFrom(...IDS),
        quantity: fc.integer({ min: 1, max: 90 * UNIT }),
        dueDay: fc.integer({ min: -3, max: HORIZON + 2 }),
        priority: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 12 },
    )
    .map((rows) => rows.map((row, index) => ({ id: `D${index}`, ...row }))),
  receipts: fc
    .array(
      fc.record({
        itemId: fc.constantFrom(...IDS),
        quantity: fc.integer({ min: 1, max: 120 * UNIT }),
        day: DAY,
        earliestDay: fc.option(DAY, { nil: undefined }),
        takesComponents: fc.boolean(),
      }),
      { maxLength: 8 },
    )
    .map((rows) =>
      rows.map(({ earliestDay, ...row }, index) => ({
        ...{ id: `R${index}`, ...row },
        earliestDay: earliestDay === undefined ? undefined : Math.min(earliestDay, row.day),
      })),
    ),
  damping: fc.record({
    days: fc.integer({ min: 0, max: 4 }),
    quantityRatio: fc.constantFrom(0, 0.1, 0.25),
    deferMoney: fc.constantFrom(0, 0.05),
    gatherDays: fc.constantFrom(0, 6),
    orderWithinDays: fc.constantFrom(0, 5, HORIZON),
  }),
  carryingRatioPerYear: fc.constant(0.1),
})

const runs = { numRuns: 3000 }

test('who follows every message is never short, but where nothing could be there before', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const plan = planRequirements(problem)
      const stock = follow(problem, plan)
      for (const { item, supplies } of plan.items) {
        const reachDay = reachDayOf(problem, item.id)
        for (const [day, left] of (stock.get(item.id) ?? []).entries()) {
          if (left >= 0) continue
          expect(day).toBeLessThan(reachDay)
          expect(supplies.some((supply) => supply.wantedDay <= day && day < supply.day)).toBe(true)
          for (const { receiptId, day: comesAt } of supplies) {
            const receipt = problem.receipts.find(({ id }) => id === receiptId)
            if (receipt?.earliestDay !== undefined && comesAt > day) expect(receipt.earliestDay).toBeGreaterThan(day)
          }
        }
      }
    }),
    runs,
  )
})

test('every message is needed: without it stock is short, or more comes than anybody wants', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const plan = planRequirements(problem)
      const { damping } = problem
      const followed = follow(problem, plan)
      for (const message of plan.messages) {
        const item = problem.items.find(({ id }) => id === message.itemId)
        if (!item) throw new Error('A message is about nothing that is known.')
        const floor = item.safetyStock * (1 - damping.quantityRatio)
        const ignored = follow(problem, plan, message).get(item.id) ?? []
        const { kind, toDay, wantedDay, fromDay = 0, fromQuantity = 0, toQuantity } = message
        if (kind === 'order' || kind === 'expedite') expect(ignored[wantedDay]).toBeLessThan(Math.max(floor, 0.001))
        // It may have grown for what is wanted later than its first quantity.
        if (kind === 'increase') expect(Math.min(...ignored.slice(wantedDay))).toBeLessThan(Math.max(floor, 0.001))
        if (kind === 'defer') {
          expect(toDay - fromDay).toBeGreaterThan(damping.days)
          const meanwhile = (followed.get(item.id) ?? []).slice(fromDay, toDay)
          const reachDay = reachDayOf(problem, item.id)
          for (const [index, left] of meanwhile.entries())
            if (fromDay + index >= reachDay) expect(left).toBeGreaterThanOrEqual(0)
        }
        if (kind === 'decrease') expect(fromQuantity - toQuantity).toBeGreaterThan(damping.quantityRatio * fromQuantity)
        if (kind === 'cancel' || kind === 'decrease')
          expect((followed.get(item.id) ?? []).at(-1)).toBeGreaterThanOrEqual(Math.floor(floor))
      }
    }),
    runs,
  )
})

test('every quantity that arrives is pegged once, to what is wanted, up to a demand', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { items: planned } = planRequirements(problem)
      for (const { supplies, requirements } of planned) {
        const given = new Map(requirements.map((requirement) => [requirement, 0]))
        for (const { pegs, quantity, isCancelled } of supplies) {
          const sum = pegs.reduce((total, peg) => total + peg.quantity, 0)
          expect(sum).toBeLessThanOrEqual(isCancelled ? 0 : quantity)
          for (const { requirement, quantity: part } of pegs)
            given.set(requirement, (given.get(requirement) ?? 0) + part)
        }
        for (const [requirement, sum] of given) expect(sum).toBeLessThanOrEqual(requirement.quantity)
      }
    }),
    runs,
  )
})

test('the same problem gives the same messages, whatever the order it is told in', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const told = (plan: ReturnType<typeof planRequirements>) =>
        plan.messages.map(({ supply: _, ...message }) => JSON.stringify(message)).sort()
      const turned = { ...problem, items: problem.items.toReversed(), receipts: problem.receipts.toReversed() }
      expect(told(planRequirements(turned))).toEqual(told(planRequirements(problem)))
    }),
    { numRuns: 500 },
  )
})

test('who has followed every message need not order anything more', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const plan = planRequirements(problem)
      const kept = new Map(plan.items.flatMap(({ supplies }) => supplies.map((supply) => [supply.receiptId, supply])))
      const receipts = [
        ...problem.receipts.flatMap((receipt) => {
          const supply = kept.get(receipt.id)
          if (!supply || supply.isCancelled) return []
          return [{ ...receipt, day: supply.day, quantity: supply.quantity }]
        }),
        ...plan.items.flatMap(({ supplies }) =>
          supplies
            .filter(({ before }) => !before)
            .map(({ itemId, quantity, day }, index) => ({
              ...{ id: `N-${itemId}-${index}`, itemId, quantity, day, earliestDay: day, takesComponents: true },
            })),
        ),
      ]
      const again = planRequirements({ ...problem, receipts })
      expect(again.messages.filter(({ kind }) => kind === 'order').map(({ itemId }) => itemId)).toEqual([])
    }),
    { numRuns: 500 },
  )
})
