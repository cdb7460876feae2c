import { HOUR_MS, instant, MINUTE_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { assuming } from './assumption-rules.ts'
import { faultsOf } from './check-rules.ts'
import type { ExceptionId, GroupId, OrderId, ProductId } from './contract.ts'
import { idOf, type PlacedOperation, placedBy } from './plan-rules.ts'
import { searchPlan } from './plan-search.ts'
import { planSpan, type SiteState, stateProblem } from './problem-rules.ts'
import type { AbsenceId } from './reaction-contract.ts'
import { searchRepair } from './repair-search.ts'
import { seatsOf } from './schedule-rules.ts'
import { assumptionsFor, type Trouble } from './trouble-rules.ts'

// Plans and repairs, each of which takes its time.
vi.setConfig({ testTimeout: 120_000 })

const PLANNED_MS = Date.parse('2026-11-30T05:00:00Z')
const RUNS = 60
const SITE = id(1) as EquipmentId
const GROUP = id(3000) as GroupId

function id(number: number): string {
  return `0199c1b4-6f0e-7c3a-9d43-${String(number).padStart(12, '0')}`
}

const units = [10, 11, 12].map((number) => ({
  fence: { frozenMs: 2 * HOUR_MS, slushyMs: 2 * HOUR_MS },
  id: id(number) as EquipmentId,
  name: `Mill ${number}`,
  group: 'Milling',
}))
const unitIds = units.map((one) => one.id)

/** Products of two steps, the second with people of a group of two. */
const products = [0, 1].map((index) => ({
  ...{ id: id(100 + index) as ProductId, siteId: SITE, code: `P${index}`, name: `Blade ${index}`, family: `f${index}` },
  materialId: null,
  steps: [
    {
      ...{ name: 'Milling', setupFamily: `f${index}`, splittable: true, operators: null },
      alternatives: unitIds.slice(0, 2).map((workUnitId) => ({ workUnitId, minutesPerPiece: 1 })),
    },
    {
      ...{ name: 'Grinding', setupFamily: `f${index}`, splittable: index === 0 },
      operators: { skill: 'grinding', count: 1, time: 'whole' as const },
      alternatives: unitIds.slice(1).map((workUnitId) => ({ workUnitId, minutesPerPiece: 0.8 })),
    },
  ],
}))

interface Given {
  readonly lots: readonly { readonly quantity: number; readonly dueHours: number; readonly priority: number }[]
  readonly nowMinutes: number
  readonly locks: readonly number[]
}

function stateAt(given: Given, nowMs: number): SiteState {
  const orders = given.lots.map(({ quantity, dueHours, priority }, index) => ({
    ...{ id: id(200 + index) as OrderId, siteId: SITE, number: `${4400 + index}`, quantity, priority },
    ...{ productId: products[index % 2]?.id as ProductId, productName: 'Blade', state: 'open' as const },
    ...{ releaseAt: instant(PLANNED_MS - HOUR_MS), dueAt: instant(PLANNED_MS + dueHours * HOUR_MS), customer: null },
  }))
  const span = planSpan(PLANNED_MS, undefined)
  const day = 24 * HOUR_MS
  const firstMs = Math.floor(span.originMs / day) * day
  const shifts = Array.from({ length: 36 }, (_, index) => firstMs + index * day).flatMap((midnightMs) => [
    { name: 'Day', startMs: midnightMs + 5 * HOUR_MS, endMs: midnightMs + 13 * HOUR_MS },
    { name: 'Late', startMs: midnightMs + 13 * HOUR_MS, endMs: midnightMs + 21 * HOUR_MS },
  ])
  return {
    ...{ siteId: SITE, timeZone: 'Europe/Zurich', nowMs, span, shifts, units, products, orders },
    setups: unitIds.map((workUnitId) => ({ workUnitId, otherwiseMinutes: 20, changes: [] })),
    groups: [
      {
        ...{ id: GROUP, siteId: SITE, name: 'Grinders', skills: ['grinding'] },
        headcounts: [
          { shift: 'Day', count: 2 },
          { shift: 'Late', count: 1 },
        ],
      },
    ],
    ...{ exceptions: [], absences: [], paces: [] },
    ...{ tools: [], capacities: [], ways: [], splits: new Map() },
    supply: { materials: [], bills: [], policies: [], stock: [], receipts: [] },
  }
}

function planOf(given: Given): readonly PlacedOperation[] {
  let placed: readonly PlacedOperation[] = []
  searchPlan({ state: stateAt(given, PLANNED_MS), pinned: [], fenced: false, budgetMs: 5, seed: 1 }, (plan) => {
    placed = plan.placed
  })
  return placed.map((one, index) => ({ ...one, locked: given.locks.includes(index) }))
}

const givens = fc.record({
  lots: fc.array(
    fc.record({
      quantity: fc.integer({ min: 20, max: 600 }),
      dueHours: fc.integer({ min: 6, max: 120 }),
      priority: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 3, maxLength: 10 },
  ),
  nowMinutes: fc.integer({ min: 0, max: 30 * 60 }),
  locks: fc.array(fc.nat(20), { maxLength: 3 }),
})
const whats = fc.record({
  cause: fc.constantFrom('stopped', 'slow', 'scrap', 'absent', 'predicted-failure'),
  pick: fc.nat(1000),
  hours: fc.integer({ min: 1, max: 30 }),
})

/** Something that happens to the plan, and the site that knows of it. */
function troubleOf(
  { cause, pick, hours }: { cause: string; pick: number; hours: number },
  state: SiteState,
  placed: readonly PlacedOperation[],
): { state: SiteState; trouble: Trouble } {
  const { nowMs } = state
  const workUnitId = unitIds[pick % unitIds.length] as EquipmentId
  const untilMs = nowMs + hours * HOUR_MS
  switch (cause) {
    case 'stopped':
      return {
        state,
        trouble: { siteId: SITE, cause, workUnitId, sinceMs: nowMs, repairMs: hours * HOUR_MS, alarm: '' },
      }
    case 'slow':
      return { state, trouble: { siteId: SITE, cause, workUnitId, ratio: 1 + hours / 20 } }
    case 'predicted-failure': {
      const failure = { findingId: id(900), what: 'Bearing', failsMs: untilMs, repairMs: 4 * HOUR_MS }
      return { state, trouble: { siteId: SITE, cause, workUnitId, ...failure } }
    }
    case 'absent': {
      const absence = { groupId: GROUP, count: 1 }
      const [startAt, endAt] = [instant(nowMs), instant(untilMs)]
      const known = { ...absence, id: id(800) as AbsenceId, siteId: SITE, startAt, endAt, note: null, reportedBy: 'x' }
      return {
        state: { ...state, absences: [known] },
        trouble: { siteId: SITE, cause, absenceId: known.id, ...absence, startMs: nowMs, endMs: untilMs },
      }
    }
    default: {
      const one = placed[pick % placed.length] as PlacedOperation
      const quantity = state.orders.find((order) => order.id === one.orderId)?.quantity ?? 1
      const scrapped = Math.max(1, Math.round((quantity * hours) / 60))
      const operation = { workUnitId: one.workUnitId, orderId: one.orderId, position: one.position, quantity }
      return { state, trouble: { siteId: SITE, cause: 'scrap', ...operation, scrapped, planned: 0 } }
    }
  }
}

const keyOf = (one: PlacedOperation) => idOf(one)

test('what is proposed passes the check as it will be judged, and history, frozen and locked operations stay', () => {
  let moved = 0
  fc.assert(
    fc.property(givens, whats, (given, what) => {
      const placed = planOf(given)
      const nowMs = PLANNED_MS + given.nowMinutes * MINUTE_MS
      const { state, trouble } = troubleOf(what, stateAt(given, nowMs), placed)
      const assumptions = assumptionsFor(trouble, 'It happened', state, placed, id(700) as ExceptionId)
      const repair = searchRepair({ state, placed, assumptions, budgetMs: 10 })
      moved += repair.changes.length

      // As accepting judges it: under what was written down, no fault that was not there before.
      const assumed = assuming(state, assumptions[repair.chosen] ?? null)
      const { problem, originMs } = stateProblem(assumed)
      const after = new Map(placed.map((one) => [keyOf(one), one]))
      for (const { operationId, after: to } of repair.changes) if (to) after.set(operationId, placedBy(to))
      const told = (list: readonly PlacedOperation[]) =>
        faultsOf(problem, seatsOf(list, originMs)).map(({ code, operationId }) => `${code} ${operationId}`)
      const known = new Set(told(placed))
      expect(told([...after.values()]).filter((fault) => !known.has(fault))).toEqual([])

      const nowS = problem.nowS * 1000 + originMs
      const fenceMs = problem.frozenUntilS * 1000 + originMs
      for (const one of placed) {
        const to = after.get(keyOf(one))
        const isForced = repair.forced.includes(keyOf(one))
        const startMs = Date.parse(one.startAt)
        const stays = to?.workUnitId === one.workUnitId && to.startAt === one.startAt
        if (startMs < nowS) expect(stays, 'history').toBe(true)
        else if (startMs < fenceMs && !isForced) expect(stays, 'frozen').toBe(true)
        if (one.locked && startMs >= nowS && !isForced) expect(stays, 'locked').toBe(true)
      }
    }),
    { numRuns: RUNS },
  )
  // The property says something: plans did change.
  expect(moved).toBeGreaterThan(RUNS / 2)
})
