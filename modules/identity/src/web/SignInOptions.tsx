import { Button, TextInput } from '@mantine/core'
import { ProblemAlert, Row } from '@millrace/ui'
import { type SubmitEvent, useState } from 'react'
import classes from './identity.module.css'
import { canPasskeys } from './passkey.ts'
import { useSignInWithBreakGlass, useSignInWithPasskey } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.options

/** The ways to sign in besides e-mail and password. Each is a part of its own below; single sign-on adds its buttons here. */
export function SignInOptions() {
  const passkey = useSignInWithPasskey()
  const [open, setOpen] = useState(false)
  return (
    <div className={classes.otherWays}>
      <ProblemAlert error={passkey.error} />
      <Row>
        {canPasskeys() && (
          <Button loading={passkey.isPending} onClick={() => passkey.mutate(false)}>
            {texts.passkey}
          </Button>
        )}
        <Button variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {texts.breakGlass}
        </Button>
      </Row>
      {open && <BreakGlassForm />}
    </div>
  )
}

function BreakGlassForm() {
  const signIn = useSignInWithBreakGlass()
  const [name, setName] = useState('')
  const [code, setCode] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    signIn.mutate({ name, code })
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className="second">{texts.breakGlassNote}</p>
      <ProblemAlert error={signIn.error} />
      <TextInput
        label={texts.breakGlassName}
        autoComplete="off"
        required
        minLength={3}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label={texts.breakGlassCode}
        autoComplete="off"
        required
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Button type="submit" loading={signIn.isPending}>
        {texts.breakGlassSubmit}
      </Button>
    </form>
  )
}
