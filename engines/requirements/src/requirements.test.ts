import { expect, test } from 'vitest'
import { ledgerOf } from './ledger.ts'
import { planRequirements } from './plan-requirements.ts'
import type { Item, Receipt, RequirementsProblem } from './problem.ts'
import { generateRequirements } from './testing/generate.ts'

const UNIT = 1000

function itemOf(id: string, more: Partial<Item> = {}): Item {
  return {
    ...{ id, calendarId: 'site', leadTimeDays: 0, onHand: 0, safetyStock: 0, unitCost: 2, components: [] },
    lot: { minimum: 0, multiple: UNIT },
    ...more,
  }
}

function receiptOf(quantity: number, day: number): Receipt {
  return { id: 'PO 1', itemId: 'knife', quantity: quantity * UNIT, day, earliestDay: 0, takesComponents: false }
}

/** 100 knives are wanted on day 10, a Thursday; today is a Monday. */
function problemOf(items: readonly Item[], receipts: readonly Receipt[] = []): RequirementsProblem {
  return {
    ...{ items, receipts, horizonDays: 28, carryingRatioPerYear: 0.1 },
    calendars: [{ id: 'site', isOpen: Array.from({ length: 28 }, (_, day) => day % 7 < 5) }],
    demands: [{ id: 'D1', itemId: 'knife', quantity: 100 * UNIT, dueDay: 10, priority: 2 }],
    damping: { days: 2, quantityRatio: 0.1, deferMoney: 0, gatherDays: 0, orderWithinDays: 28 },
  }
}

function told(items: readonly Item[], receipts: readonly Receipt[] = []): string[] {
  return planRequirements(problemOf(items, receipts)).messages.map(
    ({ kind, itemId, fromDay, toDay, fromQuantity, toQuantity }) =>
      `${kind} ${itemId} ${(fromQuantity ?? 0) / UNIT}→${toQuantity / UNIT} day ${fromDay ?? '-'}→${toDay}`,
  )
}

test.each([
  ['nothing is there', [], ['order knife 0→100 day -→10']],
  ['it comes late', [receiptOf(100, 15)], ['expedite knife 100→100 day 15→10']],
  ['it comes early', [receiptOf(100, 3)], ['defer knife 100→100 day 3→10']],
  ['it comes a little early', [receiptOf(100, 8)], []],
  ['too little comes', [receiptOf(60, 9)], ['increase knife 60→100 day 9→9']],
  ['too much comes', [receiptOf(160, 10)], ['decrease knife 160→100 day 10→10']],
  ['a little too much comes', [receiptOf(105, 10)], []],
  ['it has begun and comes late', [{ ...receiptOf(100, 15), earliestDay: undefined }], ['order knife 0→100 day -→10']],
] as const)('when %s', (_, receipts, messages) => {
  expect(
    told(
      [itemOf('knife')],
      receipts.map((one) => ({ ...one })),
    ),
  ).toEqual(messages)
})

test('what nobody wants is to be cancelled', () => {
  expect(told([itemOf('knife', { onHand: 200 * UNIT })], [receiptOf(80, 12)])).toEqual(['cancel knife 80→0 day 12→12'])
})

test('components are wanted when what is made of them starts, working days before', () => {
  const messages = told([
    // Two working days before day 10 is day 8; three before that day 3, with a weekend between.
    itemOf('knife', { leadTimeDays: 2, components: [{ itemId: 'blade', quantityPer: UNIT, scrapRatio: 0.02 }] }),
    itemOf('blade', { leadTimeDays: 3, components: [{ itemId: 'steel', quantityPer: 55, scrapRatio: 0 }] }),
    itemOf('steel', { lot: { minimum: 20 * UNIT, multiple: 5 * UNIT } }),
  ])
  expect(messages).toEqual([
    'order blade 0→103 day -→8', // 100 knives are 98 % of 102.041.
    'order steel 0→20 day -→3', // 103 blades × 0.055 kg = 5.665 kg, but at least 20 are sold.
    'order knife 0→100 day -→10',
  ])
})

test('a message knows its demand through every level, and what would be late without it', () => {
  const plan = planRequirements(
    problemOf([
      itemOf('knife', { unitCost: 30, components: [{ itemId: 'blade', quantityPer: UNIT, scrapRatio: 0 }] }),
      itemOf('blade', { unitCost: 4, onHand: 75 * UNIT }),
    ]),
  )
  const blades = plan.messages.find(({ itemId }) => itemId === 'blade')
  const cause = blades?.supply.pegs[0]?.requirement.cause
  const parent = cause && 'supply' in cause ? cause.supply : undefined
  expect(parent?.itemId).toBe('knife')
  expect(parent?.pegs[0]?.requirement.cause).toEqual({ demandId: 'D1' })
  expect(blades?.toQuantity).toBe(25 * UNIT)
  expect(blades?.money).toBe(750) // A quarter of 100 knives of 30.
})

test('what cannot be there in time says so', () => {
  const [message] = planRequirements(problemOf([itemOf('knife', { leadTimeDays: 10 })])).messages
  // Ten working days from a Monday end on a Friday: the day behind it is day 12.
  expect(message).toMatchObject({ kind: 'order', wantedDay: 10, toDay: 12, isTooLate: true, actByDay: 0 })
})

test('the safety stock bridges a few days rather than a message', () => {
  const knife = itemOf('knife', { onHand: 100 * UNIT, safetyStock: 50 * UNIT })
  expect(told([knife], [receiptOf(50, 12)])).toEqual([])
  expect(told([knife], [receiptOf(50, 14)])).toEqual(['expedite knife 50→50 day 14→10'])
})

test('what refills the safety stock hurries when what is ordered comes after a demand', () => {
  const late = { ...problemOf([itemOf('knife', { safetyStock: UNIT, leadTimeDays: 1 })], [receiptOf(0.001, 2)]) }
  const { messages } = planRequirements({
    ...late,
    calendars: [{ id: 'site', isOpen: late.calendars[0]?.isOpen.map((_, day) => day % 7 > 1) ?? [] }],
    demands: [{ id: 'D1', itemId: 'knife', quantity: 1, dueDay: 1, priority: 1 }],
  })
  // What is ordered on Wednesday, when work begins, is there on Thursday; Tuesday has only what was on its way.
  expect(messages.map(({ kind, toDay }) => `${kind} ${toDay}`)).toEqual(['expedite 1', 'order 3'])
})

test('and does not when what is ordered is there in time and enough', () => {
  const knife = itemOf('knife', {
    onHand: 150 * UNIT,
    safetyStock: 100 * UNIT,
    lot: { minimum: 80 * UNIT, multiple: UNIT },
  })
  const demands = [
    { id: 'D1', itemId: 'knife', quantity: 149 * UNIT, dueDay: 9, priority: 1 },
    { id: 'D2', itemId: 'knife', quantity: 12 * UNIT, dueDay: 10, priority: 1 },
  ]
  const { messages } = planRequirements({ ...problemOf([knife], [receiptOf(99, 11)]), demands })
  expect(messages.map(({ kind, toDay }) => `${kind} ${toDay}`)).toEqual(['order 10'])
})

test('a loop is refused with its items named', () => {
  const problem = problemOf([
    itemOf('knife', { components: [{ itemId: 'blade', quantityPer: UNIT, scrapRatio: 0 }] }),
    itemOf('blade', { components: [{ itemId: 'knife', quantityPer: UNIT, scrapRatio: 0 }] }),
  ])
  expect(() => planRequirements(problem)).toThrow('These contain each other: knife, blade.')
})

test('the ledger of an item adds up by weeks', () => {
  const plan = planRequirements(problemOf([itemOf('knife', { onHand: 30 * UNIT })], [receiptOf(20, 9)]))
  const [knife] = plan.items
  if (!knife) throw new Error('The knife is planned.')
  const [first, second, ...rest] = ledgerOf(knife, 28, 7)
  expect(first).toMatchObject({ gross: 0, receipts: 0, planned: 0, projected: 30 * UNIT })
  // 30 there, 70 come instead of 20, 100 go.
  expect(second).toMatchObject({ gross: 100 * UNIT, receipts: 70 * UNIT, planned: 0, projected: 0, least: 0 })
  expect(rest).toHaveLength(2)
})

test('a generated company is planned on every level', () => {
  const problem = generateRequirements(1, { items: 500, levels: 5, weeks: 26, demandsPerWeek: 1 })
  const { items, messages } = planRequirements(problem)
  expect(new Set(items.map(({ level }) => level))).toEqual(new Set([0, 1, 2, 3, 4]))
  expect(new Set(messages.map(({ kind }) => kind)).size).toBe(6)
})
