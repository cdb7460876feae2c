import { TextInput } from '@mantine/core'
import { Dialog, FormActions } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import { fenceTexts as words } from './fence-texts.ts'
import classes from './planning.module.css'

const REASON_MIN = 3

interface FenceReasonDialogProps {
  /** What lies behind the fence, in words. */
  readonly text: string
  readonly onReason: (reason: string) => void
  readonly onClose: () => void
}

/** Asks why something that starts soon has to move. */
export function FenceReasonDialog({ text, onReason, onClose }: FenceReasonDialogProps) {
  const [reason, setReason] = useState('')
  const isLong = reason.trim().length >= REASON_MIN

  function send(event: SubmitEvent) {
    event.preventDefault()
    if (isLong) onReason(reason.trim())
  }

  return (
    <Dialog title={words.reasonTitle} onClose={onClose}>
      <form className={classes.form} onSubmit={send}>
        <p>{text}</p>
        <TextInput
          label={words.reason}
          description={words.reasonHint}
          data-autofocus
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
        />
        <FormActions submit={words.move} cancel={words.keep} isDisabled={!isLong} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
