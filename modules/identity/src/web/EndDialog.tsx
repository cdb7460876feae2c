import { Button } from '@mantine/core'
import { Dialog, ProblemAlert } from '@millrace/ui'
import classes from './administration.module.css'
import { texts } from './administration-texts.ts'

interface EndDialogProps {
  /** What is about to end, as the title and on the button. */
  readonly title: string
  readonly note: string
  readonly end: {
    readonly error: Error | null
    readonly isPending: boolean
    readonly mutate: (input: undefined, on: { onSuccess: () => void }) => void
  }
  readonly onClose: () => void
}

/** Asks once more before something ends for good. */
export function EndDialog({ title, note, end, onClose }: EndDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={classes.form}>
        <p className="second">{note}</p>
        <ProblemAlert error={end.error} />
        <div className={classes.formButtons}>
          <Button variant="subtle" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button
            variant="filled"
            color="red"
            loading={end.isPending}
            onClick={() => end.mutate(undefined, { onSuccess: onClose })}
          >
            {title}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
