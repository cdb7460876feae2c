import { Button, PasswordInput } from '@mantine/core'
import { Card, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import classes from './sign-in.module.css'
import { factorsQuery, useChangePassword } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.password

/** The person's own password. Without the old one a confirmation stands in its place. */
export function PasswordCard() {
  const { data: factors } = useQuery(factorsQuery())
  const [open, setOpen] = useState(false)
  const [done, setDone] = useState(false)
  const hasPassword = factors?.password ?? false
  return (
    <Card
      title={texts.title}
      actions={
        !open && (
          <Button
            onClick={() => {
              setOpen(true)
              setDone(false)
            }}
          >
            {hasPassword ? texts.change : texts.set}
          </Button>
        )
      }
    >
      {!open && (
        <p className="second" role="status">
          {done ? texts.done : hasPassword ? texts.there : texts.none}
        </p>
      )}
      {open && (
        <PasswordForm
          hasPassword={hasPassword}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false)
            setDone(true)
          }}
        />
      )}
    </Card>
  )
}

interface PasswordFormProps {
  readonly hasPassword: boolean
  readonly onClose: () => void
  readonly onDone: () => void
}

function PasswordForm({ hasPassword, onClose, onDone }: PasswordFormProps) {
  const change = useChangePassword()
  const [password, setPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate({ password, newPassword }, { onSuccess: onDone })
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      {hasPassword && (
        <PasswordInput
          label={texts.old}
          description={texts.oldHint}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      )}
      <PasswordInput
        label={texts.fresh}
        description={texts.freshHint}
        autoComplete="new-password"
        required
        minLength={12}
        maxLength={200}
        value={newPassword}
        onChange={(event) => setNewPassword(event.currentTarget.value)}
      />
      <ProblemAlert error={change.error} />
      <Row>
        <Button type="submit" variant="filled" loading={change.isPending}>
          {hasPassword ? texts.change : texts.set}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {signInTexts.cancel}
        </Button>
      </Row>
    </form>
  )
}
