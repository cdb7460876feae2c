import { DAY_MS } from '@millrace/base'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Desk, type PlanOwner } from './Desk.ts'
import type { History } from './history.ts'
import type { BarChange, GanttLens, GanttPlan } from './model.ts'
import { type Picture, pictureOf } from './picture.ts'
import { stillThere } from './selection.ts'
import { type GanttState, GanttStore } from './store.ts'
import { showing, type TimeView, ZOOM_SPANS } from './time-view.ts'
import { boundedTop, reveal } from './view-actions.ts'

/** Part of the state. The component is rendered again only when the part is another: choose what stays the same. */
export function useGantt<Part>(store: GanttStore, choose: (state: GanttState) => Part): Part {
  return useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => choose(store.state),
  )
}

export function useHistory(desk: Desk): History {
  return useSyncExternalStore(desk.subscribe, () => desk.history)
}

/** The present value of something that changes with every rendering, for what outlives renderings. */
export function useLatest<Value>(value: Value): RefObject<Value> {
  const latest = useRef(value)
  useEffect(() => {
    latest.current = value
  })
  return latest
}

/** The state of a Gantt and what edits it, for as long as the component is there. New plans come in from outside. */
export function useGanttState(
  plan: GanttPlan,
  lens: GanttLens,
  nowMs: number,
  proposed: readonly BarChange[] | undefined,
  owner: PlanOwner,
) {
  const latest = useLatest(owner)
  const [{ store, desk }] = useState(() => {
    const made = new GanttStore(firstState(pictureOf(plan, lens), nowMs))
    return { store: made, desk: new Desk(made, () => latest.current) }
  })

  // Before anything is painted, so that no key is about a plan that is not the present one.
  useLayoutEffect(() => {
    const { picture, selected, viewport } = store.state
    if (picture.plan === plan && picture.lens === lens) return
    const next = pictureOf(plan, lens)
    store.set({
      picture: next,
      selected: stillThere(next, selected),
      viewport: { ...viewport, scrollTop: boundedTop({ ...store.state, picture: next }, viewport.scrollTop) },
      hoveredId: undefined,
      hoveredOutage: undefined,
      ...(picture.lens !== lens && { draft: undefined, menu: undefined }),
    })
    desk.checkHand()
  }, [store, desk, plan, lens])

  useEffect(() => store.set({ nowMs }), [store, nowMs])
  useEffect(() => {
    store.set({ proposed })
    const first = proposed?.map(({ before, after }) => before ?? after).find((one) => one !== null)
    const placed = first && store.state.picture.bars.get(first.id)
    if (placed) reveal(store, placed)
  }, [store, proposed])
  useEffect(() => () => desk.destroy(), [desk])
  return { store, desk }
}

/** Before the size is known; the surface corrects it at once. */
const FIRST_WIDTH = 1000
const FIRST_HEIGHT = 400
const NOW_PART = 0.2

function firstState(picture: Picture, nowMs: number): GanttState {
  const { horizon } = picture.plan
  const msPerPx = Math.min(ZOOM_SPANS.week, Math.max(DAY_MS, horizon.toMs - horizon.fromMs)) / FIRST_WIDTH
  const time: TimeView = { fromMs: horizon.fromMs, msPerPx, width: FIRST_WIDTH }
  return {
    picture,
    viewport: { time: showing(time, nowMs, NOW_PART, horizon), scrollTop: 0, height: FIRST_HEIGHT },
    nowMs,
    selected: new Set(),
    focusedId: undefined,
    hoveredId: undefined,
    hoveredOutage: undefined,
    draft: undefined,
    guideMs: undefined,
    band: undefined,
    proposed: undefined,
    showsChain: false,
    menu: undefined,
    said: { text: '', isRefusal: false, count: 0 },
  }
}
