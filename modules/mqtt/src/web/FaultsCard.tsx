import { epochMs } from '@millrace/base'
import { AgeText, Card, DataTable } from '@millrace/ui'
import type { DeviceFault } from '../contract.ts'
import { texts } from './texts.ts'

/** Messages that came and could not be stored, and why. */
export function FaultsCard({ faults }: { faults: readonly DeviceFault[] }) {
  const words = texts.faults
  return (
    <Card title={words.title} note={words.note}>
      <DataTable
        label={words.title}
        rows={faults}
        rowKey={({ address, detail }) => `${address} ${detail}`}
        empty=""
        columns={[
          { header: words.what, phone: 'title', cell: ({ address, detail }) => words.sentence(address, detail) },
          { header: words.count, phone: 'hidden', numeric: true, cell: ({ count }) => count },
          { header: words.last, phone: 'value', cell: ({ lastAt }) => <AgeText atMs={epochMs(lastAt)} /> },
        ]}
      />
    </Card>
  )
}
