import { PriorityShape } from '@millrace/ui'
import { nameOf } from './draft.ts'
import classes from './gantt.module.css'
import { BAR_HEIGHT } from './measures.ts'
import { rowTop } from './picture.ts'
import type { GanttStore } from './store.ts'
import { xOf } from './time-view.ts'
import { useGantt } from './use-gantt.ts'
import { barFacts } from './words.ts'

const CARD_WIDTH = 264
const CARD_HEIGHT = 190
const GAP = 6

/** What a bar is, beside it while the pointer rests there. Screen readers hear the same from the grid. */
export function HoverCard({ store }: { store: GanttStore }) {
  const hoveredId = useGantt(store, (state) => (state.draft || state.band || state.menu ? undefined : state.hoveredId))
  const { picture, viewport, nowMs } = store.state
  const placed = hoveredId === undefined ? undefined : picture.bars.get(hoveredId)
  const lane = placed && picture.lanes[placed.lane]
  if (!placed || !lane) return null
  const { bar } = placed
  const top = rowTop(picture, lane, placed.row) - viewport.scrollTop
  const isBelow = top + BAR_HEIGHT + GAP + CARD_HEIGHT < viewport.height || top < CARD_HEIGHT
  const left = Math.max(GAP, Math.min(xOf(viewport.time, bar.startMs), viewport.time.width - CARD_WIDTH - GAP))
  const place = isBelow ? { top: top + BAR_HEIGHT + GAP } : { bottom: viewport.height - top + GAP }
  const [product, ...facts] = barFacts(picture, bar, nowMs)
  const isUrgent = bar.lateMs > 0 || bar.conflict !== undefined
  return (
    <div className={classes.card} style={{ left, width: CARD_WIDTH, ...place }} aria-hidden="true">
      <div className={classes.cardTitle}>
        {isUrgent && (
          <span className={classes.urgent}>
            <PriorityShape priority={1} />
          </span>
        )}
        <b>{nameOf(picture, bar)}</b>
        <span className="muted">{product}</span>
      </div>
      {facts.map((fact) => (
        <div key={fact}>{fact}</div>
      ))}
    </div>
  )
}
