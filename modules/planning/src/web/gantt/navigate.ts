import { lowest } from './bar-index.ts'
import type { Picture, PlacedBar } from './picture.ts'

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

/** The bar an arrow key leads to: along the lane, or to the bar of the next lane with bars that is nearest in time. */
export function neighbour(picture: Picture, from: PlacedBar, direction: Direction): PlacedBar | undefined {
  const items = itemsOf(picture, from.lane)
  const at = items.indexOf(from)
  switch (direction) {
    case 'left':
      return items[at - 1]
    case 'right':
      return items[at + 1]
    case 'first':
      return items[0]
    case 'last':
      return items.at(-1)
    case 'up':
    case 'down': {
      const step = direction === 'up' ? -1 : 1
      for (let lane = from.lane + step; lane >= 0 && lane < picture.lanes.length; lane += step) {
        const found = nearestInLane(picture, lane, (from.startMs + from.endMs) / 2)
        if (found) return found
      }
      return undefined
    }
  }
}

/** The bar of a lane whose time is nearest to a moment; undefined in an empty lane. */
function nearestInLane(picture: Picture, lane: number, atMs: number): PlacedBar | undefined {
  const items = itemsOf(picture, lane)
  const after = lowest(items.length, (index) => (items[index]?.startMs ?? 0) > atMs)
  const candidates = [items[after - 1], items[after]].filter((item) => item !== undefined)
  const distance = ({ startMs, endMs }: PlacedBar) => Math.max(0, startMs - atMs, atMs - endMs)
  return candidates.toSorted((a, b) => distance(a) - distance(b))[0]
}

/** Where the keyboard begins: the bar nearest to a moment in the first lane that has one. */
export function firstBar(picture: Picture, atMs: number, fromLane = 0): PlacedBar | undefined {
  for (let lane = fromLane; lane < picture.lanes.length; lane++) {
    const found = nearestInLane(picture, lane, atMs)
    if (found) return found
  }
  return undefined
}

function itemsOf(picture: Picture, lane: number): readonly PlacedBar[] {
  return picture.lanes[lane]?.bars.items ?? []
}
