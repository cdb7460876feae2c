import { type KeyboardEvent, type RefObject, useId } from 'react'
import classes from './gantt.module.css'
import type { PlacedBar } from './picture.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import { useGantt } from './use-gantt.ts'
import { barSentence, laneSentence } from './words.ts'

interface MirrorProps {
  readonly name: string
  readonly store: GanttStore
  readonly grid: RefObject<HTMLDivElement | null>
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onFocus: () => void
}

/** Lanes and bars around the keyboard that screen readers find; the rest is reached with the arrows. */
const LANES_AROUND = 1
const BARS_AROUND = 4

/**
 * The picture as a grid for screen readers: lanes are rows, bars are cells. It has the keyboard; the canvas is only what the
 * others see. Ten thousand cells would be slow and no use, so it holds those around the focused one.
 */
export function GanttMirror({ name, store, grid, onKeyDown, onFocus }: MirrorProps) {
  const id = useId()
  const picture = useGantt(store, (state) => state.picture)
  const focusedId = useGantt(store, (state) => state.focusedId)
  const selected = useGantt(store, (state) => state.selected)
  const said = useGantt(store, (state) => state.said)
  const focused = focusedId === undefined ? undefined : picture.bars.get(focusedId)
  const from = Math.max(0, (focused?.lane ?? 0) - LANES_AROUND)
  const lanes = picture.lanes.slice(from, (focused?.lane ?? 0) + LANES_AROUND + 1)
  return (
    <div className={classes.mirror}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table of bars would have as many columns as the fullest lane */}
      <div
        role="grid"
        tabIndex={0}
        ref={grid}
        className={classes.grid}
        aria-label={texts.mirror.label(name)}
        aria-multiselectable="true"
        aria-rowcount={picture.lanes.length}
        aria-activedescendant={focused ? `${id}-${focused.bar.id}` : undefined}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        {lanes.map((lane, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
          // biome-ignore lint/a11y/useSemanticElements: as of the cells
          <div role="row" key={lane.id} aria-rowindex={from + index + 1}>
            {/* biome-ignore lint/a11y/useSemanticElements: as of the cells */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
            <span role="rowheader">{laneSentence(lane, store.state.nowMs)}</span>
            {barsAround(lane.bars.items, focused).map((placed) => (
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              // biome-ignore lint/a11y/useSemanticElements: a table of bars would have as many columns as the fullest lane
              <span
                role="gridcell"
                key={placed.bar.id}
                id={`${id}-${placed.bar.id}`}
                aria-selected={selected.has(placed.bar.id)}
              >
                {barSentence(picture, placed.bar, store.state.nowMs)}
              </span>
            ))}
          </div>
        ))}
      </div>
      <div role="status" aria-live="polite">
        {said.text}
      </div>
    </div>
  )
}

function barsAround(items: readonly PlacedBar[], focused: PlacedBar | undefined): readonly PlacedBar[] {
  if (!focused) return items.slice(0, BARS_AROUND)
  const own = items.indexOf(focused)
  const at = own >= 0 ? own : items.findIndex(({ endMs }) => endMs > focused.startMs)
  return items.slice(Math.max(0, at - BARS_AROUND), Math.max(0, at) + BARS_AROUND + 1)
}
