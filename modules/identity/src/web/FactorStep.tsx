import { Button, TextInput } from '@mantine/core'
import { Card, LinesSkeleton, ProblemAlert, Row } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import classes from './identity.module.css'
import { canPasskeys } from './passkey.ts'
import { useSignOut } from './queries.ts'
import { factorsQuery, useShowCode, useShowPasskey } from './sign-in-queries.ts'
import { signInTexts } from './sign-in-texts.ts'

const texts = signInTexts.factor

/** After the password: the passkey, the code of the app, or one of the codes on paper. */
export function FactorStep({ name }: { name: string }) {
  const { data: factors, error } = useQuery(factorsQuery())
  const signOut = useSignOut()
  const passkey = useShowPasskey()
  const [onPaper, setOnPaper] = useState(false)
  if (!factors) return <Card title={texts.title}>{error ? <ProblemAlert error={error} /> : <LinesSkeleton />}</Card>
  const withPasskey = factors.passkeyCount > 0
  return (
    <Card title={texts.title}>
      <p className={`second ${classes.demoNote}`}>{texts.note(name)}</p>
      {withPasskey && (
        <div className={classes.form}>
          <ProblemAlert error={passkey.error} />
          {canPasskeys() ? (
            <Button variant="filled" loading={passkey.isPending} data-autofocus onClick={() => passkey.mutate()}>
              {texts.passkey}
            </Button>
          ) : (
            <p className="second">{signInTexts.passkeys.needsName}</p>
          )}
        </div>
      )}
      {factors.totp && !onPaper && <CodeForm kind="totp" isSecond={withPasskey} />}
      {onPaper && <CodeForm kind="recovery-code" isSecond={withPasskey} />}
      <div className={classes.otherWays}>
        <Row>
          {factors.recoveryCodesLeft > 0 && (
            <Button variant="subtle" onClick={() => setOnPaper(!onPaper)}>
              {onPaper ? texts.back : texts.onPaper}
            </Button>
          )}
          <Button variant="subtle" onClick={() => signOut.mutate()}>
            {texts.startOver}
          </Button>
        </Row>
        <p className="small muted">{texts.lost}</p>
      </div>
    </Card>
  )
}

interface CodeFormProps {
  readonly kind: 'totp' | 'recovery-code'
  /** Below another way, so that the eye does not begin here. */
  readonly isSecond: boolean
}

function CodeForm({ kind, isSecond }: CodeFormProps) {
  const show = useShowCode(kind)
  const [code, setCode] = useState('')
  const isTotp = kind === 'totp'
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    show.mutate(code.trim())
  }
  return (
    <form className={isSecond ? `${classes.form} ${classes.apart}` : classes.form} onSubmit={submit}>
      <ProblemAlert error={show.error} />
      <TextInput
        label={isTotp ? texts.totp : texts.recoveryCode}
        description={isTotp ? undefined : texts.recoveryHint}
        autoComplete={isTotp ? 'one-time-code' : 'off'}
        inputMode={isTotp ? 'numeric' : 'text'}
        {...(isTotp && { pattern: '[0-9]{6}', maxLength: 6 })}
        required
        ref={(input) => {
          if (!isSecond && code === '') input?.focus()
        }}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Button type="submit" variant={isSecond ? 'default' : 'filled'} loading={show.isPending}>
        {texts.submit}
      </Button>
    </form>
  )
}
