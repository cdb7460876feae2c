import { Button, TextInput } from '@mantine/core'
import { Card, ProblemAlert, rootRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import { DoorPage } from './DoorPage.tsx'
import classes from './identity.module.css'
import { useAskForReset } from './joining-queries.ts'
import { joiningTexts } from './joining-texts.ts'
import { welcomeQuery } from './queries.ts'

const texts = joiningTexts.forgotten

export const forgottenRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgotten',
  loader: ({ context }) => context.queryClient.ensureQueryData(welcomeQuery),
  component: ForgottenPage,
})

/** For whoever has forgotten a password: a link by mail, or whom to ask where no mail is sent. */
function ForgottenPage() {
  const { data: welcome } = useSuspenseQuery(welcomeQuery)
  return (
    <DoorPage page={texts.page} title={texts.title}>
      <Card>
        {welcome.mail ? <AskForm /> : <p>{texts.noMail}</p>}
        <p className={classes.apart}>
          <Link to="/sign-in">{texts.back}</Link>
        </p>
      </Card>
    </DoorPage>
  )
}

function AskForm() {
  const ask = useAskForReset()
  const [email, setEmail] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    ask.mutate(email.trim())
  }
  if (ask.isSuccess) return <p role="status">{texts.sent}</p>
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className="second">{texts.note}</p>
      <TextInput
        label={texts.email}
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <ProblemAlert error={ask.error} />
      <Button type="submit" variant="filled" loading={ask.isPending}>
        {texts.submit}
      </Button>
    </form>
  )
}
