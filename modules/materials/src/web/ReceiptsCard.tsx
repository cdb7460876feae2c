import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMayAt } from '@millrace/identity/web'
import { Card, DataTable, formatWhen, Row, useNowMs } from '@millrace/ui'
import { useState } from 'react'
import type { ExpectedReceipt, MaterialDefinition } from '../contract.ts'
import { amountText } from './amounts.ts'
import { CancelReceiptDialog } from './CancelReceiptDialog.tsx'
import { definitionTexts } from './definition-texts.ts'
import { ReceiptDialog } from './ReceiptDialog.tsx'
import { texts } from './texts.ts'

const words = texts.receipt

interface ReceiptsCardProps {
  readonly siteId: string
  readonly material: MaterialDefinition
  readonly receipts: readonly ExpectedReceipt[]
  readonly timeZone: string
}

/** What is on its way, with the changes that a supplier asks for. */
export function ReceiptsCard({ siteId, material, receipts, timeZone }: ReceiptsCardProps) {
  const mayWrite = useMayAt('materials:supply:write', siteId)
  const [edited, setEdited] = useState<ExpectedReceipt | 'new' | undefined>()
  const [cancelled, setCancelled] = useState<ExpectedReceipt | undefined>()
  const [done, setDone] = useState<string | undefined>()
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const edit = (receipt: ExpectedReceipt | 'new') => {
    setDone(undefined)
    setEdited(receipt)
  }
  return (
    <Card
      title={texts.material.receipts}
      actions={
        mayWrite && (
          <Button size="compact-xs" variant="default" onClick={() => edit('new')}>
            {words.add}
          </Button>
        )
      }
    >
      {done !== undefined && (
        <p className="second" role="status">
          {done}
        </p>
      )}
      <DataTable
        rows={receipts}
        rowKey={({ id }) => id}
        label={texts.material.receipts}
        empty={texts.material.noReceipts}
        columns={[
          { header: words.reference, phone: 'title', cell: ({ reference }) => <b>{reference}</b> },
          { header: words.supplier, phone: 'detail', cell: ({ supplier }) => supplier ?? '' },
          {
            header: texts.expected,
            numeric: true,
            phone: 'value',
            cell: ({ quantity }) => amountText(quantity, material.unit),
          },
          {
            header: texts.material.at,
            phone: 'detail',
            cell: ({ expectedAt }) => {
              const when = formatWhen(epochMs(expectedAt), timeZone, nowMs)
              return epochMs(expectedAt) <= nowMs ? <b>{`${texts.overdue}, ${when}`}</b> : when
            },
          },
          ...(mayWrite
            ? [
                {
                  header: texts.actions,
                  phone: 'detail' as const,
                  cell: (receipt: ExpectedReceipt) => (
                    <Row>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={words.changeName(receipt.reference)}
                        onClick={() => edit(receipt)}
                      >
                        {words.change}
                      </Button>
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        aria-label={words.cancelName(receipt.reference)}
                        onClick={() => {
                          setDone(undefined)
                          setCancelled(receipt)
                        }}
                      >
                        {words.cancel}
                      </Button>
                    </Row>
                  ),
                },
              ]
            : []),
        ]}
      />
      {edited && (
        <ReceiptDialog
          siteId={siteId}
          material={material}
          receipt={edited === 'new' ? undefined : edited}
          timeZone={timeZone}
          onClose={() => setEdited(undefined)}
          onSaved={() => {
            setEdited(undefined)
            setDone(definitionTexts.savedForPlan)
          }}
        />
      )}
      {cancelled && (
        <CancelReceiptDialog
          {...{ receipt: cancelled, material, timeZone }}
          onClose={() => setCancelled(undefined)}
          onDone={() => {
            setCancelled(undefined)
            setDone(definitionTexts.cancelReceipt.done(cancelled.reference))
          }}
        />
      )}
    </Card>
  )
}
