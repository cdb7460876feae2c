import { epochMs } from '@millrace/base'
import {
  DataTable,
  Dialog,
  formatDay,
  formatMoney,
  formatNumber,
  formatWhen,
  LinesSkeleton,
  ProblemAlert,
  QuietChip,
  Row,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import type { ActionMessage, Cause, Done, RequirementGrid } from '../requirement-contract.ts'
import { amountText, weekText } from '../requirement-word-rules.ts'
import { MessageActs } from './MessageActs.tsx'
import classes from './planning.module.css'
import { gridQuery } from './requirement-queries.ts'
import { requirementTexts as words } from './requirement-texts.ts'

interface MessageDialogProps {
  readonly message: ActionMessage
  readonly timeZone: string
  readonly currency: string
  readonly nowMs: number
  readonly owners: readonly string[]
  readonly mayAct: boolean
  readonly onClose: () => void
  readonly onDone: (done: Done) => void
}

/** One message: what it is for through all levels, what it costs not to act, and its material week by week. */
export function MessageDialog(props: MessageDialogProps) {
  const { message, timeZone, currency, nowMs, owners, mayAct, onClose, onDone } = props
  const { kind, state, what, why, money, owner, decidedAt, decidedBy, reason, snoozedUntil } = message
  const isUrgent = kind === 'order' || kind === 'expedite' || kind === 'increase'
  return (
    <Dialog title={what} onClose={onClose} wide>
      <div className={classes.message}>
        <Row>
          <QuietChip>{words.kinds[kind]}</QuietChip>
          <span className="second">{[message.siteName, message.materialCode, owner].filter(Boolean).join(', ')}</span>
        </Row>
        <p>{why}</p>
        <p>{isUrgent && money === 0 ? words.safetyOnly : words.cost[kind](formatMoney(money, currency))}</p>
        {decidedBy && decidedAt && (
          <p className="second">
            {words.decided(words.states[state], decidedBy, formatWhen(epochMs(decidedAt), timeZone, nowMs))}
            {reason && `: ${reason}`}
          </p>
        )}
        {state === 'snoozed' && snoozedUntil && (
          <p className="second">{words.until(formatWhen(epochMs(snoozedUntil), timeZone, nowMs))}</p>
        )}
        {mayAct && (state === 'open' || state === 'snoozed') && (
          <MessageActs ids={[message.id]} owners={owners} onDecided={onClose} onDone={onDone} />
        )}
        {kind !== 'cancel' && <Pegging message={message} timeZone={timeZone} />}
        <Grid message={message} timeZone={timeZone} />
      </div>
    </Dialog>
  )
}

type WantedBy = NonNullable<Cause['demand']>

/** From the material upwards to who wants it, a level a line. */
function Pegging({ message, timeZone }: Pick<MessageDialogProps, 'message' | 'timeZone'>) {
  const { steps, demand, others } = message.cause
  const day = (at: ActionMessage['toAt']) => words.by(formatDay(epochMs(at), timeZone))
  return (
    <section>
      <h3>{words.pegging}</h3>
      <ol className={classes.pegging} aria-label={words.pegging}>
        {steps.map(({ how, quantity, unit, materialName, siteName, dueAt }, level) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place in the way, and the way never changes order
          <li key={level}>
            {words[how](amountText(quantity, unit), materialName, siteName)}{' '}
            <span className="second">{day(dueAt)}</span>
          </li>
        ))}
        <li>
          {demand === null ? (
            words.safety
          ) : (
            <>
              <b>{wantText(demand)}</b> <span className="second">{day(demand.dueAt)}</span>
            </>
          )}
        </li>
      </ol>
      {others > 0 && <p className="second">{words.others(others)}</p>}
    </section>
  )
}

function wantText({ kind, number, customer, quantity, unit, materialName }: WantedBy): string {
  const amount = amountText(quantity, unit)
  switch (kind) {
    case 'order':
      return words.forOrder(number, amount, materialName)
    case 'forecast':
      return words.wantedByForecast(weekText(number), amount, materialName)
    case 'customer':
      return words.wanted(customer ? `${customer} (${number})` : number, amount, materialName)
  }
}

/** Figures of one column have as many places behind the point: none of pieces and of what goes into the hundreds. */
function gridDigits(weeks: RequirementGrid['weeks'], unit: ActionMessage['unit']): number {
  const most = Math.max(
    ...weeks.flatMap((week) => [week.gross, week.receipts, week.planned, week.projected].map(Number)),
  )
  return unit === 'pcs' || most >= LARGE ? 0 : 1
}

const LARGE = 100

function Grid({ message, timeZone }: Pick<MessageDialogProps, 'message' | 'timeZone'>) {
  const { siteId, materialId, materialName, unit } = message
  const grid = useQuery(gridQuery(siteId, materialId))
  const digits = gridDigits(grid.data?.weeks ?? [], unit)
  const text = (value: string) => formatNumber(Number(value), digits)
  const figure = (value: string) => (value === '0' ? <span className="second">0</span> : text(value))
  return (
    <section>
      <h3>{words.grid}</h3>
      <ProblemAlert error={grid.error} />
      {grid.isPending && <LinesSkeleton lines={6} />}
      {grid.data && (
        <>
          <p className="second">
            {words.stock(amountText(grid.data.onHand, unit), amountText(grid.data.safetyStock, unit))}
          </p>
          <DataTable
            rows={grid.data.weeks}
            rowKey={({ startAt }) => startAt}
            label={words.gridLabel(materialName)}
            empty=""
            columns={[
              { header: words.week, phone: 'title', cell: ({ startAt }) => formatDay(epochMs(startAt), timeZone) },
              { header: words.gross, numeric: true, cell: ({ gross }) => figure(gross) },
              { header: words.receipts, numeric: true, cell: ({ receipts }) => figure(receipts) },
              { header: words.planned, numeric: true, cell: ({ planned }) => figure(planned) },
              {
                header: words.projected,
                numeric: true,
                phone: 'value',
                cell: ({ projected, least }) => (
                  <>
                    {figure(projected)}
                    {least.startsWith('-') && (
                      <div className="small">
                        <b>{projected.startsWith('-') ? words.shortAtEnd : words.short(text(least.slice(1)))}</b>
                      </div>
                    )}
                  </>
                ),
              },
            ]}
          />
        </>
      )}
    </section>
  )
}
