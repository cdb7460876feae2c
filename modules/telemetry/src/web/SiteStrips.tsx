import { machinesBelow, pageOf } from '@millrace/plant/web'
import { StateStrip, StripAxis, useNowMs } from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import { stripIntervals } from './ShiftStripPanel.tsx'
import classes from './telemetry.module.css'
import type { usePlaceNow } from './use-site.ts'

/** Pixels of one machine's strip where the strips of an area lie over each other. */
const STRIP_HEIGHT = 7
const SINGLE_HEIGHT = 14

/** The areas of a plant, each with the strips of its machines over each other: stops are seen at once. */
export function SiteStrips({ now }: { now: ReturnType<typeof usePlaceNow> }) {
  const nowMs = useNowMs()
  const { tree, site, detail, shift, rows, intervalsOf } = now
  const rowOf = new Map(rows.map((row) => [row.workUnitId, row]))
  const areas = tree.childrenOf.get(site.id) ?? []
  return (
    <div className={classes.lines}>
      {areas.map((area) => {
        const machines = machinesBelow(tree, area.id).flatMap((machine) => rowOf.get(machine.id) ?? [])
        const known = machines.filter((machine) => machine.stateSignal !== undefined)
        if (known.length === 0) return null
        const running = known.filter((machine) => machine.state === 'running').length
        return (
          <div key={area.id} style={{ display: 'contents' }}>
            <div className={classes.lineName}>
              <Link to={pageOf(area)}>{area.name}</Link>
            </div>
            <div className={classes.strips}>
              {known.map((machine) => (
                <StateStrip
                  key={machine.workUnitId}
                  label={machine.name}
                  intervals={stripIntervals(intervalsOf(machine.workUnitId))}
                  fromMs={shift.fromMs}
                  toMs={shift.toMs}
                  nowMs={nowMs}
                  timeZone={detail.timeZone}
                  height={known.length === 1 ? SINGLE_HEIGHT : STRIP_HEIGHT}
                />
              ))}
            </div>
            <div className="number">
              {running} <span className="muted">/ {known.length}</span>
            </div>
          </div>
        )
      })}
      <div />
      <StripAxis fromMs={shift.fromMs} toMs={shift.toMs} timeZone={detail.timeZone} />
      <div className="number small muted">run</div>
    </div>
  )
}
