import { Button } from '@mantine/core'
import { useState } from 'react'
import classes from './administration.module.css'

interface CopyFieldProps {
  readonly text: string
  /** What it is, where the button alone does not say it. */
  readonly label?: string
  readonly copy: string
  readonly copied: string
  /** The first thing a dialog offers. */
  readonly first?: boolean
}

/** A text to be put somewhere else. */
export function CopyField({ text, label, copy, copied, first = false }: CopyFieldProps) {
  const [done, setDone] = useState(false)
  const put = () => {
    // Where the browser forbids it the text is still there to be selected.
    navigator.clipboard?.writeText(text).then(
      () => setDone(true),
      () => setDone(false),
    )
  }
  return (
    <div className={classes.secret}>
      <code>{text}</code>
      <Button
        onClick={put}
        {...(label !== undefined && { 'aria-label': `${done ? copied : copy} ${label}` })}
        {...(first && { 'data-autofocus': true })}
      >
        {done ? copied : copy}
      </Button>
    </div>
  )
}
