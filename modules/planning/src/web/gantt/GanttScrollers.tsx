import { useEffect, useRef } from 'react'
import classes from './gantt.module.css'
import type { GanttStore } from './store.ts'
import { scrollBy } from './view-actions.ts'

/** A browser's scroll bar is no longer than this; a longer picture is scrolled in proportion. */
const LENGTH_MAX = 2_000_000

/** The browser's own scroll bars for lanes and time: known to every hand, and as wide as the system has them. */
export function GanttScrollers({ store, height }: { store: GanttStore; height: number }) {
  const down = useRef<HTMLDivElement>(null)
  const along = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const vertical = down.current
    const horizontal = along.current
    if (!vertical || !horizontal) return
    const scrollers = new Scrollers(store, vertical, horizontal)
    return () => scrollers.destroy()
  }, [store])
  return (
    <>
      <div className={classes.scrollDown} ref={down} style={{ height }} aria-hidden="true" tabIndex={-1}>
        <div />
      </div>
      <div className={classes.scrollAlong} ref={along} aria-hidden="true" tabIndex={-1}>
        <div />
      </div>
    </>
  )
}

/**
 * Keeps two scroll bars and the picture together. The lengths inside are set here and not by React: a length that changed
 * before the place did would be taken for a hand that scrolls. Has a life: {@link destroy} ends it.
 */
class Scrollers {
  readonly #store: GanttStore
  readonly #vertical: HTMLElement
  readonly #horizontal: HTMLElement
  readonly #ended = new AbortController()
  readonly #unsubscribe: () => void
  #request: number | undefined
  /** Where the bars were put last; anything else is a hand. */
  #place = { left: 0, top: 0 }

  constructor(store: GanttStore, vertical: HTMLElement, horizontal: HTMLElement) {
    this.#store = store
    this.#vertical = vertical
    this.#horizontal = horizontal
    const { signal } = this.#ended
    vertical.addEventListener('scroll', () => this.#scrolledDown(), { signal })
    horizontal.addEventListener('scroll', () => this.#scrolledAlong(), { signal })
    this.#unsubscribe = store.subscribe((previous) => {
      const { viewport, picture } = store.state
      if (viewport === previous.viewport && picture === previous.picture) return
      this.#request ??= requestAnimationFrame(() => {
        this.#request = undefined
        this.#show()
      })
    })
    this.#show()
  }

  destroy(): void {
    this.#ended.abort()
    this.#unsubscribe()
    if (this.#request !== undefined) cancelAnimationFrame(this.#request)
  }

  #show(): void {
    const { picture, viewport } = this.#store.state
    const { fromMs, toMs } = picture.plan.horizon
    const { time, scrollTop } = viewport
    const length = Math.min(LENGTH_MAX, Math.round((toMs - fromMs) / time.msPerPx))
    setLength(this.#horizontal, 'width', length)
    setLength(this.#vertical, 'height', picture.height)
    const freeMs = this.#freeMs()
    this.#horizontal.scrollLeft = freeMs > 0 ? ((time.fromMs - fromMs) / freeMs) * room(this.#horizontal) : 0
    this.#vertical.scrollTop = scrollTop
    this.#place = { left: this.#horizontal.scrollLeft, top: this.#vertical.scrollTop }
  }

  #scrolledDown(): void {
    const { scrollTop } = this.#vertical
    if (Math.abs(scrollTop - this.#place.top) <= 1) return
    this.#place.top = scrollTop
    scrollBy(this.#store, 0, scrollTop - this.#store.state.viewport.scrollTop)
  }

  #scrolledAlong(): void {
    const { scrollLeft } = this.#horizontal
    const all = room(this.#horizontal)
    if (all <= 0 || Math.abs(scrollLeft - this.#place.left) <= 1) return
    this.#place.left = scrollLeft
    const { picture, viewport } = this.#store.state
    const wantedMs = picture.plan.horizon.fromMs + (scrollLeft / all) * this.#freeMs()
    scrollBy(this.#store, (wantedMs - viewport.time.fromMs) / viewport.time.msPerPx, 0)
  }

  /** How much of the horizon is not shown. */
  #freeMs(): number {
    const { picture, viewport } = this.#store.state
    const { fromMs, toMs } = picture.plan.horizon
    return toMs - fromMs - viewport.time.width * viewport.time.msPerPx
  }
}

function room(scroller: HTMLElement): number {
  return scroller.scrollWidth - scroller.clientWidth
}

function setLength(scroller: HTMLElement, side: 'width' | 'height', length: number): void {
  const inner = scroller.firstElementChild
  if (inner instanceof HTMLElement) inner.style[side] = `${length}px`
}
