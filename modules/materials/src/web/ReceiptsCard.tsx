import { Button, TextInput } from '@mantine/core'
import { atWallClock, epochMs, type Instant, instant, wallClock } from '@millrace/base'
import { useMayAt } from '@millrace/identity/web'
import type { EquipmentId } from '@millrace/plant/contract'
import { Card, DataTable, Dialog, formatWhen, ProblemAlert, Row, useNowMs } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { ExpectedReceipt, MaterialDefinition } from '../contract.ts'
import { amountOf, amountText } from './amounts.ts'
import classes from './materials.module.css'
import { useCancelReceipt, useChangeReceipt, useNewReceipt } from './queries.ts'
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
  const cancel = useCancelReceipt()
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  return (
    <Card
      title={texts.material.receipts}
      actions={
        mayWrite && (
          <Button size="compact-xs" variant="default" onClick={() => setEdited('new')}>
            {words.add}
          </Button>
        )
      }
    >
      <ProblemAlert error={cancel.error} />
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
            cell: ({ expectedAt }) => {
              const when = formatWhen(epochMs(expectedAt), timeZone, nowMs)
              return epochMs(expectedAt) <= nowMs ? <b>{`${texts.overdue}, ${when}`}</b> : when
            },
          },
          ...(mayWrite
            ? [
                {
                  header: texts.actions,
                  phone: 'hidden' as const,
                  cell: (receipt: ExpectedReceipt) => (
                    <Row>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={words.changeName(receipt.reference)}
                        onClick={() => setEdited(receipt)}
                      >
                        {words.change}
                      </Button>
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        aria-label={words.cancelName(receipt.reference)}
                        onClick={() => cancel.mutate(receipt.id)}
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
        />
      )}
    </Card>
  )
}

function ReceiptDialog({
  siteId,
  material,
  receipt,
  timeZone,
  onClose,
}: {
  readonly siteId: string
  readonly material: MaterialDefinition
  readonly receipt: ExpectedReceipt | undefined
  readonly timeZone: string
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState<string>(receipt?.quantity ?? '')
  const [at, setAt] = useState(receipt ? wallText(receipt.expectedAt, timeZone) : '')
  const [reference, setReference] = useState(receipt?.reference ?? '')
  const [supplier, setSupplier] = useState(receipt?.supplier ?? '')
  const [isTried, setTried] = useState(false)
  const create = useNewReceipt()
  const change = useChangeReceipt()
  const quantity = amountOf(typed)
  const expectedAt = momentOf(at, timeZone)

  function save(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (quantity === undefined || expectedAt === undefined || reference.trim() === '') return
    const wish = { quantity, expectedAt, reference: reference.trim(), supplier: supplier.trim() || null }
    if (receipt) change.mutate({ id: receipt.id, change: wish }, { onSuccess: onClose })
    else create.mutate({ siteId: siteId as EquipmentId, materialId: material.id, ...wish }, { onSuccess: onClose })
  }

  return (
    <Dialog title={receipt ? words.changeTitle(receipt.reference) : words.addTitle(material.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={save} noValidate>
        <TextInput
          label={words.reference}
          value={reference}
          maxLength={60}
          onChange={(e) => setReference(e.target.value)}
        />
        <div className={classes.pair}>
          <TextInput
            label={texts.move.quantity(material.unit)}
            inputMode="decimal"
            value={typed}
            maxLength={14}
            onChange={(e) => setTyped(e.target.value)}
          />
          <TextInput
            label={words.expectedAt}
            type="datetime-local"
            value={at}
            onChange={(e) => setAt(e.target.value)}
          />
        </div>
        <TextInput
          label={words.supplier}
          value={supplier}
          maxLength={120}
          onChange={(e) => setSupplier(e.target.value)}
        />
        {isTried && (quantity === undefined || expectedAt === undefined || reference.trim() === '') && (
          <p role="alert">{words.invalid}</p>
        )}
        <ProblemAlert error={create.error ?? change.error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {texts.close}
          </Button>
          <Button type="submit" variant="filled" loading={create.isPending || change.isPending}>
            {receipt ? words.saveChange : words.save}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}

/** `2026-11-30T14:00` on a plant's clock, as the field for it wants it. */
function wallText(at: Instant, timeZone: string): string {
  const { year, month, day, hour, minute } = wallClock(epochMs(at), timeZone)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`
}

function momentOf(text: string, timeZone: string): Instant | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text)
  if (!parts) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.slice(1).map(Number)
  return instant(atWallClock(year, month, day, hour * 60 + minute, timeZone))
}
