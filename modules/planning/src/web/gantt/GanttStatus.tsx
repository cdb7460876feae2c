import { formatWhen, PriorityShape } from '@millrace/ui'
import { useEffect, useState } from 'react'
import { draftText } from './Desk.ts'
import classes from './gantt.module.css'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'
import { useGantt } from './use-gantt.ts'
import { countText } from './words.ts'

const KINDS = [
  'done',
  'running',
  'scheduled',
  'setup',
  'locked',
  'frozen',
  'late',
  'conflict',
  'maintenance',
  'breakdown',
] as const

/** The line under the picture: what the tones mean, or what the hand is doing, or what just happened. */
export function GanttStatus({ store }: { store: GanttStore }) {
  const draft = useGantt(store, (state) => state.draft)
  const said = useGantt(store, (state) => state.said)
  const picture = useGantt(store, (state) => state.picture)
  const count = useGantt(store, (state) => state.selected.size)
  const when = (atMs: number) => formatWhen(atMs, picture.plan.timeZone, store.state.nowMs)
  const where = picture.resources.get(draft?.resourceId ?? '')?.name ?? ''
  const isRefused = draft
    ? draft.refusal !== undefined || (draft.outcome && 'refusal' in draft.outcome)
    : said.isRefusal
  const isFresh = useFresh(said.count)
  const text = draft ? draftText(draft, where, when) : isFresh ? said.text : ''
  return (
    <div className={classes.status}>
      {text !== '' ? (
        // Screen readers hear it from the grid.
        <span className={isRefused ? classes.refusal : classes.said} aria-hidden="true">
          {isRefused && <PriorityShape priority={2} />}
          {text}
        </span>
      ) : (
        KINDS.map((kind) => (
          <span key={kind} className={classes.key}>
            <i data-kind={kind} />
            {texts.legend[kind]}
          </span>
        ))
      )}
      <span className={classes.counts}>{count > 1 ? texts.said.selected(count) : countText(picture)}</span>
    </div>
  )
}

/** What was said stays this long; then the tones are explained again. */
const SAID_MS = 8000

function useFresh(count: number): boolean {
  const [old, setOld] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setOld(count), SAID_MS)
    return () => clearTimeout(timer)
  }, [count])
  return count !== old
}
