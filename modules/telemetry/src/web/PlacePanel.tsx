import { crumbsOf, pageOf } from '@millrace/plant/web'
import {
  BlockSkeleton,
  Card,
  formatNumber,
  ProblemAlert,
  StateStrip,
  StripAxis,
  useNowMs,
  ValueText,
} from '@millrace/ui'
import { Link } from '@tanstack/react-router'
import { StateChip } from './MachineState.tsx'
import { PlaceFigures } from './PlaceFigures.tsx'
import { stripIntervals } from './ShiftStripPanel.tsx'
import classes from './telemetry.module.css'
import { texts } from './texts.ts'
import { type MachineRow, usePlaceNow, worstFirst } from './use-site.ts'

type PlaceNow = ReturnType<typeof usePlaceNow>

/** A plant, area or work center now: its figures, and its machines with their strips, by what is directly below it. */
export function PlacePanel({ subjectId }: { subjectId: string }) {
  const now = usePlaceNow(subjectId)
  if (now.loading) {
    return (
      <>
        <Card>
          <BlockSkeleton height={96} />
        </Card>
        <Card>
          <BlockSkeleton height={320} />
        </Card>
      </>
    )
  }
  if (now.rows.length === 0) {
    return (
      <Card>
        <p className="second">{texts.place.empty}</p>
      </Card>
    )
  }
  return (
    <>
      <ProblemAlert error={now.error} />
      <Card>
        <PlaceFigures now={now} />
      </Card>
      {groupsOf(now).map((group) => (
        <Card
          key={group.id}
          title={group.to === undefined ? group.name : <Link to={group.to}>{group.name}</Link>}
          note={`${group.rows.filter((row) => row.state === 'running').length} / ${group.rows.length} ${texts.place.running.toLowerCase()}`}
        >
          <MachineRows rows={group.rows} now={now} />
        </Card>
      ))}
    </>
  )
}

interface PlaceGroup {
  readonly id: string
  readonly name: string
  readonly to: string | undefined
  readonly rows: readonly MachineRow[]
}

/** The machines of a place by the area or work center below it they belong to; those directly in it come first. */
function groupsOf({ tree, item, rows }: PlaceNow): PlaceGroup[] {
  const groups = new Map<string, MachineRow[]>()
  for (const row of rows) {
    const crumbs = crumbsOf(tree, row.workUnitId, '').map((crumb) => crumb.to)
    const below = crumbs[crumbs.indexOf(pageOf(item)) + 1]
    const child = (tree.childrenOf.get(item.id) ?? []).find((each) => pageOf(each) === below)
    const id = child?.id ?? item.id
    groups.set(id, [...(groups.get(id) ?? []), row])
  }
  return [...groups].map(([id, grouped]) => {
    const place = tree.byId.get(id) ?? item
    return { id, name: place.name, to: id === item.id ? undefined : pageOf(place), rows: worstFirst(grouped) }
  })
}

function MachineRows({ rows, now }: { rows: readonly MachineRow[]; now: PlaceNow }) {
  const nowMs = useNowMs()
  const { shift, detail, tree, intervalsOf } = now
  return (
    <div className={classes.machines}>
      <span className={classes.machineHead}>{texts.place.machine}</span>
      <span className={classes.machineHead}>{texts.place.state}</span>
      <span className={classes.machineHead}>{shift.name === null ? texts.lastHours : texts.place.shiftColumn}</span>
      <span className={`${classes.machineHead} number`}>{texts.place.parts}</span>
      <span className={`${classes.machineHead} number`}>{texts.place.powerColumn}</span>
      {rows.map((row) => {
        const machine = tree.byId.get(row.workUnitId)
        return (
          <div key={row.workUnitId} style={{ display: 'contents' }}>
            <div className={classes.lineName}>{machine && <Link to={pageOf(machine)}>{row.name}</Link>}</div>
            <div>
              <StateChip machine={row} />
            </div>
            <div className={classes.wide}>
              {row.stateSignal && (
                <StateStrip
                  label={row.name}
                  intervals={stripIntervals(intervalsOf(row.workUnitId))}
                  fromMs={shift.fromMs}
                  toMs={shift.toMs}
                  nowMs={nowMs}
                  timeZone={detail.timeZone}
                />
              )}
            </div>
            <div className={`number ${classes.desk}`}>{row.goodCount ? formatNumber(row.output, 0) : ''}</div>
            <div className={`number ${classes.desk}`}>
              {row.power && (
                <ValueText
                  value={row.powerKw}
                  quality={row.power.latest?.quality ?? 'bad'}
                  atMs={row.power.latest?.timestampMs}
                />
              )}
            </div>
          </div>
        )
      })}
      <span className={classes.desk} />
      <span className={classes.desk} />
      <div className={classes.wide}>
        <StripAxis fromMs={shift.fromMs} toMs={shift.toMs} timeZone={detail.timeZone} />
      </div>
    </div>
  )
}
