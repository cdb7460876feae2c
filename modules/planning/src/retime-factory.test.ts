import { type FactoryProblem, planFactory } from '@millrace/scheduling'
import { smallFactory } from '@millrace/scheduling/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultsOf } from './check-rules.ts'
import { reasonOf, type Seat, seatOfEngine } from './plan-rules.ts'
import { retime } from './retime-rules.ts'

const names = { operation: (id: string) => id, resource: (id: string) => id }
/** What moves by hand do not count, and the check refuses. */
const COUNTED_BY_THE_CHECK = ['operators', 'tool']

/** A small factory with furnaces, equal machines, tools, ways, waiting and transfer batches; nothing in it is pinned by the engine. */
function givenFactory(seed: number): FactoryProblem {
  const problem = smallFactory(seed)
  return {
    ...problem,
    materials: [],
    orders: problem.orders.map((order) => ({
      ...order,
      operations: order.operations.map(({ pin: _, lock: __, materials: ___, ...operation }) => operation),
    })),
  }
}

function seatsOf(problem: FactoryProblem): Map<string, Seat> {
  const { placements } = planFactory(problem, { seed: 1, budgetMs: 0, nowMs: () => 1 }).plan
  return new Map(
    placements.map((one) => [
      one.operationId,
      seatOfEngine(one, new Map(), { locked: false, reason: reasonOf(one.binding) }),
    ]),
  )
}

test('a move in a factory with furnaces, lanes, ways and transfer batches leaves a valid plan, or is refused', () => {
  const seen = { accepted: 0, refused: 0, onBatch: 0, onSecondLane: 0 }
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 1500 })), { minLength: 1, maxLength: 5 }),
      (seed, wishes) => {
        const problem = givenFactory(seed)
        const facts = new Map(problem.orders.flatMap(({ operations }) => operations.map((one) => [one.id, one])))
        const kinds = new Map(problem.resources.map(({ id, kind }) => [id, kind]))
        let seats: ReadonlyMap<string, Seat> = seatsOf(problem)
        if (seats.size < facts.size) return
        for (const [pick, where, startS] of wishes) {
          const operationId = [...seats.keys()][pick % seats.size] ?? ''
          const able = facts.get(operationId)?.alternatives ?? []
          const resourceId = able[where % able.length]?.resourceId ?? ''
          const wish = { moves: [{ operationId, quantity: null, resourceId, startS }], removed: [] }
          const moved = retime(problem, seats, wish, names)
          if ('refusal' in moved) {
            seen.refused += 1
            continue
          }
          const faults = faultsOf(problem, moved.seats)
          expect(faults.filter(({ code }) => !COUNTED_BY_THE_CHECK.includes(code))).toEqual([])
          seen.accepted += 1
          if (kinds.get(resourceId) === 'batch') seen.onBatch += 1
          if ((moved.seats.get(operationId)?.lane ?? 0) > 0) seen.onSecondLane += 1
          // A move that the check refuses is not made.
          if (faults.length === 0) seats = moved.seats
        }
      },
    ),
    { numRuns: 600, seed: 11 },
  )
  expect(seen.accepted).toBeGreaterThan(400)
  expect(seen.onBatch).toBeGreaterThan(40)
  expect(seen.onSecondLane).toBeGreaterThan(8)
})

describe('a furnace', () => {
  const open = [{ startS: 0, endS: 100_000 }]
  const operation = (id: string, family: string) => ({
    ...{ id, family, splittable: false, load: 4, alternatives: [{ resourceId: 'furnace', durationS: 3600 }] },
  })
  const problem: FactoryProblem = {
    ...{ horizonS: 100_000, nowS: 0, frozenUntilS: 0, setupMatrices: [], operatorGroups: [], tools: [], materials: [] },
    ...{ transports: [], calendars: [{ id: 'always', open }] },
    resources: [{ id: 'furnace', kind: 'batch', count: 1, batchLoad: 10, calendarId: 'always' }],
    orders: ['a', 'b', 'c', 'd'].map((id, index) => ({
      ...{ id, weight: 1, releaseS: 0, dueS: 50_000, quantity: 4 },
      operations: [operation(`${id}.1`, index === 3 ? 'brass' : 'steel')],
    })),
  }
  const seats = new Map(
    ['a', 'b', 'c', 'd'].map((id, index) => {
      const startS = [0, 10_000, 20_000, 30_000][index] ?? 0
      const seat: Seat = {
        ...{ operationId: `${id}.1`, resourceId: 'furnace', lane: 0, quantity: null, locked: false },
        ...{ setupStartS: startS, startS, endS: startS + 3600, groupId: undefined },
        reason: { kind: 'now', of: null, closedS: 0 },
      }
      return [seat.operationId, seat] as const
    }),
  )
  const moved = (operationId: string, startS: number, from: ReadonlyMap<string, Seat> = seats) => {
    const wish = { moves: [{ operationId, quantity: null, resourceId: 'furnace', startS }], removed: [] }
    const result = retime(problem, from, wish, names)
    if ('refusal' in result) throw new Error(result.refusal)
    return result.seats
  }

  test('takes what is dropped onto a charge into it, as long as there is room', () => {
    const two = moved('b.1', 1200)
    expect(two.get('b.1')).toMatchObject({ startS: 0, endS: 3600 })
    // 4 + 4 of 10 are taken: a third of 4 goes behind the charge, and before nothing.
    const three = moved('c.1', 2400, two)
    expect(three.get('a.1')).toMatchObject({ startS: 0 })
    expect(three.get('c.1')?.startS).toBe(3600)
    expect(faultsOf(problem, three)).toEqual([])
  })

  test('keeps families apart, and pushes a charge as a whole', () => {
    expect(moved('d.1', 10_500).get('d.1')?.startS).not.toBe(10_000)
    const both = moved('b.1', 21_000)
    expect(both.get('b.1')?.startS).toBe(20_000)
    const pushed = moved('a.1', 19_000, new Map([...both, ['a.1', { ...(seats.get('a.1') as Seat) }]]))
    expect(faultsOf(problem, pushed)).toEqual([])
    expect(pushed.get('b.1')?.startS).toBe(pushed.get('c.1')?.startS)
  })
})
