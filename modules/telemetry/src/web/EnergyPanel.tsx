import { SegmentedControl, VisuallyHidden } from '@mantine/core'
import { DAY_MS, MINUTE_MS } from '@millrace/base'
import { machinesBelow, usePlace } from '@millrace/plant/web'
import { BlockSkeleton, Card, formatNumber, formatTime, formatWeekday, ProblemAlert, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TotalsBy } from '../contract.ts'
import classes from './energy.module.css'
import { ENERGY_BACK_MS, type EnergyBar, energyBars, energyChange } from './energy.ts'
import { drawingPower } from './machine.ts'
import { totalsQuery } from './queries.ts'
import { texts } from './texts.ts'

const WEEK_MS = 7 * DAY_MS
/** Asked anew this often. */
const STEP_MS = 5 * MINUTE_MS
const DIVISIONS: readonly TotalsBy[] = ['hour', 'shift', 'day']

/** What a place used of electricity, by its hours, shifts or days, beside the same a week before. */
export function EnergyPanel({ subjectId }: { subjectId: string }) {
  const { tree, item, detail } = usePlace(subjectId)
  const [by, setBy] = useState<TotalsBy>('hour')
  const nowMs = useNowMs()
  const toMs = Math.ceil(nowMs / STEP_MS) * STEP_MS
  const range = { equipmentId: subjectId, by, fromMs: toMs - ENERGY_BACK_MS[by], toMs }
  const now = useQuery(totalsQuery(range))
  const weekAgo = useQuery(totalsQuery({ ...range, fromMs: range.fromMs - WEEK_MS, toMs: toMs - WEEK_MS }))
  const consumers = new Set(drawingPower(item.level, machinesBelow(tree, subjectId)).map(({ id }) => id as string))
  const bars = energyBars(now.data?.[0], weekAgo.data?.[0], consumers, nowMs)
  const hasAny = bars.some((bar) => bar.kwh !== null)
  if (now.isPending || weekAgo.isPending) {
    return (
      <Card title={texts.energy.title}>
        <BlockSkeleton height={190} />
      </Card>
    )
  }
  const change = energyChange(bars)
  return (
    <Card
      title={texts.energy.title}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={texts.energy.by}
          value={by}
          onChange={(value) => setBy(value as TotalsBy)}
          data={DIVISIONS.map((value) => ({ value, label: texts.energy.divisions[value] }))}
        />
      }
    >
      <ProblemAlert error={now.error ?? weekAgo.error} />
      {hasAny ? (
        <>
          <p className={classes.sum}>
            {change === undefined
              ? texts.energy.noWeek
              : texts.energy.change(
                  formatNumber(change.kwh, 0),
                  texts.energy.over[by],
                  Math.round((change.kwh / (change.weekAgoKwh || 1) - 1) * 100),
                )}
          </p>
          <Bars bars={bars} timeZone={detail.timeZone} by={by} />
          {change !== undefined && <p className={`small muted ${classes.legend}`}>{texts.energy.legend}</p>}
        </>
      ) : (
        <p className="second">{bars.length === 0 && by === 'shift' ? texts.energy.noShifts : texts.energy.empty}</p>
      )}
    </Card>
  )
}

function Bars({ bars, timeZone, by }: { bars: readonly EnergyBar[]; timeZone: string; by: TotalsBy }) {
  const top = Math.max(...bars.flatMap((bar) => [bar.kwh ?? 0, bar.weekAgoKwh ?? 0])) || 1
  const labelEvery = Math.ceil(bars.length / 8)
  return (
    <ul className={classes.bars} aria-label={texts.energy.title}>
      {bars.map((bar, at) => (
        <li key={`${bar.fromMs} ${bar.name}`} className={classes.bar} title={wordsOf(bar, timeZone, by)}>
          <span className={classes.well} aria-hidden>
            <span
              className={classes.fill}
              data-open={bar.open || undefined}
              style={{ height: `${((bar.kwh ?? 0) / top) * 100}%` }}
            />
            {bar.weekAgoKwh !== null && (
              <span className={classes.weekAgo} style={{ bottom: `${(bar.weekAgoKwh / top) * 100}%` }} />
            )}
          </span>
          <span
            className={classes.label}
            aria-hidden
            data-hidden={at % labelEvery !== 0 || bars.length - at < labelEvery / 2 || undefined}
          >
            {labelOf(bar, timeZone, by)}
          </span>
          <VisuallyHidden>{wordsOf(bar, timeZone, by)}</VisuallyHidden>
        </li>
      ))}
    </ul>
  )
}

function labelOf({ fromMs, name }: EnergyBar, timeZone: string, by: TotalsBy): string {
  if (by === 'hour') return formatTime(fromMs, timeZone)
  const day = formatWeekday(fromMs, timeZone, by === 'day')
  return name === null ? day : `${day} ${name}`
}

function wordsOf(bar: EnergyBar, timeZone: string, by: TotalsBy): string {
  const { kwh, weekAgoKwh, open } = bar
  const used = kwh === null ? texts.energy.nothing : texts.energy.kwh(formatNumber(kwh, kwh < 10 ? 1 : 0))
  const before = weekAgoKwh === null ? '' : texts.energy.weekAgo(formatNumber(weekAgoKwh, weekAgoKwh < 10 ? 1 : 0))
  return `${labelOf(bar, timeZone, by)}: ${used}${open ? texts.energy.soFar : ''}${before}`
}
