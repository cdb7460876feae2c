import { formatWhen, PriorityShape } from '@millrace/ui'
import type { CSSProperties } from 'react'
import { nameOf } from './draft.ts'
import classes from './gantt.module.css'
import { BAR_HEIGHT } from './measures.ts'
import { rowTop } from './picture.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import { xOf } from './time-view.ts'
import { useGantt } from './use-gantt.ts'
import { barFacts } from './words.ts'

const CARD_WIDTH = 264
const CARD_HEIGHT = 190
const GAP = 6

/** What a bar is, or why a machine is away, beside it while the pointer rests there. Screen readers hear it from the grid. */
export function HoverCard({ store }: { store: GanttStore }) {
  const isBusy = useGantt(store, ({ draft, band, menu }) => Boolean(draft || band || menu))
  const hoveredId = useGantt(store, (state) => state.hoveredId)
  const away = useGantt(store, (state) => state.hoveredOutage)
  const { picture, nowMs } = store.state
  if (isBusy) return null
  const placed = hoveredId === undefined ? undefined : picture.bars.get(hoveredId)
  const lane = picture.lanes[placed?.lane ?? away?.lane ?? -1]
  if (placed && lane) {
    const { bar } = placed
    const [product, ...facts] = barFacts(picture, bar, nowMs)
    const isUrgent = bar.lateMs > 0 || bar.conflict !== undefined
    return (
      <div
        className={classes.card}
        style={placeOf(store, rowTop(picture, lane, placed.row), bar.startMs)}
        aria-hidden="true"
      >
        <Title isUrgent={isUrgent} name={nameOf(picture, bar)} note={product} />
        {facts.map((fact) => (
          <div key={fact}>{fact}</div>
        ))}
      </div>
    )
  }
  if (!away || !lane) return null
  const { kind, text, fromMs, toMs } = away.outage
  const when = (atMs: number) => formatWhen(atMs, picture.plan.timeZone, nowMs)
  return (
    <div className={classes.card} style={placeOf(store, rowTop(picture, lane, 0), fromMs)} aria-hidden="true">
      <Title isUrgent={kind === 'breakdown'} name={texts.outage[kind]} note={lane.name} />
      <div>{text}</div>
      <div>
        {when(fromMs)} – {when(toMs)}
      </div>
    </div>
  )
}

function Title({ isUrgent, name, note }: { isUrgent: boolean; name: string; note: string | undefined }) {
  return (
    <div className={classes.cardTitle}>
      {isUrgent && (
        <span className={classes.urgent}>
          <PriorityShape priority={1} />
        </span>
      )}
      <b>{name}</b>
      <span className="muted">{note}</span>
    </div>
  )
}

/** Below the row where there is room, else above it; never over an edge. */
function placeOf(store: GanttStore, rowY: number, startMs: number): CSSProperties {
  const { viewport } = store.state
  const top = rowY - viewport.scrollTop
  const isBelow = top + BAR_HEIGHT + GAP + CARD_HEIGHT < viewport.height || top < CARD_HEIGHT
  const left = Math.max(GAP, Math.min(xOf(viewport.time, startMs), viewport.time.width - CARD_WIDTH - GAP))
  return {
    left,
    width: CARD_WIDTH,
    ...(isBelow ? { top: top + BAR_HEIGHT + GAP } : { bottom: viewport.height - top + GAP }),
  }
}
