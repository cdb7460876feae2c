import { Button, PasswordInput, TextInput } from '@mantine/core'
import { Card, Logo, ProblemAlert, rootRoute } from '@millrace/ui'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link, redirect, useNavigate } from '@tanstack/react-router'
import { type SubmitEvent, useCallback, useEffect, useState } from 'react'
import type { Welcome } from '../contract.ts'
import { FactorStep } from './FactorStep.tsx'
import classes from './identity.module.css'
import { joiningTexts } from './joining-texts.ts'
import { ProviderByMail } from './ProviderByMail.tsx'
import { canOfferPasskeys, stopAsking } from './passkey.ts'
import { initials } from './person.ts'
import { sessionQuery, useSignIn, useSignInAs, welcomeQuery } from './queries.ts'
import { SignInOptions } from './SignInOptions.tsx'
import { SingleSignOn, SingleSignOnProblem } from './SingleSignOn.tsx'
import { useSignInWithPasskey } from './sign-in-queries.ts'
import { texts } from './texts.ts'

type DemoPerson = Welcome['demoPeople'][number]

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string; problem?: string } => {
    // Only a place of our own: a link must not be able to send a person elsewhere after signing in.
    const { next, problem } = search
    return {
      ...(typeof next === 'string' && /^\/(?![/\\])/.test(next) && { next }),
      ...(typeof problem === 'string' && { problem }),
    }
  },
  loader: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (session?.level === 2) throw redirect({ to: '/' })
    const welcome = await context.queryClient.fetchQuery(welcomeQuery)
    if (!welcome.setUp) throw redirect({ to: '/first-run' })
  },
  component: SignInPage,
})

function SignInPage() {
  const { data: welcome } = useSuspenseQuery(welcomeQuery)
  const { next, problem } = signInRoute.useSearch()
  const navigate = useNavigate()
  const session = useQuery(sessionQuery).data
  const isIn = session?.level === 2
  const onward = useCallback(() => void navigate({ href: next ?? '/', replace: true }), [navigate, next])
  // In whichever way: what was pressed for it is gone from the page by then.
  useEffect(() => {
    if (isIn) onward()
  }, [isIn, onward])
  return (
    <main className={classes.signIn}>
      <title>{`${texts.signIn.page} · Millrace`}</title>
      <div className={classes.signInBrand}>
        <Logo size={34} />
        <h1>{texts.signIn.title}</h1>
      </div>
      {/* Half signed in: the second factor is still owed. */}
      {session?.level === 1 && <FactorStep name={session.person.name} />}
      {!session && (
        <>
          <SingleSignOnProblem code={problem} />
          <SingleSignOn next={next} />
          {welcome.demoPeople.length > 0 && <DemoPeople people={welcome.demoPeople} />}
          <Card title={welcome.demoPeople.length > 0 ? texts.signIn.own : undefined}>
            <PasswordForm next={next} />
            <p className={classes.apart}>
              <Link to="/forgotten">{joiningTexts.forgotten.link}</Link>
            </p>
            <SignInOptions />
          </Card>
        </>
      )}
    </main>
  )
}

function DemoPeople({ people }: { people: readonly DemoPerson[] }) {
  const signInAs = useSignInAs()
  return (
    <Card title={texts.signIn.as}>
      <p className={`second ${classes.demoNote}`}>{texts.signIn.demo}</p>
      <ProblemAlert error={signInAs.error} />
      <ul className={classes.people}>
        {byRank(people).map((person) => (
          <li key={person.id}>
            <button
              type="button"
              className={classes.person}
              disabled={signInAs.isPending}
              onClick={() => signInAs.mutate(person.id)}
            >
              <span className={classes.avatar} aria-hidden="true">
                {initials(person.name)}
              </span>
              <span className={classes.personWords}>
                <b>{person.name}</b>
                <span className="small muted">{person.title}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className={`second ${classes.demoStation}`}>
        <Link to="/station">{texts.signIn.station}</Link> {texts.signIn.stationNote}
      </p>
    </Card>
  )
}

/** The order in which somebody new would like to look around. */
const RANKS: readonly string[] = [
  'executive',
  'plant-manager',
  'operator',
  'planner',
  'maintenance',
  'quality',
  'engineer',
]

function byRank(people: readonly DemoPerson[]): DemoPerson[] {
  const rank = (person: DemoPerson) => (RANKS.includes(person.role) ? RANKS.indexOf(person.role) : RANKS.length)
  return [...people].sort((a, b) => rank(a) - rank(b))
}

function PasswordForm({ next }: { next: string | undefined }) {
  const signIn = useSignIn()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  useSuggestedPasskey()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    signIn.mutate({ email, password })
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <ProblemAlert error={signIn.error} />
      <TextInput
        label={texts.signIn.email}
        type="email"
        autoComplete="username webauthn"
        required
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <ProviderByMail email={email} next={next} />
      <PasswordInput
        label={texts.signIn.password}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" variant="filled" loading={signIn.isPending}>
        {texts.signIn.submit}
      </Button>
    </form>
  )
}

/** Where the browser can, it offers the person's passkeys among the suggestions of the e-mail field. */
function useSuggestedPasskey(): void {
  const { mutate } = useSignInWithPasskey()
  useEffect(() => {
    let isHere = true
    void canOfferPasskeys().then((can) => {
      if (can && isHere) mutate(true)
    })
    return () => {
      isHere = false
      stopAsking()
    }
  }, [mutate])
}
