import { HOUR_MS } from '@millrace/base'
import { formatDate, formatDuration, formatQuantity } from '@millrace/ui'
import type { PointerEvent, RefObject } from 'react'
import type { Desk } from './Desk.ts'
import { takeWaiting } from './draft.ts'
import classes from './gantt.module.css'
import type { GanttPlan, GanttWaiting } from './model.ts'
import type { Pointer } from './Pointer.ts'
import type { GanttStore } from './store.ts'
import { texts } from './texts.ts'

interface TrayProps {
  readonly plan: GanttPlan
  readonly nowMs: number
  readonly mayEdit: boolean
  readonly store: GanttStore
  readonly desk: Desk
  readonly pointer: RefObject<Pointer | undefined>
  readonly grid: RefObject<HTMLDivElement | null>
}

/** Operations of the tray that are listed; the search finds the orders of the others. */
const SHOWN_LIMIT = 100
/** A finger or a shaking hand that only presses. */
const SLOP_PX = 5

/** Operations without a place, earliest due first: dragged into a lane, or placed with the keyboard. */
export function GanttTray({ plan, nowMs, mayEdit, store, desk, pointer, grid }: TrayProps) {
  const orders = new Map(plan.orders.map((order) => [order.id, order]))
  const dueMs = ({ orderId }: GanttWaiting) => orders.get(orderId)?.dueMs ?? Number.POSITIVE_INFINITY
  const sorted = plan.waiting.toSorted((a, b) => dueMs(a) - dueMs(b))

  const onPointerDown = (waiting: GanttWaiting, down: PointerEvent) => {
    if (down.button !== 0 || !mayEdit) return
    const ended = new AbortController()
    const options = { signal: ended.signal }
    window.addEventListener(
      'pointermove',
      (event) => {
        if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < SLOP_PX) return
        ended.abort()
        pointer.current?.place(waiting, event)
      },
      options,
    )
    for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, () => ended.abort(), options)
  }

  /** With the keyboard it begins at the next full hour on the first machine that may do it. */
  const onPress = (waiting: GanttWaiting) => {
    if (store.state.draft) return
    const startMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS
    const draft = takeWaiting(waiting, startMs)
    if (!desk.hold(mayEdit ? draft : texts.refusals.mayNot)) return
    grid.current?.focus()
    store.say(texts.said.taken(`${orders.get(waiting.orderId)?.name ?? ''} ${waiting.step}`))
  }

  return (
    <aside className={classes.tray} aria-label={texts.tray.title}>
      <div className={classes.trayHead}>
        <h2>{texts.tray.title}</h2>
        <span className="small muted">{texts.tray.count(plan.waiting.length)}</span>
      </div>
      {sorted.length === 0 && <p className="small muted">{texts.tray.empty}</p>}
      <ul>
        {sorted.slice(0, SHOWN_LIMIT).map((waiting) => {
          const order = orders.get(waiting.orderId)
          const place = waiting.eligible.find((one) => 'durationMs' in one)
          return (
            <li key={waiting.id}>
              <button
                type="button"
                className={classes.waiting}
                onPointerDown={(event) => onPointerDown(waiting, event)}
                onClick={() => onPress(waiting)}
              >
                <b>
                  {order?.name} {waiting.step}
                </b>
                <span className={classes.length}>
                  {place && 'durationMs' in place && formatDuration(place.durationMs + waiting.setupMs)}
                </span>
                <span className="small muted">{[order?.product, waiting.text].filter(Boolean).join(', ')}</span>
                <span className="small muted">
                  {order &&
                    texts.tray.due(
                      formatDate(order.dueMs, plan.timeZone),
                      formatQuantity(waiting.quantity, order.unit),
                    )}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      {sorted.length > SHOWN_LIMIT && <p className="small muted">{texts.list.more(sorted.length - SHOWN_LIMIT)}</p>}
      {sorted.length > 0 && mayEdit && <p className="small muted">{texts.tray.hint}</p>}
    </aside>
  )
}
