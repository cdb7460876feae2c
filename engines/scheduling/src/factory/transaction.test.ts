import { expect, test } from 'vitest'
import { compileFactory } from './compile.ts'
import { listByRule } from './list.ts'
import { planOf } from './plan-of.ts'
import { plainFactory, plainOperation, plainOrder } from './testing/plain-factory.ts'
import { Transaction } from './transaction.ts'
import { validateFactoryPlan } from './validate.ts'

test('what gives way only because its set-up became longer finds a new place too', () => {
  const machine = { kind: 'machine' as const, count: 1, calendarId: 'always' }
  const pin = (startS: number) => ({ pin: { resourceId: 'lathe', lane: 0, startS } })
  const problem = plainFactory({
    setupMatrices: [
      {
        id: 'm',
        otherwiseS: 0,
        initialS: 0,
        changes: [
          { from: 'red', to: 'blue', setupS: 10 },
          { from: 'red', to: 'green', setupS: 200 },
        ],
      },
    ],
    resources: [
      { ...machine, id: 'mill' },
      { ...machine, id: 'lathe', setupMatrixId: 'm' },
    ],
    orders: [
      plainOrder('first', [plainOperation('red', { family: 'red', ...pin(0) })]),
      plainOrder('second', [
        plainOperation('before', { alternatives: [{ resourceId: 'mill', durationS: 50 }] }),
        plainOperation('blue', { family: 'blue', after: [{ operationId: 'before' }] }),
      ]),
      plainOrder('third', [plainOperation('green', { family: 'green' })], { releaseS: 110 }),
    ],
  })
  const board = listByRule(compileFactory(problem), 'edd', 'serial')
  const startOf = () => Object.fromEntries(planOf(board).placements.map((one) => [one.operationId, one.startS]))
  expect(startOf()).toEqual({ red: 0, before: 0, blue: 60, green: 110 })
  const transaction = new Transaction(board)
  board.floor = 30
  transaction.begin()
  transaction.remove(1)
  expect(transaction.recreate((op) => op)).toBe(true)
  expect(startOf()).toEqual({ red: 0, before: 30, blue: 80, green: 130 })
  expect(validateFactoryPlan(problem, planOf(board))).toEqual([])
})
