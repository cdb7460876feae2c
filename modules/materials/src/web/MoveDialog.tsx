import { SegmentedControl, TextInput } from '@mantine/core'
import { decimalOf, thousandthsOf } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant/contract'
import { Dialog, FormActions, ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import type { MoveKind } from '../contract.ts'
import type { StockOutlook } from '../outlook-contract.ts'
import { amountOf, amountText } from './amounts.ts'
import classes from './materials.module.css'
import { useMove } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.move

interface MoveDialogProps {
  readonly siteId: string
  readonly outlook: StockOutlook
  readonly onClose: () => void
}

/** Counts a material, or books what came and went. */
export function MoveDialog({ siteId, outlook, onClose }: MoveDialogProps) {
  const { material, onHand } = outlook
  const [kind, setKind] = useState<MoveKind>('count')
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [isTried, setTried] = useState(false)
  const move = useMove()
  const quantity = amountOf(typed)
  const difference =
    kind === 'count' && quantity !== undefined ? decimalOf(thousandthsOf(quantity) - thousandthsOf(onHand)) : undefined

  function book(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    if (quantity === undefined) return
    move.mutate(
      {
        ...{ siteId: siteId as EquipmentId, materialId: material.id, kind, quantity },
        reason: reason.trim() === '' ? null : reason.trim(),
      },
      { onSuccess: onClose },
    )
  }

  return (
    <Dialog title={words.title(material.name)} onClose={onClose}>
      <form className={classes.form} onSubmit={book} noValidate>
        <SegmentedControl
          aria-label={words.kind}
          size="xs"
          value={kind}
          data={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
          onChange={(value) => setKind(value as MoveKind)}
        />
        <TextInput
          label={words.quantity(material.unit)}
          inputMode="decimal"
          value={typed}
          maxLength={14}
          onChange={(event) => setTyped(event.target.value)}
        />
        <p className="second" aria-live="polite">
          {words.onHand(amountText(onHand, material.unit))}
          {difference !== undefined && ` ${words.difference(amountText(difference, material.unit))}`}
        </p>
        <TextInput
          label={words.reason}
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
        {isTried && quantity === undefined && <p role="alert">{words.invalid}</p>}
        <ProblemAlert error={move.error} />
        <FormActions submit={words.book} isPending={move.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
