import { Button } from '@mantine/core'
import { Row } from './Page.tsx'
import { texts } from './texts.ts'

interface FormActionsProps {
  /** What sending the form does. */
  readonly submit: string
  /** What leaving it does, where that is more than not sending it. */
  readonly cancel?: string
  readonly isPending?: boolean
  readonly isDisabled?: boolean
  readonly onCancel: () => void
}

/** The end of a form in a dialog: leave it, or send it. */
export function FormActions({
  submit,
  cancel = texts.cancel,
  isPending = false,
  isDisabled = false,
  onCancel,
}: FormActionsProps) {
  return (
    <Row>
      <Button variant="default" onClick={onCancel}>
        {cancel}
      </Button>
      <Button type="submit" variant="filled" loading={isPending} disabled={isDisabled}>
        {submit}
      </Button>
    </Row>
  )
}
