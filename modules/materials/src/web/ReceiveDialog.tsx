import { Select, TextInput } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Dialog, FormActions, formatWhen, LinesSkeleton, ProblemAlert, useNowMs } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import type { ExpectedReceipt, MaterialDefinition } from '../contract.ts'
import { amountOf, amountText } from './amounts.ts'
import classes from './materials.module.css'
import { materialOutlookQuery, useReceive } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.receipt

interface ReceiveDialogProps {
  readonly siteId: string
  readonly material: MaterialDefinition
  readonly timeZone: string
  readonly onClose: () => void
}

/** Books a delivery that came, as it was expected or with what really came. */
export function ReceiveDialog({ siteId, material, timeZone, onClose }: ReceiveDialogProps) {
  const { data, error, isPending } = useQuery(materialOutlookQuery(siteId, material.id))
  return (
    <Dialog title={words.title(material.name)} onClose={onClose}>
      {isPending && <LinesSkeleton lines={3} />}
      <ProblemAlert error={error} />
      {data && data.receipts.length === 0 && <p>{words.none}</p>}
      {data && data.receipts.length > 0 && (
        <ReceiveForm receipts={data.receipts} material={material} timeZone={timeZone} onClose={onClose} />
      )}
    </Dialog>
  )
}

function ReceiveForm({
  receipts,
  material,
  timeZone,
  onClose,
}: Omit<ReceiveDialogProps, 'siteId'> & { readonly receipts: readonly ExpectedReceipt[] }) {
  const nowMs = useNowMs()
  const [id, setId] = useState<string | null>(receipts[0]?.id ?? null)
  const chosen = receipts.find((one) => one.id === id)
  const [typed, setTyped] = useState<string | undefined>()
  const [isTried, setTried] = useState(false)
  const receive = useReceive()
  const quantity = amountOf(typed ?? chosen?.quantity ?? '')

  function book(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (chosen && quantity !== undefined) receive.mutate({ id: chosen.id, quantity }, { onSuccess: onClose })
  }

  return (
    <form className={classes.form} onSubmit={book} noValidate>
      <Select
        label={words.choose}
        value={id}
        allowDeselect={false}
        data={receipts.map((one) => ({
          value: one.id,
          label: words.option(
            one.reference,
            amountText(one.quantity, material.unit),
            formatWhen(epochMs(one.expectedAt), timeZone, nowMs),
          ),
        }))}
        onChange={(value) => {
          setId(value)
          setTyped(undefined)
        }}
      />
      <TextInput
        label={words.quantity(material.unit)}
        inputMode="decimal"
        value={typed ?? chosen?.quantity ?? ''}
        maxLength={14}
        onChange={(event) => setTyped(event.target.value)}
      />
      {isTried && quantity === undefined && <p role="alert">{texts.move.invalid}</p>}
      <ProblemAlert error={receive.error} />
      <FormActions submit={words.book} isPending={receive.isPending} onCancel={onClose} />
    </form>
  )
}
