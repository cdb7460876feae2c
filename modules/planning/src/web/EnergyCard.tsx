import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import {
  BlockSkeleton,
  Card,
  DataTable,
  EmptyState,
  formatDay,
  formatMoney,
  formatQuantity,
  ProblemAlert,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { EnergyOfPlan } from '../energy-advice-contract.ts'
import { EnergyAdvice } from './EnergyAdvice.tsx'
import classes from './energy.module.css'
import { energyOfPlanQuery, useRemoveSwitchOff } from './energy-queries.ts'
import { energyTexts } from './energy-texts.ts'
import { LoadCurve } from './LoadCurve.tsx'
import planningClasses from './planning.module.css'

const words = energyTexts.plan
const MINUTE_MS = 60_000

/** What the electricity of the plan comes to, and how it could take less. */
export function EnergyCard({ siteId, mayPlan }: { siteId: string; mayPlan: boolean }) {
  const query = useQuery(energyOfPlanQuery(siteId))
  const [isByDay, setByDay] = useState(false)
  const nowMs = Math.floor(useNowMs() / MINUTE_MS) * MINUTE_MS
  const energy = query.data
  const hasDays = energy?.missing === null
  return (
    <Card
      title={words.title}
      note={hasDays ? words.until : undefined}
      actions={
        hasDays && (
          <Button size="xs" variant="default" aria-expanded={isByDay} onClick={() => setByDay(!isByDay)}>
            {isByDay ? words.hideDays : words.showDays}
          </Button>
        )
      }
    >
      <ProblemAlert error={query.error} />
      {query.isPending && <BlockSkeleton height={220} />}
      {energy && energy.missing !== null && (
        <EmptyState action={energy.missing !== 'plan' && <Link to="/planning/energy">{words.toEnergy}</Link>}>
          {words.missing[energy.missing]}
        </EmptyState>
      )}
      {energy?.totals && (
        <div className={classes.body}>
          <Totals energy={energy} totals={energy.totals} />
          {energy.unknownMachines.length > 0 && (
            <p className="small second">{words.unknown(energy.unknownMachines.join(', '))}</p>
          )}
          <LoadCurve
            fromMs={epochMs(energy.curve.fromAt)}
            curve={energy.curve}
            peakReachedKw={energy.peakReachedKw}
            timeZone={energy.timeZone}
            nowMs={nowMs}
          />
          {isByDay && <Days energy={energy} />}
          {energy.switchOffs.length > 0 && <SwitchOffs energy={energy} mayPlan={mayPlan} />}
          <EnergyAdvice siteId={siteId} currency={energy.currency} mayPlan={mayPlan} />
        </div>
      )}
    </Card>
  )
}

function Totals({ energy, totals }: { energy: EnergyOfPlan; totals: NonNullable<EnergyOfPlan['totals']> }) {
  const { currency, peakReachedKw } = energy
  const { usedKwh, boughtKwh, cost, peakCost, carbonKg, peakKw } = totals
  const shown = [
    {
      label: words.used,
      value: formatQuantity(usedKwh, 'kWh', 0),
      note: words.bought(formatQuantity(boughtKwh, 'kWh', 0)),
    },
    {
      ...{ label: words.cost, value: formatMoney(cost, currency) },
      note: peakCost > 0 ? words.peakCost(formatMoney(peakCost, currency)) : '',
    },
    ...(carbonKg === null ? [] : [{ label: words.carbon, value: formatQuantity(carbonKg, 'kg', 0), note: '' }]),
    {
      ...{ label: words.peak, value: formatQuantity(peakKw, 'kW', 0) },
      note: peakReachedKw > 0 ? words.reached(formatQuantity(peakReachedKw, 'kW', 0)) : '',
    },
  ]
  return (
    <dl className={planningClasses.figures} aria-label={words.label}>
      {shown.map(({ label, value, note }) => (
        <div key={label} className={planningClasses.figure}>
          <dt>{label}</dt>
          <dd>
            {value} {note && <small className={classes.note}>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Days({ energy: { days, timeZone, currency } }: { energy: EnergyOfPlan }) {
  return (
    <DataTable
      rows={days}
      rowKey={({ dayStartAt }) => dayStartAt}
      label={words.days}
      empty=""
      columns={[
        {
          header: words.day,
          phone: 'title',
          cell: ({ dayStartAt }) => <b>{formatDay(epochMs(dayStartAt), timeZone)}</b>,
        },
        {
          header: words.used,
          numeric: true,
          phone: 'detail',
          cell: ({ usedKwh }) => formatQuantity(usedKwh, 'kWh', 0),
        },
        { header: words.cost, numeric: true, phone: 'value', cell: ({ cost }) => formatMoney(cost, currency) },
        { header: words.carbon, numeric: true, cell: ({ carbonKg }) => formatQuantity(carbonKg, 'kg', 0) },
        { header: words.peak, numeric: true, cell: ({ peakKw }) => formatQuantity(peakKw, 'kW', 0) },
      ]}
    />
  )
}

function SwitchOffs({ energy: { switchOffs, currency }, mayPlan }: { energy: EnergyOfPlan; mayPlan: boolean }) {
  const remove = useRemoveSwitchOff()
  return (
    <div>
      <h3>{words.switchOffs}</h3>
      <ul className={classes.offs} aria-label={words.switchOffs}>
        {switchOffs.map(({ id, text, savedKwh, savedCost }) => (
          <li key={id}>
            <b>{text}</b>
            <span className="second">
              {words.saves(formatQuantity(savedKwh, 'kWh', 0), formatMoney(savedCost, currency))}
            </span>
            {mayPlan && (
              <Button
                size="compact-xs"
                variant="subtle"
                aria-label={words.takeBackName(text)}
                onClick={() => remove.mutate(id)}
              >
                {words.takeBack}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ProblemAlert error={remove.error} />
    </div>
  )
}
