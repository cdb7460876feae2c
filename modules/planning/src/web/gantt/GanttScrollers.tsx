import { useEffect, useRef } from 'react'
import classes from './gantt.module.css'
import type { GanttStore } from './store.ts'
import { useGantt } from './use-gantt.ts'
import { scrollBy } from './view-actions.ts'

/** A browser's scroll bar is no longer than this; a longer picture is scrolled in proportion. */
const LENGTH_MAX = 2_000_000

/** The browser's own scroll bars for lanes and time: known to every hand, and as wide as the system has them. */
export function GanttScrollers({ store, height }: { store: GanttStore; height: number }) {
  const down = useRef<HTMLDivElement>(null)
  const along = useRef<HTMLDivElement>(null)
  const lanesHeight = useGantt(store, ({ picture }) => picture.height)
  const timeWidth = useGantt(store, ({ picture, viewport }) => {
    const { horizon } = picture.plan
    return Math.min(LENGTH_MAX, Math.round((horizon.toMs - horizon.fromMs) / viewport.time.msPerPx))
  })

  useEffect(() => {
    const vertical = down.current
    const horizontal = along.current
    if (!vertical || !horizontal) return
    const fromMsAt = () => {
      const { picture, viewport } = store.state
      const { fromMs, toMs } = picture.plan.horizon
      const room = horizontal.scrollWidth - horizontal.clientWidth
      const part = room > 0 ? horizontal.scrollLeft / room : 0
      return fromMs + part * Math.max(0, toMs - fromMs - viewport.time.width * viewport.time.msPerPx)
    }
    const show = () => {
      const { picture, viewport } = store.state
      const { fromMs, toMs } = picture.plan.horizon
      const free = toMs - fromMs - viewport.time.width * viewport.time.msPerPx
      const room = horizontal.scrollWidth - horizontal.clientWidth
      const left = free > 0 ? ((viewport.time.fromMs - fromMs) / free) * room : 0
      if (Math.abs(horizontal.scrollLeft - left) > 1) horizontal.scrollLeft = left
      if (Math.abs(vertical.scrollTop - viewport.scrollTop) > 1) vertical.scrollTop = viewport.scrollTop
    }
    // Only what a hand did: what the picture did has come from there.
    const onVertical = () => {
      const dy = vertical.scrollTop - store.state.viewport.scrollTop
      if (Math.abs(dy) > 1) scrollBy(store, 0, dy)
    }
    const onHorizontal = () => {
      const { time } = store.state.viewport
      const dx = (fromMsAt() - time.fromMs) / time.msPerPx
      if (Math.abs(dx) > 2) scrollBy(store, dx, 0)
    }
    vertical.addEventListener('scroll', onVertical)
    horizontal.addEventListener('scroll', onHorizontal)
    let request: number | undefined
    const unsubscribe = store.subscribe((previous) => {
      if (store.state.viewport === previous.viewport) return
      request ??= requestAnimationFrame(() => {
        request = undefined
        show()
      })
    })
    show()
    return () => {
      vertical.removeEventListener('scroll', onVertical)
      horizontal.removeEventListener('scroll', onHorizontal)
      unsubscribe()
      if (request !== undefined) cancelAnimationFrame(request)
    }
  }, [store])

  return (
    <>
      <div className={classes.scrollDown} ref={down} style={{ height }} aria-hidden="true" tabIndex={-1}>
        <div style={{ height: lanesHeight }} />
      </div>
      <div className={classes.scrollAlong} ref={along} aria-hidden="true" tabIndex={-1}>
        <div style={{ width: timeWidth }} />
      </div>
    </>
  )
}
