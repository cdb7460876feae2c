import { type Area, type Frame, frameOf, Hatches, scrollOf, wholeArea } from './frame.ts'
import type { FrameReport } from './frame-report.ts'
import type { Viewport } from './hit-test.ts'
import { AXIS_HEIGHT, HEAD_WIDTH } from './measures.ts'
import { paintBars, paintBarsAcross } from './paint-bars.ts'
import { paintAxis, paintHeads } from './paint-edges.ts'
import { paintGround } from './paint-ground.ts'
import { paintOverlay } from './paint-overlay.ts'
import { type GanttPalette, ganttPalette } from './palette.ts'
import type { GanttState, GanttStore } from './store.ts'
import { forgetTextWidths } from './text-width.ts'
import { ZoneDays } from './zone-days.ts'

/** The four canvases of a Gantt, each drawn only when something on it changed. */
export interface SurfaceCanvases {
  readonly body: HTMLCanvasElement
  readonly overlay: HTMLCanvasElement
  readonly axis: HTMLCanvasElement
  readonly heads: HTMLCanvasElement
}

interface Layer {
  readonly canvas: HTMLCanvasElement
  readonly context: CanvasRenderingContext2D
}

/**
 * Draws what the store holds, at most once a frame. When the picture was only scrolled, what is still seen is shifted and
 * the uncovered edge is drawn. Has a life: {@link destroy} ends it.
 */
export class Surface {
  readonly #store: GanttStore
  readonly #layers: Record<keyof SurfaceCanvases, Layer>
  readonly #host: Element
  readonly #locale: string
  readonly #unsubscribe: () => void
  #days: ZoneDays
  #dpr = 1
  #hatches = new Hatches(1)
  /** Undefined: to be read anew when it is needed, for the page may be about to change its scheme. */
  #palette: GanttPalette | undefined
  #request: number | undefined
  #dirty = { body: true, overlay: true, axis: true, heads: true }
  /** The viewport the body shows now; undefined: it has to be drawn whole. */
  #shown: Viewport | undefined
  onFrame: ((report: FrameReport) => void) | undefined

  constructor(store: GanttStore, canvases: SurfaceCanvases, host: Element, locale: string) {
    this.#store = store
    this.#host = host
    this.#locale = locale
    this.#days = new ZoneDays(store.state.picture.plan.timeZone)
    this.#layers = {
      body: layerOf(canvases.body, false),
      overlay: layerOf(canvases.overlay, true),
      axis: layerOf(canvases.axis, false),
      heads: layerOf(canvases.heads, false),
    }
    this.#unsubscribe = store.subscribe((previous) => this.#changed(previous))
    this.resize()
  }

  get days(): ZoneDays {
    return this.#days
  }

  /** Fits the canvases to the viewport and the pixels of the screen, which change when a window goes to another screen. */
  resize(): void {
    const { viewport } = this.#store.state
    this.#dpr = window.devicePixelRatio
    this.#hatches = new Hatches(this.#dpr)
    const { body, overlay, axis, heads } = this.#layers
    for (const { canvas } of [body, overlay]) resizeCanvas(canvas, viewport.time.width, viewport.height, this.#dpr)
    resizeCanvas(axis.canvas, viewport.time.width, AXIS_HEIGHT, this.#dpr)
    resizeCanvas(heads.canvas, HEAD_WIDTH, viewport.height, this.#dpr)
    this.invalidate()
    // A canvas that was resized is empty until it is drawn: not even for one frame.
    this.#draw()
  }

  /** Draws everything anew: the colours, the font or the whole plan are others. */
  invalidate(): void {
    this.#palette = undefined
    this.#hatches = new Hatches(this.#dpr)
    forgetTextWidths()
    this.#shown = undefined
    this.#dirty = { body: true, overlay: true, axis: true, heads: true }
    this.#ask()
  }

  destroy(): void {
    this.#unsubscribe()
    if (this.#request !== undefined) cancelAnimationFrame(this.#request)
    this.#request = undefined
  }

  #changed(previous: GanttState): void {
    const { state } = this.#store
    if (state.picture !== previous.picture) {
      if (state.picture.plan.timeZone !== this.#days.timeZone) this.#days = new ZoneDays(state.picture.plan.timeZone)
      this.#shown = undefined
      this.#dirty = { body: true, overlay: true, axis: true, heads: true }
    }
    if (state.viewport !== previous.viewport) {
      const { time, scrollTop } = state.viewport
      this.#dirty.body = true
      this.#dirty.overlay = true
      this.#dirty.axis ||= time !== previous.viewport.time
      this.#dirty.heads ||= scrollTop !== previous.viewport.scrollTop
    }
    if (state.nowMs !== previous.nowMs) this.#dirty = { ...this.#dirty, overlay: true, axis: true, heads: true }
    this.#dirty.overlay ||=
      state.selected !== previous.selected ||
      state.hoveredId !== previous.hoveredId ||
      state.focusedId !== previous.focusedId ||
      state.draft !== previous.draft ||
      state.guideMs !== previous.guideMs ||
      state.band !== previous.band ||
      state.proposed !== previous.proposed ||
      state.showsChain !== previous.showsChain
    if (Object.values(this.#dirty).some(Boolean)) this.#ask()
  }

  #ask(): void {
    this.#request ??= requestAnimationFrame(() => {
      this.#request = undefined
      this.#draw()
    })
  }

  #draw(): void {
    const startedAt = performance.now()
    const { state } = this.#store
    const { picture, viewport, nowMs } = state
    this.#palette ??= ganttPalette(this.#host)
    const frame = frameOf({
      ...{ picture, viewport, nowMs, palette: this.#palette, days: this.#days },
      ...{ locale: this.#locale, dpr: this.#dpr, hatches: this.#hatches },
    })
    const dirty = this.#dirty
    this.#dirty = { body: false, overlay: false, axis: false, heads: false }
    let body: FrameReport['body'] = 'none'
    if (dirty.body) body = this.#drawBody(frame)
    if (dirty.axis) paintAxis(this.#layers.axis.context, frame)
    if (dirty.heads) paintHeads(this.#layers.heads.context, frame)
    if (dirty.overlay) paintOverlay(this.#layers.overlay.context, frame, state)
    this.onFrame?.({ drawMs: performance.now() - startedAt, body })
  }

  #drawBody(frame: Frame): FrameReport['body'] {
    const { context, canvas } = this.#layers.body
    const whole = wholeArea(frame)
    const shift = this.#shown && shiftBetween(this.#shown, frame)
    this.#shown = frame.viewport
    if (!shift || Math.abs(shift.x) >= whole.width || Math.abs(shift.y) >= whole.height) {
      paintArea(context, frame, whole)
      return 'whole'
    }
    if (shift.x === 0 && shift.y === 0) return 'none'
    context.drawImage(canvas, shift.x, shift.y)
    for (const area of uncovered(whole, shift)) paintArea(context, frame, area)
    if (shift.x !== 0) this.#repaintLabels(context, frame, whole, shift.x)
    return 'shifted'
  }

  /** Labels stick to the left and right edges, so bars across them are drawn again after a sideways shift. */
  #repaintLabels(context: CanvasRenderingContext2D, frame: Frame, whole: Area, shiftX: number): void {
    paintBarsAcross(context, frame, whole, 0)
    paintBarsAcross(context, frame, whole, whole.width - 1)
    // What began at the old edge of the picture may have been labelled there.
    paintBarsAcross(context, frame, whole, shiftX > 0 ? shiftX : whole.width + shiftX)
  }
}

function layerOf(canvas: HTMLCanvasElement, alpha: boolean): Layer {
  const context = canvas.getContext('2d', { alpha })
  if (!context) throw new Error('This browser draws no canvas.')
  return { canvas, context }
}

function resizeCanvas(canvas: HTMLCanvasElement, width: number, height: number, dpr: number): void {
  canvas.width = Math.max(1, Math.round(width * dpr))
  canvas.height = Math.max(1, Math.round(height * dpr))
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
}

function paintArea(context: CanvasRenderingContext2D, frame: Frame, area: Area): void {
  context.save()
  context.beginPath()
  context.rect(area.x, area.y, area.width, area.height)
  context.clip()
  paintGround(context, frame, area)
  paintBars(context, frame, area)
  context.restore()
}

/** How far the picture of the last frame has to be moved; undefined when its scale or size was another. */
function shiftBetween(shown: Viewport, frame: Frame): { x: number; y: number } | undefined {
  const { viewport, dpr, picture } = frame
  if (shown.time.msPerPx !== viewport.time.msPerPx || shown.time.width !== viewport.time.width) return undefined
  if (shown.height !== viewport.height) return undefined
  const before = scrollOf(shown, picture.plan.horizon, dpr)
  const now = scrollOf(viewport, picture.plan.horizon, dpr)
  return { x: before.x - now.x, y: before.y - now.y }
}

/** The edges that a shift uncovers: one, or two for a slanting one. */
export function uncovered(whole: Area, shift: { readonly x: number; readonly y: number }): Area[] {
  const areas: Area[] = []
  const { width, height } = whole
  if (shift.x > 0) areas.push({ x: 0, y: 0, width: shift.x, height })
  if (shift.x < 0) areas.push({ x: width + shift.x, y: 0, width: -shift.x, height })
  if (shift.y > 0) areas.push({ x: 0, y: 0, width, height: shift.y })
  if (shift.y < 0) areas.push({ x: 0, y: height + shift.y, width, height: -shift.y })
  return areas
}
