import { ActionIcon, NativeSelect } from '@mantine/core'
import { formatDuration, formatNumber, formatRatio, formatTime, PriorityShape, zoneNote } from '@millrace/ui'
import { useMemo, useState } from 'react'
import { type DayLane, dayList } from './day-list.ts'
import classes from './gantt.module.css'
import type { GanttBar, GanttOrder, GanttPlan, GanttResource, Span } from './model.ts'
import { texts } from './texts.ts'
import { liveText } from './words.ts'
import { ZoneDays } from './zone-days.ts'

interface ListProps {
  readonly name: string
  readonly plan: GanttPlan
  readonly nowMs: number
  readonly onOpen: (bar: GanttBar) => void
}

/** The plan on a phone: one day at a time, lane under lane, for reading. Moving bars wants a mouse or a keyboard. */
export function GanttList(props: ListProps) {
  const { name, plan, nowMs } = props
  const days = useMemo(() => new ZoneDays(plan.timeZone), [plan.timeZone])
  const [number, setNumber] = useState(() => days.at(nowMs).number)
  const [resourceId, setResourceId] = useState('')
  const day = days.day(number)
  const lanes = useMemo(() => dayList(plan, day, resourceId), [plan, day, resourceId])
  const orders = useMemo(() => new Map(plan.orders.map((order) => [order.id, order])), [plan])
  const note = zoneNote(nowMs, plan.timeZone)
  return (
    <section className={classes.list} aria-label={name}>
      <div className={classes.listHead}>
        <ActionIcon size="lg" aria-label={texts.list.previous} onClick={() => setNumber(number - 1)}>
          ‹
        </ActionIcon>
        <h2>{dayTitle(day.fromMs, plan.timeZone)}</h2>
        <ActionIcon size="lg" aria-label={texts.list.next} onClick={() => setNumber(number + 1)}>
          ›
        </ActionIcon>
      </div>
      {note && <p className="small muted">{note}</p>}
      <NativeSelect
        aria-label={texts.list.lane}
        value={resourceId}
        onChange={(event) => setResourceId(event.currentTarget.value)}
        data={[
          { value: '', label: texts.list.allLanes },
          ...plan.resources.map((resource) => ({ value: resource.id, label: resource.name })),
        ]}
      />
      {lanes.length === 0 && <p className={classes.nothing}>{texts.list.empty}</p>}
      {lanes.map((lane) => (
        <ListLane key={lane.resource.id} {...props} lane={lane} day={day} orders={orders} />
      ))}
    </section>
  )
}

interface LaneProps extends ListProps {
  readonly lane: DayLane
  readonly day: Span
  readonly orders: ReadonlyMap<string, GanttOrder>
}

/** What is done is folded away: it matters to nobody who looks at what comes. */
function ListLane(props: LaneProps) {
  const { resource, bars, loadRatio } = props.lane
  const done = bars.filter(({ state }) => state === 'done')
  const open = bars.filter(({ state }) => state !== 'done')
  return (
    <section className={classes.listLane} aria-label={resource.name}>
      <div className={classes.listLaneHead}>
        <h3>{resource.name}</h3>
        <LiveText resource={resource} nowMs={props.nowMs} />
        {loadRatio !== undefined && (
          <span className={loadRatio > 1 ? classes.over : 'small muted'}>
            {loadRatio > 1 && '▲ '}
            {texts.list.load(formatRatio(loadRatio))}
          </span>
        )}
      </div>
      {done.length > 0 && (
        <details className={classes.listDone}>
          <summary>{texts.list.done(done.length)}</summary>
          <ListBars {...props} bars={done} />
        </details>
      )}
      {open.length > 0 && <ListBars {...props} bars={open} />}
    </section>
  )
}

function LiveText({ resource: { live }, nowMs }: { resource: GanttResource; nowMs: number }) {
  if (!live) return null
  if (live.state !== 'stopped') return <span className="small muted">{liveText(live, nowMs)}</span>
  return (
    <span className={classes.urgent}>
      <PriorityShape priority={1} /> {liveText(live, nowMs)}
    </span>
  )
}

function ListBars({ bars, day, orders, plan, onOpen }: LaneProps & { readonly bars: readonly GanttBar[] }) {
  const time = (atMs: number) => (atMs < day.fromMs || atMs > day.toMs ? '…' : formatTime(atMs, plan.timeZone))
  return (
    <ul>
      {bars.map((bar) => {
        const order = orders.get(bar.orderId)
        const state = [
          bar.step,
          texts.states[bar.state],
          bar.locked ? texts.bar.locked : '',
          bar.doneRatio === undefined ? '' : texts.bar.done(formatRatio(bar.doneRatio)),
        ]
        return (
          <li key={bar.id}>
            <button type="button" className={classes.listBar} data-state={bar.state} onClick={() => onOpen(bar)}>
              <span className={classes.listTime}>
                {time(bar.startMs)}–{time(bar.endMs)}
              </span>
              <span className={classes.listWhat}>
                <span>
                  <b>{order?.name}</b> {order?.product}
                </span>
                <span className="small muted">{state.filter(Boolean).join(', ')}</span>
                {(bar.lateMs > 0 || bar.conflict !== undefined) && (
                  <span className={classes.urgent}>
                    <PriorityShape priority={1} /> {bar.conflict ?? texts.bar.late(formatDuration(bar.lateMs))}
                  </span>
                )}
              </span>
              <span className={classes.listQuantity}>
                {formatNumber(bar.quantity, 0)} {order?.unit}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function dayTitle(atMs: number, timeZone: string): string {
  const options = { timeZone, weekday: 'long', day: 'numeric', month: 'long' } as const
  return new Intl.DateTimeFormat(navigator.language, options).format(atMs)
}
