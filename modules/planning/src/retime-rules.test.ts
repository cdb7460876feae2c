import { type FactoryPlan, type FactoryProblem, planFactory } from '@millrace/scheduling'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultsOf } from './check-rules.ts'
import { reasonOf, type Seat, seatOfEngine } from './plan-rules.ts'
import { retime } from './retime-rules.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S
const names = { operation: (id: string) => id, resource: (id: string) => id }

/** Two machines that work from 6 to 22 o'clock, orders of two steps, and set-ups between two families. */
function givenProblem(
  orders: readonly { readonly hours: readonly [number, number]; readonly family: string }[],
): FactoryProblem {
  const open = Array.from({ length: 20 }, (_, day) => ({
    startS: day * DAY_S + 6 * HOUR_S,
    endS: day * DAY_S + 22 * HOUR_S,
  }))
  return {
    ...{
      horizonS: 20 * DAY_S,
      nowS: DAY_S,
      frozenUntilS: DAY_S,
      tools: [],
      materials: [],
      transports: [],
      operatorGroups: [],
    },
    calendars: [{ id: 'day', open }],
    resources: ['mill', 'grinder'].map((id) => ({
      ...{ id, kind: 'machine' as const, count: 1, calendarId: 'day', setupMatrixId: 'any' },
    })),
    setupMatrices: [{ id: 'any', otherwiseS: 1800, initialS: 0, changes: [] }],
    orders: orders.map(({ hours, family }, index) => ({
      ...{ id: `o${index}`, weight: 1, releaseS: 0, dueS: 3 * DAY_S, quantity: 1 },
      operations: hours.map((length, step) => ({
        ...{ id: `o${index}.${step + 1}`, family, splittable: step === 0 },
        alternatives: [{ resourceId: step === 0 ? 'mill' : 'grinder', durationS: length * HOUR_S }],
        ...(step > 0 && { after: [{ operationId: `o${index}.${step}` }] }),
      })),
    })),
  }
}

function seatsIn({ placements }: FactoryPlan): Map<string, Seat> {
  return new Map(
    placements.map((one) => [
      one.operationId,
      seatOfEngine(one, new Map(), { locked: false, reason: reasonOf(one.binding) }),
    ]),
  )
}

const planOf = (problem: FactoryProblem) => seatsIn(planFactory(problem, { seed: 1, budgetMs: 0, nowMs: () => 1 }).plan)
const move = (operationId: string, resourceId: string, startS: number) => ({
  ...{ moves: [{ operationId, quantity: null, resourceId, startS }], removed: [] },
})

describe('moving an operation', () => {
  const problem = givenProblem([
    { hours: [4, 4], family: 'long' },
    { hours: [4, 4], family: 'short' },
  ])

  test('to a later time leaves what is before it, and takes what follows along', () => {
    const seats = planOf(problem)
    const moved = retime(problem, seats, move('o0.1', 'mill', 3 * DAY_S + 10 * HOUR_S), names)
    if ('refusal' in moved) throw new Error(moved.refusal)
    expect(moved.seats.get('o0.1')).toMatchObject({ startS: 3 * DAY_S + 10 * HOUR_S, endS: 3 * DAY_S + 14 * HOUR_S })
    expect(moved.seats.get('o0.2')?.startS).toBeGreaterThanOrEqual(3 * DAY_S + 14 * HOUR_S)
    expect(faultsOf(problem, moved.seats)).toEqual([])
  })

  test('into a time without work begins when work begins', () => {
    const moved = retime(problem, planOf(problem), move('o1.1', 'mill', 4 * DAY_S + 2 * HOUR_S), names)
    if ('refusal' in moved) throw new Error(moved.refusal)
    // Its set-up, half an hour, cannot begin at night either.
    expect(moved.seats.get('o1.1')?.startS).toBe(4 * DAY_S + 6 * HOUR_S)
  })

  test('is refused in the past, on a machine that cannot do it, when locked, and when it leaves something without its step before', () => {
    const seats = planOf(problem)
    const refusal = (wish: Parameters<typeof retime>[2], of = seats) => {
      const retimed = retime(problem, of, wish, names)
      return 'refusal' in retimed ? retimed.refusal : undefined
    }
    expect(refusal(move('o0.1', 'mill', 10))).toBe('That is in the past.')
    expect(refusal(move('o0.1', 'grinder', 5 * DAY_S))).toBe('grinder cannot do o0.1.')
    const locked = new Map([...seats].map(([id, seat]) => [id, { ...seat, locked: id === 'o0.2' }]))
    expect(refusal(move('o0.2', 'grinder', 5 * DAY_S), locked)).toBe('o0.2 is locked. Unlock it first.')
    expect(refusal(move('o0.1', 'mill', 5 * DAY_S), locked)).toBe('o0.2 is locked and would have to wait.')
    expect(refusal({ moves: [], removed: ['o0.1'] })).toBe('o0.1 before it has no place yet.')
  })
})

test('whatever is moved, the plan stays valid or the move is refused', () => {
  const order = fc.record({
    hours: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    family: fc.constantFrom('long', 'short'),
  })
  let accepted = 0
  fc.assert(
    fc.property(
      fc.array(order, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 24, max: 200 })), { minLength: 1, maxLength: 4 }),
      (orders, wishes) => {
        const problem = givenProblem(orders)
        let seats: ReadonlyMap<string, Seat> = planOf(problem)
        for (const [pick, hour] of wishes) {
          const ids = [...seats.keys()]
          const id = ids[pick % ids.length] ?? ''
          const moved = retime(problem, seats, move(id, id.endsWith('1') ? 'mill' : 'grinder', hour * HOUR_S), names)
          if ('refusal' in moved) continue
          accepted += 1
          expect(faultsOf(problem, moved.seats)).toEqual([])
          expect(moved.seats.size).toBe(seats.size)
          seats = moved.seats
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  )
  expect(accepted).toBeGreaterThan(100)
})
