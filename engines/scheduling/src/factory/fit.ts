import { type Board, positionAfter } from './board.ts'
import { fitLane, type Trial } from './fit-lane.ts'
import { at } from './ints.ts'
import { put } from './place.ts'
import { blockedUntil } from './profile.ts'
import { latestEnd, readyOn } from './ready.ts'
import { REASON } from './shop.ts'
import { NEVER } from './work-calendar.ts'

/**
 * Finds where an operation would end first, without moving anything.
 *
 * @param trial receives the spot
 * @param notBefore it starts not earlier, whatever else is possible
 * @param onlyLane the one lane to look at, or -1 for all that may run it
 * @returns whether there is a spot
 */
export function findSpot(board: Board, op: number, trial: Trial, notBefore = 0, onlyLane = -1): boolean {
  const { operations, resources } = board.shop
  trial.alt = -1
  trial.end = NEVER
  trial.setup = NEVER
  // A pin that did not fit where it says fits nowhere else.
  if (at(operations.pinLane, op) >= 0) return false
  for (let alt = at(operations.altFirst, op); alt < at(operations.altFirst, op + 1); alt += 1) {
    const resource = at(operations.altResource, alt)
    const lanes = at(resources.firstLane, resource)
    const end = at(resources.firstLane, resource + 1)
    if (onlyLane >= 0 && (onlyLane < lanes || onlyLane >= end)) continue
    readyOn(board, op, resource, trial)
    if (notBefore > trial.from) {
      trial.from = notBefore
      trial.kind = REASON.now
      trial.ref = -1
    }
    trial.latest = latestEnd(board, op, resource)
    for (let lane = lanes; lane < end; lane += 1)
      if (onlyLane < 0 || lane === onlyLane) fitLaneOrBatch(board, op, alt, lane, trial)
  }
  return trial.alt >= 0
}

/** @returns whether it found a place */
export function placeBest(board: Board, op: number, trial: Trial): boolean {
  if (!findSpot(board, op, trial)) return false
  put(board, op, trial)
  return true
}

/** As `findSpot`, for one alternative and lane; the trial's bounds are set. */
export function fitLaneOrBatch(board: Board, op: number, alt: number, lane: number, trial: Trial): void {
  const { operations, resources, groups } = board.shop
  const need = at(operations.need, op)
  if (need < 0) fitLane(board, op, alt, lane, -1, trial)
  else
    for (let i = at(groups.able.first, need); i < at(groups.able.first, need + 1); i += 1) {
      const group = at(groups.able.items, i)
      if (trial.onlyGroup >= 0 && group !== trial.onlyGroup) continue
      if (at(groups.headcount, group) >= at(operations.needCount, op)) fitLane(board, op, alt, lane, group, trial)
    }
  if (at(resources.batchLoad, at(resources.laneResource, lane)) > 0) fitBatch(board, op, alt, lane, trial)
}

/** Prefers a batch that is planned anyway, unless waiting for it would cost more than a run of its own. */
function fitBatch(board: Board, op: number, alt: number, lane: number, trial: Trial): void {
  const { operations, resources } = board.shop
  const ops = board.laneOps[lane]
  if (!ops) return
  const duration = at(operations.altDuration, alt)
  const room = at(resources.batchLoad, at(resources.laneResource, lane)) - at(operations.load, op)
  const count = at(board.laneCount, lane)
  const bound = Math.min(trial.latest, trial.end >= NEVER ? NEVER : trial.end + duration)
  for (let position = positionAfter(board, lane, trial.from - 1); position < count; position += 1) {
    const leader = at(ops, position)
    const end = at(board.end, leader)
    if (end > bound) return
    if (end < trial.endFrom || at(board.slotLoad, leader) > room || !sameRun(board, op, leader, duration)) continue
    if (!toolsFree(board, op, leader)) continue
    trial.alt = alt
    trial.lane = lane
    trial.group = at(board.group, leader)
    trial.start = at(board.start, leader)
    trial.end = end
    trial.reasonKind = at(board.start, leader) > trial.from ? REASON.machine : trial.kind
    trial.reasonRef = at(board.start, leader) > trial.from ? leader : trial.ref
    trial.closed = 0
    trial.setup = 0
    return
  }
}

function sameRun(board: Board, op: number, leader: number, duration: number): boolean {
  const { family, altDuration, splittable, need, needCount, needWhole } = board.shop.operations
  return (
    at(family, leader) === at(family, op) &&
    at(altDuration, at(board.alt, leader)) === duration &&
    at(splittable, leader) === at(splittable, op) &&
    at(need, leader) === at(need, op) &&
    at(needCount, leader) === at(needCount, op) &&
    at(needWhole, leader) === at(needWhole, op) &&
    at(board.start, leader) >= board.floor
  )
}

function toolsFree(board: Board, op: number, leader: number): boolean {
  const { first, items } = board.shop.operations.tools
  for (let i = at(first, op); i < at(first, op + 1); i += 2) {
    const tool = board.tools[at(items, i)]
    if (tool && blockedUntil(tool, at(board.setupStart, leader), at(board.end, leader), at(items, i + 1)) >= 0)
      return false
  }
  return true
}
