import type { Board } from './board.ts'
import { calendarWith } from './holdings.ts'
import { at } from './ints.ts'
import { REASON, type Shop } from './shop.ts'
import { availableFrom } from './stock.ts'
import { advance, NEVER } from './work-calendar.ts'

/** From when on an operation may be processed on a resource, whatever the machine says. */
export interface Ready {
  from: number
  kind: number
  ref: number
  /** It may not end earlier, because it overlaps with one before it. */
  endFrom: number
  endRef: number
}

/** Release, materials, and the operations before. Those that have no place yet do not count. */
export function readyOn(board: Board, op: number, resource: number, ready: Ready): void {
  const { operations } = board.shop
  readyAtAll(board, op, ready)
  const { first, items } = operations.before
  for (let i = at(first, op); i < at(first, op + 1); i += 3) {
    const before = at(items, i)
    if (at(board.lane, before) < 0) continue
    const way = at(items, i + 1) + transportTo(board, before, resource)
    const share = at(items, i + 2)
    let time = at(board.end, before) + way
    if (share > 0) {
      const least = time + Math.ceil((shortest(board.shop, op, resource) * share) / 1000)
      if (least > ready.endFrom) {
        ready.endFrom = least
        ready.endRef = before
      }
      time = firstTransfer(board, before, share) + way
    }
    if (time > ready.from) {
      ready.from = time
      ready.kind = REASON.predecessor
      ready.ref = before
    }
  }
}

function readyAtAll(board: Board, op: number, ready: Ready): void {
  const { operations } = board.shop
  ready.from = at(operations.earliest, op)
  ready.kind = at(operations.earliestKind, op)
  ready.ref = -1
  ready.endFrom = 0
  ready.endRef = -1
  if (board.floor > ready.from) {
    ready.from = board.floor
    ready.kind = REASON.now
  }
  const { first, items } = operations.materials
  for (let i = at(first, op); i < at(first, op + 1); i += 2) {
    const stock = board.stocks[at(items, i)]
    const time = stock ? availableFrom(stock, at(items, i + 1)) : 0
    if (time > ready.from) {
      ready.from = time
      ready.kind = REASON.material
      ready.ref = at(items, i)
    }
  }
}

/** When the first transfer batch of a placed operation is done. */
function firstTransfer(board: Board, before: number, share: number): number {
  const { operations, resources } = board.shop
  const alt = at(board.alt, before)
  const resource = at(operations.altResource, alt)
  const group = at(operations.needWhole, before) === 1 ? at(board.group, before) : -1
  const work = Math.ceil((at(operations.altDuration, alt) * share) / 1000)
  // What a batch machine makes comes out together.
  if (at(resources.batchLoad, resource) > 0) return at(board.end, before)
  return advance(calendarWith(board, resource, group), at(board.start, before), work)
}

/** Seconds from where an operation was done to a resource. On the same resource nothing travels. */
function transportTo(board: Board, before: number, resource: number): number {
  const { areaCount, area, transport } = board.shop.resources
  if (areaCount <= 1) return 0
  const from = at(board.shop.operations.altResource, at(board.alt, before))
  return from === resource ? 0 : at(transport, at(area, from) * areaCount + at(area, resource))
}

function shortest(shop: Shop, op: number, resource: number): number {
  const { altFirst, altResource, altDuration } = shop.operations
  for (let alt = at(altFirst, op); alt < at(altFirst, op + 1); alt += 1)
    if (at(altResource, alt) === resource) return at(altDuration, alt)
  return NEVER
}

/** When an operation has to be over for the sake of those behind it that have a place. */
export function latestEnd(board: Board, op: number, resource: number): number {
  const { operations, resources } = board.shop
  let latest = at(operations.latest, op)
  const { first, items } = operations.behind
  for (let i = at(first, op); i < at(first, op + 1); i += 3) {
    const behind = at(items, i)
    const lane = at(board.lane, behind)
    if (lane < 0) continue
    const to = at(resources.laneResource, lane)
    const way =
      resources.areaCount <= 1 || to === resource
        ? 0
        : at(resources.transport, at(resources.area, resource) * resources.areaCount + at(resources.area, to))
    // Overlapping is not made use of here: whoever comes in between gives way instead.
    const time = at(board.start, behind) - at(items, i + 1) - way
    if (time < latest) latest = time
  }
  return latest
}
