import type { FactoryOperation, FactoryOrder, FactoryProblem } from '../problem.ts'

/** One machine, always open, and whatever a test adds. */
export function plainFactory(more: Partial<FactoryProblem> = {}): FactoryProblem {
  return {
    horizonS: 10_000,
    nowS: 0,
    frozenUntilS: 0,
    calendars: [{ id: 'always', open: [{ startS: 0, endS: 10_000 }] }],
    resources: [{ id: 'lathe', kind: 'machine', count: 1, calendarId: 'always' }],
    setupMatrices: [],
    operatorGroups: [],
    tools: [],
    materials: [],
    transports: [],
    orders: [],
    ...more,
  }
}

export function plainOrder(
  id: string,
  operations: readonly FactoryOperation[],
  more: Partial<FactoryOrder> = {},
): FactoryOrder {
  return { id, weight: 1, releaseS: 0, dueS: 100, quantity: 10, operations, ...more }
}

/** 50 s on the lathe. */
export function plainOperation(id: string, more: Partial<FactoryOperation> = {}): FactoryOperation {
  return { id, alternatives: [{ resourceId: 'lathe', durationS: 50 }], splittable: true, ...more }
}
