import { Button, Checkbox } from '@mantine/core'
import { Dialog, Row } from '@millrace/ui'
import { useState } from 'react'
import classes from './sign-in.module.css'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.recovery

/** New recovery codes, shown this once: to be printed or written down. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <ShownOnce title={texts.title} note={texts.shown} kept={texts.kept} onClose={onClose}>
      <ol className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
    </ShownOnce>
  )
}

interface ShownOnceProps {
  readonly title: string
  readonly note: string
  /** What the person says before the dialog goes. */
  readonly kept: string
  readonly onClose: () => void
  readonly children: React.ReactNode
}

/** Something that is shown once: it goes when the person says that it is kept. */
export function ShownOnce({ title, note, kept, onClose, children }: ShownOnceProps) {
  const [isKept, setKept] = useState(false)
  const [tried, setTried] = useState(false)
  return (
    <Dialog title={title} onClose={() => (isKept ? onClose() : setTried(true))}>
      <div className={classes.confirm}>
        <p className="second">{note}</p>
        <div className={classes.print}>{children}</div>
        <Checkbox
          label={kept}
          checked={isKept}
          error={tried && !isKept ? texts.keepFirst : undefined}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <Row>
          <Button variant="filled" disabled={!isKept} onClick={onClose}>
            {texts.done}
          </Button>
          <Button onClick={() => window.print()}>{texts.print}</Button>
        </Row>
      </div>
    </Dialog>
  )
}
