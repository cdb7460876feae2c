import type { Signal } from '@millrace/telemetry/contract'
import { Card, DataTable, ValueText } from '@millrace/ui'
import classes from './mqtt.module.css'
import { texts } from './texts.ts'

/** What the device measures, as it is kept. */
export function SignalsCard({ signals }: { signals: readonly Signal[] }) {
  const words = texts.signals
  return (
    <Card title={words.title}>
      <DataTable
        label={words.title}
        rows={signals}
        rowKey={(signal) => signal.id}
        empty={words.empty}
        columns={[
          { header: words.name, phone: 'title', cell: ({ title }) => <b>{title}</b> },
          {
            header: words.address,
            phone: 'detail',
            cell: ({ address }) => <span className={classes.address}>{address}</span>,
          },
          {
            header: words.value,
            phone: 'value',
            numeric: true,
            cell: ({ latest, unit }) => (
              <ValueText
                value={latest?.value}
                unit={unit}
                {...(latest && { quality: latest.quality, atMs: latest.timestampMs })}
              />
            ),
          },
        ]}
      />
    </Card>
  )
}
