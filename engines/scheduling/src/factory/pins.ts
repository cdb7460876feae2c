import type { Board } from './board.ts'
import { fitLaneOrBatch } from './fit.ts'
import { createTrial } from './fit-lane.ts'
import { runCalendar } from './holdings.ts'
import { at } from './ints.ts'
import { put } from './place.ts'
import { latestEnd, readyOn } from './ready.ts'
import { REASON } from './shop.ts'
import { advance } from './work-calendar.ts'

/**
 * Puts every pinned operation where its pin says. What was to start before now is history and stays whatever stops its machine
 * meanwhile, unless a plan is known that has no place for it; a later pin that does not fit is left without a place.
 */
export function placePins(board: Board, history: 'believed' | 'known'): void {
  const { operations } = board.shop
  const pinned: number[] = []
  for (let op = 0; op < operations.count; op += 1)
    if (at(operations.pinLane, op) >= 0 && at(board.lane, op) < 0) pinned.push(op)
  pinned.sort((a, b) => at(operations.pinStart, a) - at(operations.pinStart, b) || a - b)
  for (const op of pinned)
    if (at(operations.pinStart, op) >= board.shop.now) putPinned(board, op)
    else if (history === 'believed') putHistory(board, op)
}

function putHistory(board: Board, op: number): void {
  const { operations, groups } = board.shop
  const need = at(operations.need, op)
  const group = need < 0 ? -1 : at(groups.able.items, at(groups.able.first, need))
  putRunning(board, op, at(operations.altFirst, op), at(operations.pinLane, op), group, at(operations.pinStart, op))
}

/** Puts an operation that started before now: its end follows from its calendar, stops included. */
export function putRunning(board: Board, op: number, alt: number, lane: number, group: number, start: number): void {
  const { operations, resources } = board.shop
  const calendar = runCalendar(board, op, at(resources.laneResource, lane), group)
  const end = Math.min(board.shop.horizon, advance(calendar, start, at(operations.altDuration, alt)))
  put(board, op, { alt, lane, group, start, end, reasonKind: REASON.pin, reasonRef: -1, closed: 0 })
  board.fixed[op] = 1
}

function putPinned(board: Board, op: number): void {
  const { operations } = board.shop
  const start = at(operations.pinStart, op)
  const trial = createTrial()
  const resource = at(operations.altResource, at(operations.altFirst, op))
  readyOn(board, op, resource, trial)
  trial.latest = latestEnd(board, op, resource)
  if (trial.from > start) return
  trial.from = start
  const { floor } = board
  // A set-up that is under way is history as far as it has come.
  board.floor = Math.min(floor, at(operations.pinSetup, op))
  fitLaneOrBatch(board, op, at(operations.altFirst, op), at(operations.pinLane, op), trial)
  board.floor = floor
  if (trial.alt < 0 || trial.start !== start) return
  trial.reasonKind = REASON.pin
  trial.reasonRef = -1
  put(board, op, trial)
  board.fixed[op] = 1
}
