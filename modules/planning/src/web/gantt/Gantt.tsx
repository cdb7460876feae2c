import { useMediaQuery } from '@mantine/hooks'
import { formatNumber } from '@millrace/ui'
import { useRef, useState } from 'react'
import type { PlanOwner } from './Desk.ts'
import type { FrameReport } from './frame-report.ts'
import { GanttBoard } from './GanttBoard.tsx'
import { GanttList } from './GanttList.tsx'
import { GanttStatus } from './GanttStatus.tsx'
import { GanttToolbar } from './GanttToolbar.tsx'
import { GanttTray } from './GanttTray.tsx'
import classes from './gantt.module.css'
import { BAR_LIMIT, type BarChange, type GanttBar, type GanttLens, type GanttPlan } from './model.ts'
import type { Pointer } from './Pointer.ts'
import { texts } from './texts.ts'
import { useGanttState } from './use-gantt.ts'

export interface GanttProps extends PlanOwner {
  /** What is planned, for its files and for those who do not see it: `Sursee, this week`. */
  readonly name: string
  readonly plan: GanttPlan
  readonly nowMs: number
  readonly lens: GanttLens
  readonly onLens: (lens: GanttLens) => void
  /** Changes that are proposed: shown as ghosts over the plan as it is. Left out: none. */
  readonly proposed?: readonly BarChange[]
  /** Somebody wants to see the order of a bar. */
  readonly onOpen: (bar: GanttBar) => void
  /** Height of the lanes in CSS pixels at most; beyond it they scroll. */
  readonly maxHeight?: number
  /** Called after each frame that was drawn, for whoever measures. */
  readonly onFrame?: (report: FrameReport) => void
}

const MAX_HEIGHT = 620

/**
 * A plan as lanes and bars: seen, searched, changed by mouse, finger and keyboard, printed and saved. Owns what is shown and
 * what can be taken back; the plan belongs to whoever gives it, who is asked about every edit. A list on a phone.
 */
export function Gantt(props: GanttProps) {
  const { plan, lens, nowMs, maxHeight = MAX_HEIGHT } = props
  const isPhone = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false })
  const { store, desk } = useGanttState(plan, lens, nowMs, props.proposed, props)
  const [isFinding, setFinding] = useState(0)
  const pointer = useRef<Pointer>(undefined)
  const grid = useRef<HTMLDivElement>(null)

  if (plan.bars.length > BAR_LIMIT) {
    return (
      <p className={classes.nothing}>{texts.tooMany(formatNumber(plan.bars.length, 0), formatNumber(BAR_LIMIT, 0))}</p>
    )
  }
  if (isPhone) return <GanttList name={props.name} plan={plan} nowMs={nowMs} onOpen={props.onOpen} />
  return (
    <section className={classes.gantt} aria-label={props.name}>
      <GanttToolbar {...props} store={store} desk={desk} findCount={isFinding} />
      <div className={classes.desk}>
        <GanttBoard
          {...props}
          maxHeight={maxHeight}
          store={store}
          desk={desk}
          pointer={pointer}
          grid={grid}
          onFind={() => setFinding((count) => count + 1)}
        />
        {(plan.waiting.length > 0 || desk.history.done.length > 0) && (
          <GanttTray
            plan={plan}
            nowMs={nowMs}
            mayEdit={props.mayEdit}
            store={store}
            desk={desk}
            pointer={pointer}
            grid={grid}
          />
        )}
      </div>
      <GanttStatus store={store} />
    </section>
  )
}
