import { AXIS_HEIGHT, GROUP_HEIGHT } from './measures.ts'
import type { PlacedLane } from './picture.ts'

/** Lanes that come on one sheet of paper: from `top` to `bottom` of the picture. */
export interface PrintPage {
  readonly top: number
  readonly bottom: number
}

/** More paper than anybody means to use. */
export const PAGE_LIMIT = 40

/** How many of the lanes are on none of the pages, because there would be too many. */
export function lanesLeftOut(lanes: readonly PlacedLane[], pages: readonly PrintPage[]): number {
  const bottom = pages.at(-1)?.bottom ?? 0
  return lanes.filter(({ top }) => top >= bottom).length
}

/**
 * Divides lanes into pages; a lane is never cut, and the name of a group goes with its first lane. A lane higher than a page
 * gets one of its own.
 *
 * @param lanes the lanes to print, as they follow each other in the picture
 * @param pageHeight CSS pixels of a page without its title
 */
export function printPages(lanes: readonly PlacedLane[], pageHeight: number): PrintPage[] {
  const room = pageHeight - AXIS_HEIGHT
  const pages: { top: number; bottom: number }[] = []
  for (const lane of lanes) {
    const top = lane.top - (lane.startsGroup ? GROUP_HEIGHT : 0)
    const bottom = lane.top + lane.height
    const last = pages.at(-1)
    if (last && bottom - last.top <= room) last.bottom = bottom
    else if (pages.length < PAGE_LIMIT) pages.push({ top, bottom })
  }
  return pages
}
