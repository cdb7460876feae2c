import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { clockMs, Dialog, formatWhen, ProblemAlert, Row, Stacked } from '@millrace/ui'
import type { ExpectedReceipt, MaterialDefinition } from '../contract.ts'
import { amountText } from './amounts.ts'
import { definitionTexts } from './definition-texts.ts'
import { useCancelReceipt } from './queries.ts'

const words = definitionTexts.cancelReceipt

interface CancelReceiptDialogProps {
  readonly receipt: ExpectedReceipt
  readonly material: MaterialDefinition
  readonly timeZone: string
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Makes sure that a delivery really will not come. */
export function CancelReceiptDialog({ receipt, material, timeZone, onClose, onDone }: CancelReceiptDialogProps) {
  const cancel = useCancelReceipt()
  const when = formatWhen(epochMs(receipt.expectedAt), timeZone, clockMs())
  return (
    <Dialog title={words.title(receipt.reference)} onClose={onClose}>
      <Stacked>
        <p>{words.sure(amountText(receipt.quantity, material.unit), when)}</p>
        <ProblemAlert error={cancel.error} />
        <Row>
          <Button variant="default" onClick={onClose}>
            {words.keep}
          </Button>
          <Button
            variant="filled"
            loading={cancel.isPending}
            onClick={() => cancel.mutate(receipt.id, { onSuccess: onDone })}
          >
            {words.cancel}
          </Button>
        </Row>
      </Stacked>
    </Dialog>
  )
}
