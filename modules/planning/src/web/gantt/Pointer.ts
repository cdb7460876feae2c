import type { Desk } from './Desk.ts'
import { takeWaiting } from './draft.ts'
import { barsInBox, type Hit, hitAt } from './hit-test.ts'
import type { GanttWaiting } from './model.ts'
import { carryTo, clickOn, hoverOver, menuOn, turnWheel } from './pointer-actions.ts'
import { withBars } from './selection.ts'
import type { GanttStore } from './store.ts'
import { msAt } from './time-view.ts'
import { scrollBy, zoomBy } from './view-actions.ts'
import type { ZoneDays } from './zone-days.ts'

interface Point {
  readonly x: number
  readonly y: number
}

/** What the pressed pointer does. */
type Gesture =
  | { readonly kind: 'press'; readonly start: Point; readonly hit: Hit; readonly isTouch: boolean }
  | { readonly kind: 'pan'; last: Point }
  | { readonly kind: 'band'; readonly start: Point; readonly before: ReadonlySet<string> }
  /** What comes from the tray comes over an edge; it scrolls only after it has been further inside. */
  | { readonly kind: 'carry'; readonly grabMs: number; hasEntered: boolean }
  | { readonly kind: 'pinch'; distance: number; middle: Point }

/** Further than this is no click. */
const SLOP_PX = 4
/** A bar in the hand this near to an edge scrolls the picture, by so much a frame. */
const EDGE_PX = 30
const EDGE_STEP_PX = 9

/** Mouse, pen and fingers on the picture. Has a life: {@link destroy} ends it. */
export class Pointer {
  readonly #store: GanttStore
  readonly #desk: Desk
  readonly #host: HTMLElement
  readonly #days: () => ZoneDays
  readonly #ended = new AbortController()
  readonly #touches = new Map<number, Point>()
  #gesture: Gesture | undefined
  #point: Point = { x: 0, y: 0 }
  #edgeRequest: number | undefined

  /** @param host the element over the part with bars; pixels count from its corner */
  constructor(store: GanttStore, desk: Desk, host: HTMLElement, axis: HTMLElement, days: () => ZoneDays) {
    this.#store = store
    this.#desk = desk
    this.#host = host
    this.#days = days
    const { signal } = this.#ended
    host.addEventListener('pointerdown', (event) => this.#down(event), { signal })
    host.addEventListener('pointermove', (event) => this.#move(event), { signal })
    host.addEventListener('pointerup', (event) => this.#up(event), { signal })
    host.addEventListener('pointercancel', () => this.#abandon(), { signal })
    host.addEventListener('pointerleave', () => store.set({ hoveredId: undefined, hoveredOutage: undefined }), {
      signal,
    })
    host.addEventListener('contextmenu', (event) => menuOn(store, this.#hit(this.#pointOf(event)), event), { signal })
    // A passive listener cannot keep the page from scrolling.
    host.addEventListener('wheel', (event) => turnWheel(store, event, this.#pointOf(event).x), {
      signal,
      passive: false,
    })
    axis.addEventListener('wheel', (event) => turnWheel(store, event, this.#pointOf(event).x), {
      signal,
      passive: false,
    })
    axis.addEventListener('pointerdown', (event) => this.#pressAxis(event, axis), { signal })
  }

  /** Follows the pointer from the tray into the picture. Let go outside of it, nothing is placed. */
  place(waiting: GanttWaiting, event: PointerEvent): void {
    const grabMs = msAt(this.#store.state.viewport.time, this.#pointOf(event).x)
    if (!this.#desk.hold(takeWaiting(waiting, grabMs))) return
    this.#gesture = { kind: 'carry', grabMs, hasEntered: false }
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, this.#ended.signal])
    window.addEventListener('pointermove', (moved) => this.#move(moved), { signal })
    window.addEventListener(
      'pointerup',
      (up) => {
        ended.abort()
        const { x, y } = this.#pointOf(up)
        const { time, height } = this.#store.state.viewport
        const isInside = x >= 0 && y >= 0 && x <= time.width && y <= height
        if (!isInside) this.#abandon()
        else this.#up(up)
      },
      { signal },
    )
    window.addEventListener(
      'pointercancel',
      () => {
        ended.abort()
        this.#abandon()
      },
      { signal },
    )
  }

  destroy(): void {
    this.#ended.abort()
    if (this.#edgeRequest !== undefined) cancelAnimationFrame(this.#edgeRequest)
  }

  #pointOf({ clientX, clientY }: { clientX: number; clientY: number }): Point {
    const { left, top } = this.#host.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }

  #hit({ x, y }: Point): Hit {
    const { picture, viewport } = this.#store.state
    return hitAt(picture, viewport, x, y)
  }

  #down(event: PointerEvent): void {
    const point = this.#pointOf(event)
    const isTouch = event.pointerType === 'touch'
    if (isTouch) {
      this.#touches.set(event.pointerId, point)
      if (this.#touches.size === 2) {
        this.#beginPinch()
        return
      }
    }
    if (event.button === 2 || this.#gesture) return
    capture(this.#host, event.pointerId)
    if (event.button === 1) {
      event.preventDefault()
      this.#gesture = { kind: 'pan', last: point }
      return
    }
    this.#gesture = { kind: 'press', start: point, hit: this.#hit(point), isTouch }
  }

  #pressAxis(event: PointerEvent, axis: HTMLElement): void {
    capture(axis, event.pointerId)
    let lastX = event.clientX
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, this.#ended.signal])
    axis.addEventListener(
      'pointermove',
      (moved) => {
        scrollBy(this.#store, lastX - moved.clientX, 0)
        lastX = moved.clientX
      },
      { signal },
    )
    for (const name of ['pointerup', 'pointercancel'] as const) {
      axis.addEventListener(name, () => ended.abort(), { signal })
    }
  }

  #move(event: PointerEvent): void {
    const point = this.#pointOf(event)
    this.#point = point
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, point)
    const gesture = this.#gesture
    switch (gesture?.kind) {
      case undefined: {
        const hit = this.#hit(point)
        hoverOver(this.#store, hit)
        this.#host.style.cursor = hit.placed ? 'grab' : 'default'
        return
      }
      case 'press': {
        if (Math.hypot(point.x - gesture.start.x, point.y - gesture.start.y) >= SLOP_PX) this.#begin(gesture, event)
        return
      }
      case 'pan':
        scrollBy(this.#store, gesture.last.x - point.x, gesture.last.y - point.y)
        gesture.last = point
        return
      case 'band':
        this.#stretch(gesture, point)
        return
      case 'carry':
        carryTo(this.#store, this.#desk, this.#days(), this.#hit(this.#point), gesture.grabMs)
        this.#edgeRequest ??= requestAnimationFrame(() => this.#scrollAtEdge())
        return
      case 'pinch':
        this.#pinch(gesture)
    }
  }

  /** A press has become a drag. A finger moves what was selected before and scrolls everything else. */
  #begin({ start, hit, isTouch }: Extract<Gesture, { kind: 'press' }>, event: PointerEvent): void {
    const { selected } = this.#store.state
    const bar = hit.placed?.bar
    if (isTouch && !(bar && selected.has(bar.id))) {
      this.#gesture = { kind: 'pan', last: start }
      return
    }
    if (!bar) {
      const before = event.shiftKey || event.ctrlKey || event.metaKey ? selected : new Set<string>()
      this.#gesture = { kind: 'band', start, before }
      return
    }
    if (!selected.has(bar.id)) this.#store.set({ selected: new Set([bar.id]), focusedId: bar.id })
    // The bar under the pointer leads.
    const others = [...this.#store.state.selected].filter((id) => id !== bar.id)
    this.#gesture = this.#desk.take([bar.id, ...others])
      ? { kind: 'carry', grabMs: hit.atMs, hasEntered: true }
      : { kind: 'pan', last: this.#point }
    this.#host.style.cursor = this.#gesture.kind === 'carry' ? 'grabbing' : 'not-allowed'
    if (this.#gesture.kind === 'carry') carryTo(this.#store, this.#desk, this.#days(), this.#hit(this.#point), hit.atMs)
    else this.#gesture = undefined
  }

  #scrollAtEdge(): void {
    this.#edgeRequest = undefined
    const gesture = this.#gesture
    if (gesture?.kind !== 'carry' || !this.#store.state.draft) return
    const { time, height } = this.#store.state.viewport
    const { x, y } = this.#point
    const side = (at: number, length: number) =>
      at < EDGE_PX ? -EDGE_STEP_PX : at > length - EDGE_PX ? EDGE_STEP_PX : 0
    const [dx, dy] = [side(x, time.width), side(y, height)]
    gesture.hasEntered ||= dx === 0 && dy === 0
    const isInside = x >= 0 && y >= 0 && x <= time.width && y <= height
    if (!isInside || !gesture.hasEntered || !scrollBy(this.#store, dx, dy)) return
    carryTo(this.#store, this.#desk, this.#days(), this.#hit(this.#point), gesture.grabMs)
    this.#edgeRequest = requestAnimationFrame(() => this.#scrollAtEdge())
  }

  #stretch({ start, before }: Extract<Gesture, { kind: 'band' }>, { x, y }: Point): void {
    const { picture, viewport } = this.#store.state
    const band = { x1: start.x, y1: start.y, x2: x, y2: y }
    this.#store.set({ band, selected: withBars(before, barsInBox(picture, viewport, band)) })
  }

  #up(event: PointerEvent): void {
    this.#touches.delete(event.pointerId)
    const gesture = this.#gesture
    this.#gesture = undefined
    this.#host.style.cursor = 'default'
    if (gesture?.kind === 'press') clickOn(this.#store, gesture.hit, event)
    if (gesture?.kind === 'band') this.#store.set({ band: undefined })
    if (gesture?.kind === 'carry') void this.#desk.drop()
  }

  #beginPinch(): void {
    this.#desk.cancel()
    this.#store.set({ band: undefined })
    const [a, b] = [...this.#touches.values()]
    if (a && b) this.#gesture = { kind: 'pinch', ...pinchOf(a, b) }
  }

  #pinch(gesture: Extract<Gesture, { kind: 'pinch' }>): void {
    const [a, b] = [...this.#touches.values()]
    if (!a || !b) return
    const { distance, middle } = pinchOf(a, b)
    scrollBy(this.#store, gesture.middle.x - middle.x, gesture.middle.y - middle.y)
    zoomBy(this.#store, gesture.distance / Math.max(1, distance), middle.x)
    gesture.distance = distance
    gesture.middle = middle
  }

  #abandon(): void {
    this.#touches.clear()
    this.#gesture = undefined
    this.#desk.cancel()
    this.#store.set({ band: undefined })
  }
}

function pinchOf(a: Point, b: Point): { distance: number; middle: Point } {
  return { distance: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } }
}

/** Keeps the pointer's events coming when it leaves the element. */
function capture(element: HTMLElement, pointerId: number): void {
  if (element.isConnected) element.setPointerCapture(pointerId)
}
