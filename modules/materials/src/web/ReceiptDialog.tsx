import { TextInput } from '@mantine/core'
import { atWallClock, epochMs, type Instant, instant, wallClock } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { Dialog, FormActions, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { ExpectedReceipt, MaterialDefinition } from '../contract.ts'
import { amountOf } from './amounts.ts'
import classes from './materials.module.css'
import { useChangeReceipt, useNewReceipt } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.receipt

interface ReceiptDialogProps {
  readonly siteId: string
  readonly material: MaterialDefinition
  /** Undefined for a new one. */
  readonly receipt: ExpectedReceipt | undefined
  readonly timeZone: string
  readonly onClose: () => void
  readonly onSaved: () => void
}

/** Expects a delivery, or says anew how much of it comes when. */
export function ReceiptDialog({ siteId, material, receipt, timeZone, onClose, onSaved }: ReceiptDialogProps) {
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
    if (receipt) change.mutate({ id: receipt.id, change: wish }, { onSuccess: onSaved })
    else create.mutate({ siteId: siteId as EquipmentId, materialId: material.id, ...wish }, { onSuccess: onSaved })
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
        <FormActions
          submit={receipt ? words.saveChange : words.save}
          isPending={create.isPending || change.isPending}
          onCancel={onClose}
        />
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
