import { at } from './ints.ts'
import { copyProfile, createProfile, occupy, type Profile } from './profile.ts'
import type { Shop } from './shop.ts'
import { copyStock, createStock, type Stock } from './stock.ts'

/**
 * A plan while it is being made: where each operation is, and what that takes of everything limited.
 *
 * A lane holds slots in the order of time: one operation, or on a batch machine the operations of one batch, of which the
 * first stands for all (`leader`). A slot's set-up follows from what is before it and ends where the slot starts.
 */
export interface Board {
  readonly shop: Shop
  /** Nothing new is placed before it. */
  floor: number
  /** -1 while it has no place. */
  readonly lane: Int32Array
  /** Index into the alternatives of all operations. */
  readonly alt: Int32Array
  /** Operators' group, or -1. */
  readonly group: Int32Array
  readonly setupStart: Int32Array
  readonly start: Int32Array
  readonly end: Int32Array
  readonly reasonKind: Int32Array
  readonly reasonRef: Int32Array
  readonly closed: Int32Array
  readonly leader: Int32Array
  /** Next operation of the same batch, or -1. */
  readonly nextMember: Int32Array
  /** Load of a leader's batch. */
  readonly slotLoad: Int32Array
  /** 1: stays where it is. */
  readonly fixed: Int32Array
  readonly laneOps: Int32Array[]
  readonly laneCount: Int32Array
  readonly groups: readonly Profile[]
  readonly tools: readonly Profile[]
  readonly stocks: readonly Stock[]
  /** Seconds of all set-ups. */
  setupTotal: number
}

const LANE_ROOM = 64

export function createBoard(shop: Shop): Board {
  const column = (value = 0) => new Int32Array(shop.operations.count).fill(value)
  const { stock, arrivals } = shop.materials
  const board: Board = {
    shop,
    floor: shop.now,
    lane: column(-1),
    alt: column(-1),
    group: column(-1),
    setupStart: column(),
    start: column(),
    end: column(),
    reasonKind: column(),
    reasonRef: column(-1),
    closed: column(),
    leader: column(-1),
    nextMember: column(-1),
    slotLoad: column(),
    fixed: column(),
    laneOps: Array.from({ length: shop.resources.laneCount }, () => new Int32Array(LANE_ROOM)),
    laneCount: new Int32Array(shop.resources.laneCount),
    groups: Array.from(shop.groups.headcount, createProfile),
    tools: Array.from(shop.tools.count, createProfile),
    stocks: Array.from(stock, (initial, i) =>
      createStock(initial, arrivals.items.subarray(at(arrivals.first, i), at(arrivals.first, i + 1))),
    ),
    setupTotal: 0,
  }
  for (const [g, { absences = [] }] of shop.problem.operatorGroups.entries()) {
    const profile = board.groups[g]
    if (profile) for (const { startS, endS, count } of absences) occupy(profile, startS, endS, count)
  }
  return board
}

export function copyBoard(board: Board): Board {
  return {
    ...board,
    lane: board.lane.slice(),
    alt: board.alt.slice(),
    group: board.group.slice(),
    setupStart: board.setupStart.slice(),
    start: board.start.slice(),
    end: board.end.slice(),
    reasonKind: board.reasonKind.slice(),
    reasonRef: board.reasonRef.slice(),
    closed: board.closed.slice(),
    leader: board.leader.slice(),
    nextMember: board.nextMember.slice(),
    slotLoad: board.slotLoad.slice(),
    fixed: board.fixed.slice(),
    laneOps: board.laneOps.map((ops) => ops.slice()),
    laneCount: board.laneCount.slice(),
    groups: board.groups.map(copyProfile),
    tools: board.tools.map(copyProfile),
    stocks: board.stocks.map(copyStock),
  }
}

export function resourceOf(board: Board, op: number): number {
  return at(board.shop.operations.altResource, at(board.alt, op))
}

/** The operation before a slot's place on a lane, or -1. */
export function slotBefore(board: Board, lane: number, position: number): number {
  const ops = board.laneOps[lane]
  return ops && position > 0 ? at(ops, position - 1) : -1
}

/** First place on a lane whose slot starts after a time. */
export function positionAfter(board: Board, lane: number, time: number): number {
  const ops = board.laneOps[lane]
  let low = 0
  let high = at(board.laneCount, lane)
  if (!ops) return 0
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(board.start, at(ops, middle)) <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** Place of a placed operation's slot on its lane. */
export function positionOf(board: Board, op: number): number {
  return positionAfter(board, at(board.lane, op), at(board.start, op)) - 1
}
