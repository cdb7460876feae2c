import { itemsWithin } from './bar-index.ts'
import { BAR_HEIGHT } from './measures.ts'
import { firstLaneBelow, laneAt, type Picture, type PlacedBar, type PlacedLane, rowTop } from './picture.ts'
import { msAt, type TimeView } from './time-view.ts'

/** The part of the picture that is seen; pixels of the part with bars only. */
export interface Viewport {
  readonly time: TimeView
  readonly scrollTop: number
  readonly height: number
}

/** Something under the pointer. */
export interface Hit {
  readonly atMs: number
  readonly lane: PlacedLane | undefined
  readonly placed: PlacedBar | undefined
}

/** A corner and the one across, in pixels of the viewport. */
export interface Box {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/** Zoomed out a bar may be a hair; it is hit this many pixels beside it, too. */
const REACH_PX = 3

/** What lies at a point of the viewport. Of bars over each other the later one, which is drawn on top. */
export function hitAt(picture: Picture, { time, scrollTop }: Viewport, x: number, y: number): Hit {
  const atMs = msAt(time, x)
  const lane = laneAt(picture, y + scrollTop)
  if (!lane) return { atMs, lane, placed: undefined }
  const reachMs = REACH_PX * time.msPerPx
  const near = itemsWithin(lane.bars, { fromMs: atMs - reachMs, toMs: atMs + reachMs }).filter(({ row }) => {
    const top = rowTop(picture, lane, row)
    return y + scrollTop >= top && y + scrollTop < top + BAR_HEIGHT
  })
  const inside = near.findLast(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)
  return { atMs, lane, placed: inside ?? nearest(near, atMs) }
}

function nearest(bars: readonly PlacedBar[], atMs: number): PlacedBar | undefined {
  const distance = ({ startMs, endMs }: PlacedBar) => Math.min(Math.abs(startMs - atMs), Math.abs(endMs - atMs))
  return bars.toSorted((a, b) => distance(a) - distance(b))[0]
}

/** Every bar that a box touches, for the rubber band. */
export function barsInBox(picture: Picture, { time, scrollTop }: Viewport, box: Box): PlacedBar[] {
  const span = { fromMs: msAt(time, Math.min(box.x1, box.x2)), toMs: msAt(time, Math.max(box.x1, box.x2)) }
  const top = Math.min(box.y1, box.y2) + scrollTop
  const bottom = Math.max(box.y1, box.y2) + scrollTop
  const found: PlacedBar[] = []
  for (let at = firstLaneBelow(picture, top); at < picture.lanes.length; at++) {
    const lane = picture.lanes[at]
    if (!lane || lane.top >= bottom) break
    for (const placed of itemsWithin(lane.bars, span)) {
      const y = rowTop(picture, lane, placed.row)
      if (y < bottom && y + BAR_HEIGHT > top) found.push(placed)
    }
  }
  return found
}
