import { epochMs } from '@millrace/base'
import { Card, DataTable, formatWhen, useNowMs } from '@millrace/ui'
import type { MaterialDefinition } from '../contract.ts'
import type { Flow } from '../outlook-contract.ts'
import { amountText } from './amounts.ts'
import classes from './materials.module.css'
import { texts } from './texts.ts'

const words = texts.material

interface FlowsCardProps {
  readonly flows: readonly Flow[]
  readonly material: MaterialDefinition
  readonly timeZone: string
}

/** What takes and brings a material by the plan, with what is left each time. */
export function FlowsCard({ flows, material, timeZone }: FlowsCardProps) {
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  return (
    <Card title={words.flows}>
      <section className={classes.bounded} aria-label={words.flows} tabIndex={flows.length > 10 ? 0 : undefined}>
        <DataTable
          rows={flows.map((flow, index) => ({ ...flow, index }))}
          rowKey={({ index }) => index}
          label={words.flows}
          empty={words.noFlows}
          columns={[
            { header: words.at, cell: ({ at }) => formatWhen(epochMs(at), timeZone, nowMs) },
            { header: words.what, phone: 'title', cell: ({ text, kind }) => `${text} ${words.flowKinds[kind]}` },
            {
              header: words.change,
              numeric: true,
              phone: 'value',
              cell: ({ change }) => amountText(change, material.unit),
            },
            {
              header: words.after,
              numeric: true,
              cell: ({ after }) => {
                const left = amountText(after, material.unit)
                return Number(after) < 0 ? <b>{left}</b> : left
              },
            },
          ]}
        />
      </section>
    </Card>
  )
}
