import { Card, formatNumber, formatQuantity, formatRatio } from '@millrace/ui'
import type { Figures as PlanFigures } from '../schedule-contract.ts'
import classes from './planning.module.css'
import { texts } from './texts.ts'

const words = texts.figures

/** How good a plan is, in one line of figures. */
export function Figures({ figures }: { figures: PlanFigures }) {
  const { lateCount, orderCount, onTimeRatio, loadRatio, setupHours, waitingCount } = figures
  const shown = [
    { label: words.late, value: formatNumber(lateCount, 0), note: words.ofOrders(orderCount) },
    { label: words.onTime, value: formatRatio(onTimeRatio), note: '' },
    { label: words.load, value: formatRatio(loadRatio), note: '' },
    { label: words.setup, value: formatQuantity(setupHours, 'h', setupHours < 10 ? 1 : 0), note: '' },
    { label: words.waiting, value: formatNumber(waitingCount, 0), note: '' },
  ]
  return (
    <Card>
      <dl className={classes.figures} aria-label={words.label}>
        {shown.map(({ label, value, note }) => (
          <div key={label} className={classes.figure}>
            <dt>{label}</dt>
            <dd>
              {value} {note && <small>{note}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
