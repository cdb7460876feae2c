import { epochMs } from '@millrace/base'
import { DataTable, formatDay, formatNumber, formatQuantity } from '@millrace/ui'
import type { WeeklyDemand } from '../demand-contract.ts'
import { demandTexts as words } from './demand-texts.ts'

type DemandRow = WeeklyDemand['rows'][number]

/** What is wanted of each material in each week, and how much of that is ordered. On a phone, in all of them. */
export function WeeklyTable({ weekly, timeZone }: { readonly weekly: WeeklyDemand; readonly timeZone: string }) {
  return (
    <DataTable
      rows={weekly.rows}
      rowKey={({ materialId }) => materialId}
      label={words.weeksLabel}
      empty=""
      columns={[
        {
          header: words.material,
          phone: 'title',
          cell: ({ materialName, materialCode }) => (
            <>
              <b>{materialName}</b>
              <div className="small second">{materialCode}</div>
            </>
          ),
        },
        ...weekly.weekStartAts.map((startAt, week) => ({
          header: formatDay(epochMs(startAt), timeZone),
          numeric: true,
          phone: 'hidden' as const,
          cell: (row: DemandRow) => (
            <Wanted row={row} ordered={Number(row.quantities[week] ?? 0)} expected={Number(row.forecasts[week] ?? 0)} />
          ),
        })),
        {
          header: words.allWeeks(weekly.weekStartAts.length),
          numeric: true,
          phone: 'value',
          cell: (row) => <Wanted row={row} ordered={sum(row.quantities)} expected={sum(row.forecasts)} />,
        },
      ]}
    />
  )
}

interface WantedProps {
  readonly row: DemandRow
  readonly ordered: number
  readonly expected: number
}

function Wanted({ row: { unit }, ordered, expected }: WantedProps) {
  const total = ordered + expected
  if (total === 0) return <span className="second">0</span>
  return (
    <>
      {unit === 'pcs' ? formatNumber(total, 0) : formatQuantity(total, unit, 1)}
      <div className="small second">{ordered === 0 ? words.allForecast : words.ordered(formatNumber(ordered, 0))}</div>
    </>
  )
}

function sum(quantities: readonly string[]): number {
  return quantities.reduce((total, quantity) => total + Number(quantity), 0)
}
