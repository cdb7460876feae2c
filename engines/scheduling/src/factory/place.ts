import { type Board, positionAfter, positionOf, slotBefore } from './board.ts'
import { hold, holdTools, moveSetup, setupNeeded, setupStartFor, takeMaterials } from './holdings.ts'
import { at, grown } from './ints.ts'

/** Where an operation goes. `end` is what its calendar makes of its start. */
export interface Spot {
  alt: number
  lane: number
  group: number
  start: number
  end: number
  reasonKind: number
  reasonRef: number
  closed: number
}

/** Where a placed operation is. */
export function spotOf(board: Board, op: number): Spot {
  return {
    alt: at(board.alt, op),
    lane: at(board.lane, op),
    group: at(board.group, op),
    start: at(board.start, op),
    end: at(board.end, op),
    reasonKind: at(board.reasonKind, op),
    reasonRef: at(board.reasonRef, op),
    closed: at(board.closed, op),
  }
}

/** Puts an operation somewhere without looking whether it fits. A batch that starts there then on a batch machine takes it in. */
export function put(board: Board, op: number, spot: Spot): void {
  const { lane, start } = spot
  board.lane[op] = lane
  board.alt[op] = spot.alt
  board.group[op] = spot.group
  board.start[op] = start
  board.end[op] = spot.end
  board.reasonKind[op] = spot.reasonKind
  board.reasonRef[op] = spot.reasonRef
  board.closed[op] = spot.closed
  takeMaterials(board, op, 1)

  const position = positionAfter(board, lane, start)
  const before = slotBefore(board, lane, position)
  const resource = at(board.shop.resources.laneResource, lane)
  if (before >= 0 && at(board.start, before) === start && at(board.shop.resources.batchLoad, resource) > 0) {
    join(board, op, before)
    return
  }
  board.leader[op] = op
  board.nextMember[op] = -1
  board.slotLoad[op] = at(board.shop.operations.load, op)
  insertAt(board, lane, position, op)
  const needed = setupNeeded(board, op, before)
  board.setupTotal += needed
  board.setupStart[op] = setupStartFor(board, op, needed)
  hold(board, op, 1)
  holdTools(board, op, at(board.setupStart, op), spot.end, 1)
  renewSetup(board, lane, position + 1, before, op)
}

/**
 * Takes an operation away.
 *
 * @returns the operation behind it whose set-up does not fit any more because it became longer, or -1. It has to be taken away
 *   too, or everything put back.
 */
export function takeAway(board: Board, op: number): number {
  const lane = at(board.lane, op)
  takeMaterials(board, op, -1)
  holdTools(board, op, at(board.setupStart, op), at(board.end, op), -1)
  if (at(board.nextMember, at(board.leader, op)) >= 0) {
    leave(board, op)
    board.lane[op] = -1
    return -1
  }
  const position = positionOf(board, op)
  const before = slotBefore(board, lane, position)
  board.setupTotal -= setupNeeded(board, op, before)
  hold(board, op, -1)
  removeAt(board, lane, position)
  const broken = renewSetup(board, lane, position, op, before)
  board.lane[op] = -1
  return broken
}

/** Gives the slot at a place the set-up that follows from a new neighbour. @returns it, when that does not fit */
function renewSetup(board: Board, lane: number, position: number, was: number, now: number): number {
  if (position >= at(board.laneCount, lane)) return -1
  const op = slotBefore(board, lane, position + 1)
  const old = setupNeeded(board, op, was)
  const needed = setupNeeded(board, op, now)
  if (old === needed) return -1
  board.setupTotal += needed - old
  return moveSetup(board, op, setupStartFor(board, op, needed), now) ? -1 : op
}

function insertAt(board: Board, lane: number, position: number, op: number): void {
  const count = at(board.laneCount, lane)
  let ops = board.laneOps[lane] ?? new Int32Array(0)
  if (count === ops.length) {
    ops = grown(ops, count * 2)
    board.laneOps[lane] = ops
  }
  ops.copyWithin(position + 1, position, count)
  ops[position] = op
  board.laneCount[lane] = count + 1
}

function removeAt(board: Board, lane: number, position: number): void {
  const count = at(board.laneCount, lane)
  board.laneOps[lane]?.copyWithin(position, position + 1, count)
  board.laneCount[lane] = count - 1
}

function join(board: Board, op: number, leader: number): void {
  board.leader[op] = leader
  board.nextMember[op] = at(board.nextMember, leader)
  board.nextMember[leader] = op
  board.slotLoad[leader] = at(board.slotLoad, leader) + at(board.shop.operations.load, op)
  board.setupStart[op] = at(board.setupStart, leader)
  board.group[op] = at(board.group, leader)
  holdTools(board, op, at(board.setupStart, op), at(board.end, op), 1)
}

/** Leaves a batch of several; when it was the first, the next one stands for all. */
function leave(board: Board, op: number): void {
  const old = at(board.leader, op)
  const load = at(board.slotLoad, old) - at(board.shop.operations.load, op)
  if (old !== op) {
    let member = old
    while (at(board.nextMember, member) !== op) member = at(board.nextMember, member)
    board.nextMember[member] = at(board.nextMember, op)
    board.slotLoad[old] = load
    return
  }
  const leader = at(board.nextMember, op)
  for (let member = leader; member >= 0; member = at(board.nextMember, member)) board.leader[member] = leader
  board.slotLoad[leader] = load
  const ops = board.laneOps[at(board.lane, op)]
  if (ops) ops[positionOf(board, op)] = leader
}
