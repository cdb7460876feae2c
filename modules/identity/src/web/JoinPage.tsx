import { Button, TextInput } from '@mantine/core'
import { Card, LinesSkeleton, ProblemAlert, rootRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import type { Session } from '../contract.ts'
import type { InvitationFacts } from '../joining-contract.ts'
import { DoorPage } from './DoorPage.tsx'
import classes from './identity.module.css'
import { invitationQuery, useEnter, useJoinWithPasskey, useJoinWithPassword } from './joining-queries.ts'
import { joiningTexts } from './joining-texts.ts'
import { NewPasswordForm } from './NewPasswordForm.tsx'
import { canPasskeys } from './passkey.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'

const texts = joiningTexts.join

export const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join',
  validateSearch: tokenOf,
  component: JoinPage,
})

/** The token of a link; a longer text is none of ours. */
export function tokenOf({ token }: Record<string, unknown>): { token: string } {
  return { token: typeof token === 'string' ? token.slice(0, 200) : '' }
}

/** Joins by an invitation: with a password, or with a passkey of this device. */
function JoinPage() {
  const { token } = joinRoute.useSearch()
  const { data: invitation, error } = useQuery(invitationQuery(token || '-'))
  return (
    <DoorPage page={texts.page} title={invitation ? texts.title(invitation.enterpriseName) : texts.waiting}>
      {error && (
        <Card>
          <ProblemAlert error={error} />
          <p className={classes.apart}>
            <Link to="/sign-in">{texts.toSignIn}</Link>
          </p>
        </Card>
      )}
      {!invitation && !error && (
        <Card>
          <LinesSkeleton lines={6} height={26} />
        </Card>
      )}
      {invitation && <Ways token={token} invitation={invitation} />}
    </DoorPage>
  )
}

function Ways({ token, invitation }: { token: string; invitation: InvitationFacts }) {
  const join = useJoinWithPassword(token)
  const navigate = useNavigate()
  // Whoever owes a second factor shows it on the sign-in page.
  const onward = (session: Session) => void navigate({ to: session.level === 2 ? '/' : '/sign-in', replace: true })
  return (
    <>
      <Card title={texts.password}>
        <p className={`second ${classes.demoNote}`}>{texts.hello(invitation.name)}</p>
        <NewPasswordForm
          email={invitation.email}
          submit={texts.submit}
          save={join}
          onSubmit={(password) => join.mutate(password, { onSuccess: onward })}
        />
      </Card>
      {canPasskeys() && (
        <Card title={texts.passkey}>
          <PasskeyForm token={token} onJoined={onward} />
        </Card>
      )}
    </>
  )
}

function PasskeyForm({ token, onJoined }: { token: string; onJoined: (session: Session) => void }) {
  const join = useJoinWithPasskey(token)
  const enter = useEnter()
  const [name, setName] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    join.mutate(name.trim())
  }
  if (join.data) {
    const { session, recoveryCodes } = join.data
    return (
      <RecoveryCodes
        codes={recoveryCodes}
        onClose={() => {
          enter(session)
          onJoined(session)
        }}
      />
    )
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className="second">{texts.passkeyNote}</p>
      <TextInput
        label={texts.device}
        placeholder={texts.deviceHint}
        required
        maxLength={80}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ProblemAlert error={join.error} />
      <Button type="submit" loading={join.isPending}>
        {texts.make}
      </Button>
    </form>
  )
}
