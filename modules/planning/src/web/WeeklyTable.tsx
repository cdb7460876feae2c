import { epochMs } from '@millrace/base'
import { DataTable, formatDay } from '@millrace/ui'
import type { WeeklyDemand } from '../demand-contract.ts'
import { amountText } from '../requirement-word-rules.ts'
import { demandTexts as words } from './demand-texts.ts'

/** What is wanted of each material in each week. On a phone, this week's. */
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
              <b>{materialName}</b> <span className="small second">{materialCode}</span>
            </>
          ),
        },
        ...weekly.weekStartAts.map((startAt, week) => ({
          header: formatDay(epochMs(startAt), timeZone),
          numeric: true,
          phone: week === 0 ? ('value' as const) : ('hidden' as const),
          cell: ({ quantities, unit }: WeeklyDemand['rows'][number]) => {
            const quantity = quantities[week] ?? '0'
            return quantity === '0' ? (
              <span className="second">0</span>
            ) : (
              amountText(quantity, unit === 'pcs' ? '' : unit).trim()
            )
          },
        })),
      ]}
    />
  )
}
