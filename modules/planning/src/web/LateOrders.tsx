import { Button } from '@mantine/core'
import { epochMs, SECOND_MS } from '@millrace/base'
import { Card, EmptyState, formatDuration, formatWhen, ProblemAlert, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schedule } from '../schedule-contract.ts'
import classes from './planning.module.css'
import { fixesQuery } from './queries.ts'
import { scenarioTexts } from './scenario-texts.ts'
import { texts } from './texts.ts'

const words = texts.late

interface LateOrdersProps {
  readonly schedule: Schedule
  readonly chosenId: string | undefined
  readonly onChoose: (orderId: string) => void
  readonly mayPlan: boolean
}

/** The orders that the plan finishes late, the latest first, and what the chosen one waits for. */
export function LateOrders({ schedule, chosenId, onChoose, mayPlan }: LateOrdersProps) {
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const late = schedule.orders.filter(({ lateS }) => lateS > 0).sort((a, b) => b.lateS - a.lateS)
  const chosen = late.find(({ id }) => id === chosenId) ?? late[0]
  const when = (at: (typeof late)[number]['dueAt']) => formatWhen(epochMs(at), schedule.timeZone, nowMs)
  return (
    <div className={classes.side}>
      <Card title={words.title} note={late.length > 0 ? late.length : undefined}>
        {late.length === 0 && <EmptyState>{words.none}</EmptyState>}
        <div className={classes.lateList}>
          {late.map((order) => (
            <button
              key={order.id}
              type="button"
              className={classes.lateRow}
              aria-pressed={order.id === chosen?.id}
              onClick={() => onChoose(order.id)}
            >
              <b>
                {order.number} {order.product}
              </b>
              <span>{words.by(formatDuration(order.lateS * SECOND_MS))}</span>
              <span className="small second">
                {[words.due(when(order.dueAt)), ...(order.customer ? [order.customer] : [])].join(', ')}
              </span>
            </button>
          ))}
        </div>
      </Card>
      {chosen && (
        <Card title={words.why(chosen.number)} note={words.due(when(chosen.dueAt))}>
          {chosen.reasons.length === 0 ? (
            <p className="second">{words.noReason}</p>
          ) : (
            <ol className={classes.reasons}>
              {chosen.reasons.map(({ text, main }) => (
                <li key={text}>
                  {main ? <b>{text}</b> : text} {main && <span className="small second">{words.main}</span>}
                </li>
              ))}
            </ol>
          )}
          <Fixes key={chosen.id} siteId={schedule.siteId} orderId={chosen.id} />
          {mayPlan && (
            <p className={classes.help}>
              <Link to="/planning/scenarios" search={{ site: schedule.siteId, try: chosen.id }}>
                {scenarioTexts.tryOrder}
              </Link>
            </p>
          )}
        </Card>
      )}
    </div>
  )
}

/** What would make an order earlier, on request. */
function Fixes({ siteId, orderId }: { siteId: string; orderId: string }) {
  const [isWanted, setWanted] = useState(false)
  const { data, error, isLoading } = useQuery({ ...fixesQuery(siteId, orderId), enabled: isWanted })
  if (!isWanted || isLoading) {
    return (
      <p className={classes.help}>
        <Button size="xs" variant="default" loading={isLoading} onClick={() => setWanted(true)}>
          {words.help}
        </Button>
      </p>
    )
  }
  return (
    <div className={classes.help} aria-live="polite">
      <ProblemAlert error={error} />
      {data?.items.length === 0 && <p className="second">{words.noHelp}</p>}
      {data && data.items.length > 0 && (
        <ul className={classes.reasons} aria-label={words.help}>
          {data.items.map(({ text, wonS, delayed }) => (
            <li key={text}>
              <b>{text}</b>: {words.won(formatDuration(wonS * SECOND_MS))},{' '}
              {delayed.length === 0 ? words.nobody : words.delayed(delayed.join(', '))}.
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
