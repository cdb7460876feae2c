import type { Board } from './board.ts'
import { at } from './ints.ts'
import { blockedUntil, occupy } from './profile.ts'
import { setupBetween } from './setup-table.ts'
import { change } from './stock.ts'
import { retreat, type WorkCalendar } from './work-calendar.ts'

/** Calendar of a set-up, and of processing when operators stay for it. */
export function calendarWith(board: Board, resource: number, group: number): WorkCalendar {
  const { resources } = board.shop
  return group < 0 ? (resources.calendars[resource] as WorkCalendar) : resources.withGroup(resource, group)
}

/** Calendar of an operation's processing on a resource. */
export function runCalendar(board: Board, op: number, resource: number, group: number): WorkCalendar {
  return calendarWith(board, resource, at(board.shop.operations.needWhole, op) === 1 ? group : -1)
}

/** Seconds of set-up that an operation needs on its lane behind another (-1: as the first). */
export function setupNeeded(board: Board, op: number, before: number): number {
  const { shop } = board
  const resource = at(shop.resources.laneResource, at(board.lane, op))
  const from = before < 0 ? at(shop.resources.initialFamily, resource) : at(shop.operations.family, before)
  return setupBetween(shop, resource, from, at(shop.operations.family, op))
}

/** When that set-up has to begin; before the origin when there is no room. */
export function setupStartFor(board: Board, op: number, needed: number): number {
  const start = at(board.start, op)
  if (needed === 0) return start
  const resource = at(board.shop.resources.laneResource, at(board.lane, op))
  return retreat(calendarWith(board, resource, at(board.group, op)), start, needed)
}

/** Takes or gives back the operators of a slot. */
export function hold(board: Board, leader: number, sign: number): void {
  const group = at(board.group, leader)
  const profile = board.groups[group]
  if (group < 0 || !profile) return
  const { needWhole, needCount } = board.shop.operations
  const to = at(needWhole, leader) === 1 ? at(board.end, leader) : at(board.start, leader)
  occupy(profile, at(board.setupStart, leader), to, sign * at(needCount, leader))
}

/** Takes or gives back the tools of an operation over a time. */
export function holdTools(board: Board, op: number, from: number, to: number, sign: number): void {
  const { first, items } = board.shop.operations.tools
  for (let i = at(first, op); i < at(first, op + 1); i += 2) {
    const profile = board.tools[at(items, i)]
    if (profile) occupy(profile, from, to, sign * at(items, i + 1))
  }
}

/** Takes (1) or gives back (-1) the materials of an operation at its start. */
export function takeMaterials(board: Board, op: number, sign: number): void {
  const { first, items } = board.shop.operations.materials
  for (let i = at(first, op); i < at(first, op + 1); i += 2) {
    const stock = board.stocks[at(items, i)]
    if (stock) change(stock, at(board.start, op), -sign * at(items, i + 1))
  }
}

/** Lets a slot's set-up begin at another time. @returns whether it may */
export function moveSetup(board: Board, leader: number, to: number, before: number): boolean {
  const from = at(board.setupStart, leader)
  const earlier = to < from
  const fits = !earlier || mayHold(board, leader, to, from)
  const low = earlier ? to : from
  const high = earlier ? from : to
  const sign = earlier ? 1 : -1
  const group = at(board.group, leader)
  const profile = board.groups[group]
  if (group >= 0 && profile) occupy(profile, low, high, sign * at(board.shop.operations.needCount, leader))
  for (let member = leader; member >= 0; member = at(board.nextMember, member)) {
    holdTools(board, member, low, high, sign)
    board.setupStart[member] = to
  }
  const free = before < 0 ? board.shop.now : at(board.end, before)
  return fits && (to >= free || from < board.shop.now)
}

/** Whether a slot could hold its operators and tools over a further time too. */
export function mayHold(board: Board, leader: number, from: number, to: number): boolean {
  const { tools, needCount } = board.shop.operations
  const group = at(board.group, leader)
  const profile = board.groups[group]
  if (group >= 0 && profile && blockedUntil(profile, from, to, at(needCount, leader)) >= 0) return false
  // Operations of one batch may need the same tool: as if each needed what all of them do.
  let members = 0
  for (let member = leader; member >= 0; member = at(board.nextMember, member)) members += 1
  for (let member = leader; member >= 0; member = at(board.nextMember, member))
    for (let i = at(tools.first, member); i < at(tools.first, member + 1); i += 2) {
      const tool = board.tools[at(tools.items, i)]
      if (tool && blockedUntil(tool, from, to, members * at(tools.items, i + 1)) >= 0) return false
    }
  return true
}
