import { DAY_MS, MINUTE_MS } from '@millrace/base'
import { formatWhen } from '@millrace/ui'
import { type Desk, draftText } from './Desk.ts'
import { nextEligibleLane } from './draft.ts'
import type { KeyAction } from './keys.ts'
import type { GanttBar } from './model.ts'
import { firstBar, neighbour } from './navigate.ts'
import type { PlacedBar } from './picture.ts'
import { toggled } from './selection.ts'
import { gridMs } from './snap.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import { msAt, spanOf, xOf } from './time-view.ts'
import { goToday, reveal, scrollBy, zoomBy } from './view-actions.ts'

/** What a key needs besides the state. */
export interface KeyTools {
  readonly store: GanttStore
  readonly desk: Desk
  readonly onOpen: (bar: GanttBar) => void
  readonly onFind: () => void
  readonly onHelp: () => void
  /** Where the picture stands on the screen, for a menu that a key opens. */
  readonly corner: () => { readonly x: number; readonly y: number }
}

/** Does what a key asks for. */
export function act(action: KeyAction, tools: KeyTools): void {
  const { store, desk } = tools
  const { picture, selected, viewport } = store.state
  const focused = focusedBar(store)
  const chosen = selected.size > 0 ? [...selected] : focused ? [focused.bar.id] : []
  switch (action.kind) {
    case 'go': {
      const next = focused ? neighbour(picture, focused, action.direction) : focusFirst(store)
      if (next) focusOn(store, next, action.extends)
      return
    }
    case 'zoom':
      zoomBy(store, action.factor, focused ? xOf(viewport.time, focused.startMs) : undefined)
      return
    case 'today':
      goToday(store)
      return
    case 'open':
      if (focused) tools.onOpen(focused.bar)
      return
    case 'toggle':
      if (focused) store.set({ selected: toggled(selected, focused.bar.id) })
      return
    case 'hold':
      if (desk.take(focused && !selected.has(focused.bar.id) ? [focused.bar.id] : chosen)) sayTaken(tools)
      return
    case 'shift':
      shift(tools, action.steps, action.byDay)
      return
    case 'lane':
      changeLane(tools, action.step)
      return
    case 'drop':
      void desk.drop()
      return
    case 'cancel':
      desk.cancel()
      return
    case 'lock':
      void lock(tools, chosen)
      return
    case 'split':
      if (focused) void split(tools, focused.bar)
      return
    case 'unplace':
      if (chosen.length > 0) void desk.run({ kind: 'unplace', barIds: chosen })
      return
    case 'undo':
      void desk.undo()
      return
    case 'redo':
      void desk.redo()
      return
    case 'find':
      tools.onFind()
      return
    case 'help':
      tools.onHelp()
      return
    case 'clear':
      store.set({ selected: new Set(), showsChain: false, menu: undefined })
      return
    case 'chain':
      store.set({ showsChain: !store.state.showsChain })
      return
    case 'menu':
      if (focused) openMenu(tools, focused)
  }
}

function focusedBar(store: GanttStore): PlacedBar | undefined {
  const { picture, focusedId } = store.state
  return focusedId === undefined ? undefined : picture.bars.get(focusedId)
}

function focusFirst(store: GanttStore): PlacedBar | undefined {
  const { picture, viewport, nowMs } = store.state
  const { fromMs, toMs } = spanOf(viewport.time)
  const from = picture.lanes.findIndex(({ top }) => top >= viewport.scrollTop)
  return firstBar(picture, nowMs >= fromMs && nowMs < toMs ? nowMs : fromMs, Math.max(0, from))
}

/** Brings the keyboard to a bar and the bar into view. */
export function focusOn(store: GanttStore, placed: PlacedBar, isAdded = false): void {
  const { selected } = store.state
  const { id } = placed.bar
  store.set({ focusedId: id, selected: isAdded ? new Set([...selected, id]) : new Set([id]), hoveredId: undefined })
  reveal(store, placed)
}

/** Gives the keyboard a bar to begin with, when it comes to the picture. */
export function focusSome(store: GanttStore): void {
  if (focusedBar(store)) return
  const first = focusFirst(store)
  if (first) store.set({ focusedId: first.bar.id })
}

function sayTaken({ store }: KeyTools): void {
  const { draft, picture } = store.state
  const first = draft && picture.bars.get(draft.held[0]?.id ?? '')
  const name = picture.orders.get(first?.bar.orderId ?? '')?.name ?? ''
  const count = draft?.held.length ?? 0
  store.say(texts.said.taken(count === 1 ? `${name} ${first?.bar.step ?? ''}` : texts.commands.many(count)))
}

function shift(tools: KeyTools, steps: 1 | -1, byDay: boolean): void {
  const { store, desk } = tools
  const { draft, viewport } = store.state
  if (!draft) return
  const step = byDay ? DAY_MS : gridMs(viewport.time.msPerPx)
  desk.carry(draft.resourceId, draft.shiftMs + steps * step)
  followDraft(tools)
}

function changeLane(tools: KeyTools, step: 1 | -1): void {
  const { store, desk } = tools
  const { draft, picture } = store.state
  if (!draft || picture.lens !== 'resource') return
  const lane = nextEligibleLane(picture, draft, step)
  if (lane) desk.carry(lane.id, draft.shiftMs)
  followDraft(tools)
}

/** Keeps what is held on the screen, and says where it is. */
function followDraft({ store }: KeyTools): void {
  const { draft, picture, viewport, nowMs } = store.state
  const first = draft?.held[0]
  if (!draft || !first) return
  const startMs = first.startMs + draft.shiftMs
  const x = xOf(viewport.time, startMs)
  const lane = picture.lens === 'resource' ? picture.lanes.find(({ id }) => id === draft.resourceId) : undefined
  const above = lane ? lane.top - viewport.scrollTop : 0
  const below = lane ? lane.top + lane.height - viewport.scrollTop - viewport.height : 0
  const dx = x < 40 ? x - 40 : x > viewport.time.width - 120 ? x - viewport.time.width + 120 : 0
  scrollBy(store, dx, above < 0 ? above : Math.max(0, below))
  const where = picture.resources.get(draft.resourceId)?.name ?? ''
  store.say(
    draftText(draft, where, (atMs) => formatWhen(atMs, picture.plan.timeZone, nowMs)),
    draft.refusal !== undefined,
  )
}

/** Locks all, or unlocks them when all are locked. */
export async function lock(
  { store, desk }: Pick<KeyTools, 'store' | 'desk'>,
  barIds: readonly string[],
): Promise<void> {
  const bars = barIds.flatMap((id) => store.state.picture.bars.get(id)?.bar ?? [])
  if (bars.length === 0) return
  await desk.run({ kind: 'lock', barIds, locked: bars.some(({ locked }) => !locked) })
}

/** Half of the work, without the set-up, rounded to a minute. */
async function split({ desk }: KeyTools, bar: GanttBar): Promise<void> {
  const workMs = bar.endMs - bar.startMs - bar.setupMs
  const atMs = bar.startMs + bar.setupMs + Math.round(workMs / 2 / MINUTE_MS) * MINUTE_MS
  await desk.run({ kind: 'split', barId: bar.id, atMs })
}

function openMenu({ store, corner }: KeyTools, { bar, lane }: PlacedBar): void {
  const { viewport, picture } = store.state
  const { x, y } = corner()
  const top = picture.lanes[lane]?.top ?? 0
  const left = Math.max(0, Math.min(xOf(viewport.time, bar.startMs), viewport.time.width - 40))
  store.set({
    menu: {
      barId: bar.id,
      x: x + left + 12,
      y: y + top - viewport.scrollTop + 40,
      atMs: msAt(viewport.time, left + 12),
    },
  })
}
