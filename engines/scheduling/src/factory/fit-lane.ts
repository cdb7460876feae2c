import { type Board, positionAfter } from './board.ts'
import { calendarWith, mayHold, runCalendar } from './holdings.ts'
import { at } from './ints.ts'
import type { Spot } from './place.ts'
import { blockedUntil } from './profile.ts'
import type { Ready } from './ready.ts'
import { setupBetween } from './setup-table.ts'
import { REASON } from './shop.ts'
import { advance, NEVER, openFrom, retreat, wholeFrom } from './work-calendar.ts'

/** The best spot found so far for one operation, and what bounds the search for a better one. */
export interface Trial extends Ready, Spot {
  /** It has to be over. */
  latest: number
  /** Set-up that the spot found needs. */
  setup: number
  /** Only behind everything on the lane. */
  behindAll: boolean
  /** Only with this group of operators; -1 for any. */
  onlyGroup: number
}

export function createTrial(): Trial {
  const ready = { from: 0, kind: 0, ref: -1, endFrom: 0, endRef: -1 }
  const spot = { alt: -1, lane: -1, group: -1, start: 0, end: NEVER, reasonKind: 0, reasonRef: -1, closed: 0 }
  return { ...ready, ...spot, latest: NEVER, setup: 0, behindAll: false, onlyGroup: -1 }
}

/**
 * Looks for the first gap on a lane in which an operation fits with its set-up, the longer or shorter set-up of what comes
 * behind it, its operators and tools, and keeps it in the trial when it ends earlier than what is there (or as early, with less set-up).
 */
export function fitLane(board: Board, op: number, alt: number, lane: number, group: number, trial: Trial): void {
  const { shop } = board
  const { family } = shop.operations
  const ops = board.laneOps[lane]
  const count = at(board.laneCount, lane)
  const resource = at(shop.resources.laneResource, lane)
  const duration = at(shop.operations.altDuration, alt)
  if (!ops) return
  for (
    let position = trial.behindAll ? count : positionAfter(board, lane, trial.from);
    position <= count;
    position += 1
  ) {
    const before = position > 0 ? at(ops, position - 1) : -1
    const behind = position < count ? at(ops, position) : -1
    const free = before < 0 ? board.floor : Math.max(board.floor, at(board.end, before))
    const from = free > trial.from ? free : trial.from
    if (from + duration > trial.end || from + duration > trial.latest) return
    if (behind >= 0 && at(board.start, behind) - from < duration) continue
    const fromFamily = before < 0 ? at(shop.resources.initialFamily, resource) : at(family, before)
    const setup = setupBetween(shop, resource, fromFamily, at(family, op))
    let limit = trial.latest
    if (behind >= 0) {
      const next = setupBetween(shop, resource, at(family, op), at(family, behind))
      const start = at(board.start, behind)
      const room = next > 0 ? retreat(calendarWith(board, resource, at(board.group, behind)), start, next) : start
      if (room < from + duration) continue
      const old = at(board.setupStart, behind)
      if (room < old && !mayHold(board, behind, room, old)) continue
      if (room < limit) limit = room
    }
    if (fitGap(board, op, alt, lane, group, before, free, setup, limit, trial)) return
  }
}

/** @returns whether the search on this lane is over */
function fitGap(
  board: Board,
  op: number,
  alt: number,
  lane: number,
  group: number,
  before: number,
  free: number,
  setup: number,
  limit: number,
  trial: Trial,
): boolean {
  const { operations, resources } = board.shop
  const resource = at(resources.laneResource, lane)
  const duration = at(operations.altDuration, alt)
  const whole = at(operations.splittable, op) === 0
  const run = runCalendar(board, op, resource, group)
  const setting = calendarWith(board, resource, group)
  let from = trial.from
  let kind = trial.kind
  let ref = trial.ref
  let begin = free
  let beginKind: number = free >= from ? REASON.machine : REASON.setup
  let beginRef = before
  for (;;) {
    const prepared = setup > 0 ? advance(setting, begin, setup) : begin
    if (prepared > from) {
      from = prepared
      kind = before < 0 && beginRef < 0 && setup === 0 ? REASON.now : beginKind
      ref = beginRef
    }
    const start = whole ? wholeFrom(run, from, duration) : openFrom(run, from)
    if (start >= NEVER) return true
    const end = whole ? start + duration : advance(run, start, duration)
    if (end > trial.end) return true
    if (end > limit) return end > trial.latest
    if (end < trial.endFrom) {
      from = Math.max(start + 1, retreat(run, trial.endFrom, duration))
      kind = REASON.predecessor
      ref = trial.endRef
      continue
    }
    const setupStart = setup > 0 ? retreat(setting, start, setup) : start
    let blocked = -1
    const profile = board.groups[group]
    if (group >= 0 && profile) {
      const until = at(operations.needWhole, op) === 1 ? end : start
      blocked = blockedUntil(profile, setupStart, until, at(operations.needCount, op))
      beginKind = REASON.operators
      beginRef = group
    }
    if (blocked < 0) {
      const { first, items } = operations.tools
      for (let i = at(first, op); i < at(first, op + 1) && blocked < 0; i += 2) {
        const tool = board.tools[at(items, i)]
        if (tool) blocked = blockedUntil(tool, setupStart, end, at(items, i + 1))
        beginKind = REASON.tool
        beginRef = at(items, i)
      }
    }
    if (blocked >= 0) {
      if (blocked >= NEVER) return true
      begin = blocked
      continue
    }
    if (end < trial.end || setup < trial.setup)
      keep(trial, alt, lane, group, start, end, kind, ref, start - from, setup)
    return true
  }
}

function keep(
  trial: Trial,
  alt: number,
  lane: number,
  group: number,
  start: number,
  end: number,
  kind: number,
  ref: number,
  closed: number,
  setup: number,
): void {
  trial.alt = alt
  trial.lane = lane
  trial.group = group
  trial.start = start
  trial.end = end
  trial.reasonKind = kind
  trial.reasonRef = ref
  trial.closed = closed
  trial.setup = setup
}
