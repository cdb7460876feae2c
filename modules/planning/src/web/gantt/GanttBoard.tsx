import { useComputedColorScheme } from '@mantine/core'
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { BarMenu } from './BarMenu.tsx'
import type { Desk } from './Desk.ts'
import type { GanttProps } from './Gantt.tsx'
import { GanttMirror } from './GanttMirror.tsx'
import { GanttScrollers } from './GanttScrollers.tsx'
import classes from './gantt.module.css'
import { HoverCard } from './HoverCard.tsx'
import { act, focusSome } from './keyboard.ts'
import { keyAction } from './keys.ts'
import { AXIS_HEIGHT, HEAD_WIDTH } from './measures.ts'
import { Pointer } from './Pointer.ts'
import { Shortcuts } from './Shortcuts.tsx'
import { Surface } from './Surface.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import { resized } from './time-view.ts'
import { useGantt, useLatest } from './use-gantt.ts'
import { boundedTop } from './view-actions.ts'

interface BoardProps extends GanttProps {
  readonly store: GanttStore
  readonly desk: Desk
  readonly maxHeight: number
  readonly pointer: RefObject<Pointer | undefined>
  /** What has the keyboard. */
  readonly grid: RefObject<HTMLDivElement | null>
  readonly onFind: () => void
}

/** The picture itself: axis, names, bars, and the list for screen readers that has the keyboard. */
export function GanttBoard(props: BoardProps) {
  const { store, desk, lens, grid } = props
  const host = usePicture(props)
  const [showsKeys, setShowsKeys] = useState(false)
  const height = useGantt(store, ({ picture }) => Math.max(120, Math.min(picture.height, props.maxHeight)))
  const isEmpty = useGantt(store, ({ picture }) => picture.lanes.length === 0)

  const onKeyDown = (event: KeyboardEvent) => {
    const action = keyAction(event, store.state.draft !== undefined)
    if (!action) return
    event.preventDefault()
    // The page has keys of its own, among them the question mark.
    event.stopPropagation()
    event.nativeEvent.stopImmediatePropagation()
    const corner = () => host.body.current?.parentElement?.getBoundingClientRect() ?? { x: 0, y: 0 }
    const { onOpen, onFind } = props
    act(action, { store, desk, onOpen, onFind, onHelp: () => setShowsKeys(true), corner })
  }

  return (
    <div className={classes.board}>
      <div
        className={classes.frame}
        style={{
          gridTemplateColumns: `${HEAD_WIDTH}px minmax(0, 1fr)`,
          gridTemplateRows: `${AXIS_HEIGHT}px ${height}px`,
        }}
      >
        <div className={classes.corner}>{texts.corner[lens]}</div>
        <canvas ref={host.axis} className={classes.axis} />
        <canvas ref={host.heads} className={classes.heads} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the grid below has the keyboard; a press here brings it there */}
        <div
          className={classes.body}
          ref={host.area}
          onMouseDown={(event) => {
            // Else the press would take the keyboard away from the grid, and Escape with it.
            event.preventDefault()
            grid.current?.focus({ preventScroll: true })
          }}
        >
          <canvas ref={host.body} />
          <canvas ref={host.overlay} />
          {isEmpty && <p className={classes.nothing}>{texts.nothing}</p>}
          <HoverCard store={store} />
        </div>
        <GanttScrollers store={store} height={height} />
        <GanttMirror
          name={props.name}
          store={store}
          grid={grid}
          onKeyDown={onKeyDown}
          onFocus={() => focusSome(store)}
        />
      </div>
      <BarMenu {...props} />
      {showsKeys && <Shortcuts onClose={() => setShowsKeys(false)} />}
    </div>
  )
}

/** Canvases with a life of their own below React: surface and pointer. */
function usePicture({ store, desk, pointer, plan, onFrame }: BoardProps) {
  const area = useRef<HTMLDivElement>(null)
  const [body, overlay, axis, heads] = [useCanvas(), useCanvas(), useCanvas(), useCanvas()]
  const surface = useRef<Surface>(undefined)
  const latest = useLatest(onFrame)
  const scheme = useComputedColorScheme('light')
  const { horizon } = plan

  useEffect(() => {
    const host = area.current
    if (!host || !body.current || !overlay.current || !axis.current || !heads.current) return
    const canvases = { body: body.current, overlay: overlay.current, axis: axis.current, heads: heads.current }
    const made = new Surface(store, canvases, host, navigator.language)
    made.onFrame = (report) => latest.current?.(report)
    surface.current = made
    const hand = new Pointer(store, desk, host, canvases.axis, () => made.days)
    pointer.current = hand
    const fill = () => {
      const { viewport } = store.state
      const { clientWidth: width, clientHeight: height } = host
      if (width === 0 || height === 0) return
      const next = { ...viewport, time: resized(viewport.time, width, store.state.picture.plan.horizon), height }
      const scrollTop = boundedTop({ ...store.state, viewport: next }, viewport.scrollTop)
      store.set({ viewport: { ...next, scrollTop } })
      made.resize()
    }
    const observer = new ResizeObserver(fill)
    observer.observe(host)
    // On another screen, or with the page zoomed, a pixel of the picture is another number of those of the screen.
    window.addEventListener('resize', fill)
    fill()
    // The first frame may have come before the font.
    void document.fonts.ready.then(() => made.invalidate())
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', fill)
      hand.destroy()
      made.destroy()
      surface.current = undefined
      pointer.current = undefined
    }
  }, [store, desk, pointer, latest, body, overlay, axis, heads])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme decides what the tokens say
  useEffect(() => surface.current?.invalidate(), [scheme])

  useEffect(() => {
    const { viewport } = store.state
    store.set({ viewport: { ...viewport, time: resized(viewport.time, viewport.time.width, horizon) } })
  }, [store, horizon])

  return { area, body, overlay, axis, heads }
}

function useCanvas() {
  return useRef<HTMLCanvasElement>(null)
}
