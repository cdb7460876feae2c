import { expect, test } from 'vitest'
import type { FactoryPlan, Placement } from './plan.ts'
import type { FactoryProblem } from './problem.ts'
import { plainFactory, plainOperation, plainOrder } from './testing/plain-factory.ts'
import { validateFactoryPlan } from './validate.ts'

function at(operationId: string, startS: number, more: Partial<Placement> = {}): Placement {
  return {
    operationId,
    resourceId: 'lathe',
    lane: 0,
    setupStartS: startS,
    startS,
    endS: startS + 50,
    binding: { reason: { kind: 'now' }, closedS: 0 },
    ...more,
  }
}

function plan(...placements: Placement[]): FactoryPlan {
  return { placements, unplaced: [] }
}

const two = (more: Partial<FactoryProblem> = {}) =>
  plainFactory({ orders: [plainOrder('o', [plainOperation('a'), plainOperation('b')])], ...more })
const furnace = { id: 'furnace', kind: 'batch' as const, count: 1, batchLoad: 2, calendarId: 'always' }
const baked = (id: string, more = {}) =>
  plainOperation(id, { alternatives: [{ resourceId: 'furnace', durationS: 50 }], ...more })
const one = (more = {}, problem: Partial<FactoryProblem> = {}) =>
  plainFactory({ orders: [plainOrder('o', [plainOperation('a', more)])], ...problem })
const lathe = { id: 'lathe', kind: 'machine' as const, count: 1, calendarId: 'always' }
const crew = { id: 'crew', skills: ['turn'], headcount: 1, calendarId: 'always' }
const matrix = { id: 'm', otherwiseS: 20, initialS: 10, changes: [] }

test('a plan that keeps everything has no violations', () => {
  expect(validateFactoryPlan(two(), plan(at('a', 0), at('b', 50)))).toEqual([])
})

test.each<[string, FactoryProblem, FactoryPlan]>([
  ['unknown', two(), plan(at('a', 0), at('b', 50), at('c', 100))],
  ['twice', two(), plan(at('a', 0), at('b', 50), at('b', 200))],
  ['forgotten', two(), plan(at('a', 0))],
  ['machine', two(), plan(at('a', 0), at('b', 50, { resourceId: 'mill' }))],
  ['machine', two(), plan(at('a', 0), at('b', 50, { lane: 1 }))],
  ['overlap', two(), plan(at('a', 0), at('b', 49))],
  ['pin', one({ pin: { resourceId: 'lathe', lane: 0, startS: 7 } }), plan(at('a', 8))],
  ['lock', one({ lock: { notBeforeS: 7 } }), plan(at('a', 6))],
  ['too-early', plainFactory({ orders: [plainOrder('o', [plainOperation('a')], { releaseS: 5 })] }), plan(at('a', 4))],
  ['horizon', one(), plan(at('a', 9960))],
  ['duration', one(), plan(at('a', 0, { endS: 49 }))],
  [
    'calendar',
    one({}, { resources: [{ ...lathe, closed: [{ startS: 0, endS: 9 }] }] }),
    plan(at('a', 5, { endS: 59 })),
  ],
  [
    'split',
    one({ splittable: false }, { resources: [{ ...lathe, closed: [{ startS: 20, endS: 30 }] }] }),
    plan(at('a', 0, { endS: 60 })),
  ],
  [
    'setup',
    one({ family: 'red' }, { resources: [{ ...lathe, setupMatrixId: 'm' }], setupMatrices: [matrix] }),
    plan(at('a', 9, { setupStartS: 0 })),
  ],
  [
    'precedence',
    plainFactory({
      resources: [{ ...lathe, count: 2 }],
      orders: [
        plainOrder('o', [plainOperation('a'), plainOperation('b', { after: [{ operationId: 'a', waitS: 5 }] })]),
      ],
    }),
    plan(at('a', 0), at('b', 54, { lane: 1 })),
  ],
  [
    'precedence',
    plainFactory({
      resources: [{ ...lathe, count: 2 }],
      orders: [
        plainOrder('o', [
          plainOperation('a'),
          plainOperation('b', { after: [{ operationId: 'a', transferQuantity: 5 }] }),
        ]),
      ],
    }),
    plan(at('a', 0), at('b', 24, { lane: 1 })),
  ],
  [
    'batch',
    plainFactory({ resources: [furnace], orders: [plainOrder('o', [baked('a'), baked('b', { load: 2 })])] }),
    plan(at('a', 0, { resourceId: 'furnace' }), at('b', 0, { resourceId: 'furnace' })),
  ],
  [
    'batch',
    plainFactory({ resources: [furnace], orders: [plainOrder('o', [baked('a'), baked('b', { family: 'red' })])] }),
    plan(at('a', 0, { resourceId: 'furnace' }), at('b', 0, { resourceId: 'furnace' })),
  ],
  [
    'operators',
    one({ operators: { skill: 'turn', count: 2, during: 'whole' } }, { operatorGroups: [crew] }),
    plan(at('a', 0, { operatorGroupId: 'crew' })),
  ],
  [
    'operators',
    one({ operators: { skill: 'turn', count: 1, during: 'whole' } }, { operatorGroups: [crew] }),
    plan(at('a', 0)),
  ],
  ['tool', one({ tools: [{ toolId: 'jig', count: 2 }] }, { tools: [{ id: 'jig', count: 1 }] }), plan(at('a', 0))],
  [
    'material',
    one(
      { materials: [{ materialId: 'steel', quantity: 2 }] },
      { materials: [{ id: 'steel', stock: 1, arrivals: [{ id: 'x', atS: 9, quantity: 1 }] }] },
    ),
    plan(at('a', 8)),
  ],
])('%s is found', (code, problem, wrong) => {
  expect(validateFactoryPlan(problem, wrong).map((violation) => violation.code)).toContain(code)
})
