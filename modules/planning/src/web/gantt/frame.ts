import type { Viewport } from './hit-test.ts'
import type { GanttBar, Span } from './model.ts'
import type { GanttPalette } from './palette.ts'
import { firstLaneBelow, type Picture, type PlacedLane } from './picture.ts'
import { spanOf } from './time-view.ts'
import type { ZoneDays } from './zone-days.ts'

/** What all drawing of one frame shares. Positions are whole pixels of the canvas, so that edges are sharp. */
export interface Frame {
  readonly picture: Picture
  readonly viewport: Viewport
  readonly palette: GanttPalette
  readonly days: ZoneDays
  readonly locale: string
  readonly nowMs: number
  /** Pixels of the canvas for one of CSS. */
  readonly dpr: number
  readonly hatches: Hatches
  /** Left edge of the canvas for a moment. Panning shifts all positions by the same whole number. */
  readonly x: (atMs: number) => number
  /** For a height within the picture. */
  readonly y: (top: number) => number
  /** A length. At least 1. */
  readonly px: (length: number) => number
}

/** How far the picture is scrolled, in pixels of the canvas. Two frames of one scale differ by the difference of these. */
export function scrollOf(viewport: Viewport, horizon: Span, dpr: number): { x: number; y: number } {
  const { fromMs, msPerPx } = viewport.time
  return {
    x: Math.round(((fromMs - horizon.fromMs) / msPerPx) * dpr),
    y: Math.round(viewport.scrollTop * dpr),
  }
}

export function frameOf(
  parts: Pick<Frame, 'picture' | 'viewport' | 'palette' | 'days' | 'locale' | 'nowMs' | 'dpr' | 'hatches'>,
): Frame {
  const { picture, viewport, dpr } = parts
  const { horizon } = picture.plan
  const scroll = scrollOf(viewport, horizon, dpr)
  const pxPerMs = dpr / viewport.time.msPerPx
  parts.hatches.scrollTo(scroll.x, scroll.y)
  return {
    ...parts,
    x: (atMs) => Math.round((atMs - horizon.fromMs) * pxPerMs) - scroll.x,
    y: (top) => Math.round(top * dpr) - scroll.y,
    px: (length) => Math.max(1, Math.round(length * dpr)),
  }
}

/** Part of the canvas, in its pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export function wholeArea({ viewport, dpr }: Frame): Area {
  return { x: 0, y: 0, width: Math.round(viewport.time.width * dpr), height: Math.round(viewport.height * dpr) }
}

/** The time an area shows, a pixel more on each side. */
export function areaSpan(frame: Frame, area: Area): Span {
  const { fromMs } = spanOf(frame.viewport.time)
  const msPerPixel = frame.viewport.time.msPerPx / frame.dpr
  return { fromMs: fromMs + (area.x - 1) * msPerPixel, toMs: fromMs + (area.x + area.width + 1) * msPerPixel }
}

/** Lanes that an area shows. */
export function areaLanes({ picture, viewport, dpr }: Frame, area: Area): PlacedLane[] {
  const top = viewport.scrollTop + area.y / dpr
  const bottom = viewport.scrollTop + (area.y + area.height) / dpr
  const lanes: PlacedLane[] = []
  for (let at = firstLaneBelow(picture, top - 1); at < picture.lanes.length; at++) {
    const lane = picture.lanes[at]
    // The name of a group stands above its first lane.
    if (!lane || lane.top - (lane.startsGroup ? 40 : 0) >= bottom) break
    lanes.push(lane)
  }
  return lanes
}

/** Diagonal stripes that hang on the plan and move with it. */
export class Hatches {
  readonly #patterns = new Map<string, CanvasPattern>()
  readonly #dpr: number
  #x = 0
  #y = 0

  constructor(dpr: number) {
    this.#dpr = dpr
  }

  scrollTo(x: number, y: number): void {
    this.#x = -x
    this.#y = -y
  }

  /** Stripes of a colour; between them the ground, or what is there already when it is left out. */
  of(context: CanvasRenderingContext2D, stripe: string, ground?: string, gap = 6): CanvasPattern | string {
    const key = `${stripe} ${ground} ${gap}`
    let pattern = this.#patterns.get(key)
    if (!pattern) {
      const made = stripes(stripe, ground, Math.round(gap * this.#dpr))
      const repeated = made && context.createPattern(made, 'repeat')
      if (!repeated) return ground ?? stripe
      pattern = repeated
      this.#patterns.set(key, pattern)
    }
    pattern.setTransform(new DOMMatrix([1, 0, 0, 1, this.#x, this.#y]))
    return pattern
  }
}

function stripes(stripe: string, ground: string | undefined, size: number): HTMLCanvasElement | undefined {
  const tile = document.createElement('canvas')
  tile.width = size
  tile.height = size
  const context = tile.getContext('2d')
  if (!context) return undefined
  if (ground !== undefined) {
    context.fillStyle = ground
    context.fillRect(0, 0, size, size)
  }
  context.strokeStyle = stripe
  context.lineWidth = Math.max(1, size / 4.5)
  context.beginPath()
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 1, size + 1)
    context.lineTo(shift + size + 1, -1)
  }
  context.stroke()
  return tile
}

/** The words of a bar, longest first. */
export function barLabels(picture: Picture, bar: GanttBar): readonly string[] {
  const order = picture.orders.get(bar.orderId)
  const name = order?.name ?? bar.orderId
  switch (picture.lens) {
    case 'resource':
      return [`${name}  ${order?.product ?? ''}  ${bar.step}`, `${name}  ${order?.product ?? ''}`, name]
    case 'order': {
      const resource = picture.resources.get(bar.resourceId)?.name ?? ''
      return [`${bar.step}  ${resource}`, bar.step, resource]
    }
    case 'flow':
      return [`${name}  ${picture.resources.get(bar.resourceId)?.name ?? ''}`, name]
  }
}
