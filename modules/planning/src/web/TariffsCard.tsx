import { Button } from '@mantine/core'
import { Card, DataTable, formatNumber, ProblemAlert, Row } from '@millrace/ui'
import { useState } from 'react'
import type { EnergySetup, Tariff } from '../energy-contract.ts'
import classes from './energy.module.css'
import { energyPageTexts } from './energy-page-texts.ts'
import { useRemoveTariff } from './energy-queries.ts'
import { TariffDialog } from './TariffDialog.tsx'
import { timeText } from './tariff-form.ts'

const words = energyPageTexts.tariffs

/** The tariffs of a plant, with their hours in words. */
export function TariffsCard({ setup, mayWrite }: { setup: EnergySetup; mayWrite: boolean }) {
  const { siteId, tariffs, currency } = setup
  const remove = useRemoveTariff()
  const [edited, setEdited] = useState<Tariff | 'new'>()
  const price = (amount: number) => formatNumber(amount, 3)
  return (
    <Card
      title={words.title}
      actions={
        mayWrite && (
          <Button size="xs" variant="filled" onClick={() => setEdited('new')}>
            {words.add}
          </Button>
        )
      }
    >
      <ProblemAlert error={remove.error} />
      <DataTable
        rows={tariffs}
        rowKey={({ id }) => id}
        label={words.title}
        empty={words.empty}
        columns={[
          { header: words.name, phone: 'title', cell: ({ name }) => <b>{name}</b> },
          { header: words.from, phone: 'value', cell: ({ validFrom }) => validFrom },
          { header: words.to, cell: ({ validTo }) => validTo ?? words.open },
          {
            header: words.prices(currency),
            phone: 'detail',
            cell: ({ steps, otherwisePerKwh, spotExpectedPerKwh }) => (
              <ul className={classes.steps}>
                {steps.map(({ name, weekdays, startMinute, endMinute, pricePerKwh }) => (
                  <li key={name}>
                    {price(pricePerKwh)} {name}, {daysText(weekdays)} {timeText(startMinute)}–{timeText(endMinute)}
                  </li>
                ))}
                <li>{words.otherwise(price(otherwisePerKwh))}</li>
                {spotExpectedPerKwh !== null && <li>{words.spot(price(spotExpectedPerKwh))}</li>}
              </ul>
            ),
          },
          {
            header: words.peak(currency),
            numeric: true,
            cell: ({ peakChargePerKw }) => formatNumber(peakChargePerKw, 2),
          },
          ...(mayWrite
            ? [
                {
                  header: '',
                  phone: 'detail' as const,
                  cell: (tariff: Tariff) => (
                    <Row>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={words.editName(tariff.name)}
                        onClick={() => setEdited(tariff)}
                      >
                        {words.edit}
                      </Button>
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        aria-label={words.removeName(tariff.name)}
                        onClick={() => remove.mutate(tariff.id)}
                      >
                        {words.remove}
                      </Button>
                    </Row>
                  ),
                },
              ]
            : []),
        ]}
      />
      {edited && (
        <TariffDialog
          siteId={siteId}
          currency={currency}
          tariff={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Card>
  )
}

/** `Mon–Fri`, `Sat, Sun`. */
function daysText(weekdays: readonly number[]): string {
  const sorted = weekdays.toSorted((a, b) => a - b)
  const [first = 1] = sorted
  const last = sorted.at(-1) ?? first
  const name = (weekday: number) => words.days[weekday - 1] ?? ''
  if (sorted.length > 2 && last - first === sorted.length - 1) return `${name(first)}–${name(last)}`
  return sorted.map(name).join(', ')
}
