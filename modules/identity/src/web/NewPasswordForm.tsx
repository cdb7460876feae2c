import { Button, PasswordInput } from '@mantine/core'
import { ProblemAlert } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import classes from './identity.module.css'
import { joiningTexts } from './joining-texts.ts'

const texts = joiningTexts.join

interface NewPasswordFormProps {
  /** For whom; also what the browser keeps the password under. */
  readonly email: string
  readonly submit: string
  readonly save: { readonly error: Error | null; readonly isPending: boolean }
  readonly onSubmit: (password: string) => void
}

/** A password of one's own, for somebody who has none yet or has forgotten it. */
export function NewPasswordForm({ email, submit, save, onSubmit }: NewPasswordFormProps) {
  const [password, setPassword] = useState('')
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    onSubmit(password)
  }
  return (
    <form className={classes.form} onSubmit={send}>
      <p>
        <span className="second">{texts.email}</span> <b className={classes.address}>{email}</b>
      </p>
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordInput
        label={texts.fresh}
        description={texts.freshHint}
        autoComplete="new-password"
        required
        minLength={12}
        maxLength={200}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <ProblemAlert error={save.error} />
      <Button type="submit" variant="filled" loading={save.isPending}>
        {submit}
      </Button>
    </form>
  )
}
