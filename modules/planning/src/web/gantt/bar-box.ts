import type { Frame } from './frame.ts'
import { BAR_HEIGHT } from './measures.ts'
import { type PlacedBar, type PlacedLane, rowTop } from './picture.ts'

/** Where a bar lies on the canvas, in its pixels. */
export interface PixelBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export function boxAt(frame: Frame, lane: PlacedLane, row: number, startMs: number, endMs: number): PixelBox {
  const x = frame.x(startMs)
  return {
    x,
    y: frame.y(rowTop(frame.picture, lane, row)),
    width: Math.max(frame.px(3), frame.x(endMs) - x),
    height: frame.px(BAR_HEIGHT),
  }
}

export function boxOf(frame: Frame, placed: PlacedBar): PixelBox {
  const lane = frame.picture.lanes[placed.lane]
  return lane ? boxAt(frame, lane, placed.row, placed.startMs, placed.endMs) : { x: 0, y: 0, width: 0, height: 0 }
}
