import type { Rows } from './ints.ts'
import type { FactoryProblem } from './problem.ts'
import type { WorkCalendar } from './work-calendar.ts'

/**
 * A problem compiled to arrays. Everything is a number: operations in the order of the problem (those of an order next to each
 * other), lanes resource by resource. Read only, so any number of boards may share one.
 */
export interface Shop {
  readonly problem: FactoryProblem
  readonly horizon: number
  readonly now: number
  readonly orders: OrderColumns
  readonly operations: OperationColumns
  readonly resources: ResourceColumns
  readonly groups: GroupColumns
  readonly tools: { readonly ids: readonly string[]; readonly count: Int32Array }
  readonly materials: MaterialColumns
  readonly setups: SetupTable
  readonly index: Index
}

export interface OrderColumns {
  readonly count: number
  readonly weight: Int32Array
  readonly due: Int32Array
  readonly release: Int32Array
  /** First operation; one more entry than there are orders. */
  readonly first: Int32Array
}

export interface OperationColumns {
  readonly count: number
  readonly order: Int32Array
  /** Rows over `altResource` and `altDuration`, after locks and pins have taken away what they forbid. */
  readonly altFirst: Int32Array
  readonly altResource: Int32Array
  readonly altDuration: Int32Array
  readonly family: Int32Array
  readonly splittable: Int32Array
  readonly load: Int32Array
  /** Release, lock and now: not before. */
  readonly earliest: Int32Array
  readonly earliestKind: Int32Array
  /** It has to be over, for the sake of pinned operations behind it. */
  readonly latest: Int32Array
  /** Row of `groups.able`, or -1. */
  readonly need: Int32Array
  readonly needCount: Int32Array
  /** 1: operators stay for the whole operation; 0: for the set-up. */
  readonly needWhole: Int32Array
  /** Pairs of tool and count. */
  readonly tools: Rows
  /** Pairs of material and quantity; only of materials that can run short. */
  readonly materials: Rows
  /** Triples of operation before, waiting, and transfer quantity in thousandths of its order's (0: no overlap). */
  readonly before: Rows
  /** Triples of operation behind, waiting, and transfer as above. */
  readonly behind: Rows
  /** Lane and start of pins; lane -1 without one. */
  readonly pinLane: Int32Array
  readonly pinStart: Int32Array
  /** From when on the set-up of a pin may lie; not earlier than now unless it is under way. */
  readonly pinSetup: Int32Array
  /** Seconds by the clock from its start to the end of its order at best. */
  readonly tail: Int32Array
}

export interface ResourceColumns {
  readonly count: number
  readonly firstLane: Int32Array
  readonly laneCount: number
  readonly laneResource: Int32Array
  /** Load of a batch; 0 for machines. */
  readonly batchLoad: Int32Array
  readonly initialFamily: Int32Array
  readonly matrix: Int32Array
  readonly area: Int32Array
  readonly areaCount: number
  /** Seconds from area to area, area by area. */
  readonly transport: Int32Array
  readonly calendars: readonly WorkCalendar[]
  /** Calendar of a resource working with operators of a group. */
  withGroup(resource: number, group: number): WorkCalendar
}

export interface GroupColumns {
  readonly ids: readonly string[]
  readonly headcount: Int32Array
  /** For each kind of need (a skill) the groups that have it. */
  readonly able: Rows
}

export interface MaterialColumns {
  readonly ids: readonly string[]
  readonly stock: Int32Array
  /** Pairs of time and quantity, sorted by time. */
  readonly arrivals: Rows
}

/** Set-up times between families, one square per matrix; families that a matrix does not name share its column 0. */
export interface SetupTable {
  readonly familyCount: number
  readonly local: Int32Array
  readonly squareFirst: Int32Array
  readonly squareWidth: Int32Array
  readonly seconds: Int32Array
  readonly initial: Int32Array
}

export interface Index {
  readonly operations: ReadonlyMap<string, number>
  readonly orders: ReadonlyMap<string, number>
  readonly resources: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<string, number>
  readonly operationIds: readonly string[]
}

/** Kinds of binding reasons, as numbers. */
export const REASON = {
  now: 0,
  release: 1,
  lock: 2,
  pin: 3,
  predecessor: 4,
  machine: 5,
  setup: 6,
  operators: 7,
  tool: 8,
  material: 9,
} as const
