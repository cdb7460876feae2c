import { Button, CopyButton } from '@mantine/core'
import classes from './mqtt.module.css'
import { texts } from './texts.ts'

/** A text to be put somewhere else. @param label what the button copies. */
export function CopyCode({ text, label, filled = false }: { text: string; label: string; filled?: boolean }) {
  return (
    <>
      <code className={classes.code}>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant={filled ? 'filled' : 'default'} aria-label={label} onClick={copy}>
            {copied ? texts.secret.copied : texts.secret.copy}
          </Button>
        )}
      </CopyButton>
    </>
  )
}
