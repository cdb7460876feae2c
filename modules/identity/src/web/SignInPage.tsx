import { Button, PasswordInput, TextInput } from '@mantine/core'
import { Card, Logo, ProblemAlert, rootRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, redirect, useNavigate } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import type { Welcome } from '../contract.ts'
import classes from './identity.module.css'
import { initials } from './person.ts'
import { sessionQuery, useSignIn, useSignInAs, welcomeQuery } from './queries.ts'
import { texts } from './texts.ts'

type DemoPerson = Welcome['demoPeople'][number]

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    // Only a place of our own: a link must not be able to send a person elsewhere after signing in.
    const next = search.next
    return typeof next === 'string' && /^\/(?!\/)/.test(next) ? { next } : {}
  },
  loader: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (session) throw redirect({ to: '/' })
    const welcome = await context.queryClient.fetchQuery(welcomeQuery)
    if (!welcome.setUp) throw redirect({ to: '/first-run' })
  },
  component: SignInPage,
})

function SignInPage() {
  const { data: welcome } = useSuspenseQuery(welcomeQuery)
  const { next } = signInRoute.useSearch()
  const navigate = useNavigate()
  const onward = () => void navigate({ href: next ?? '/', replace: true })
  return (
    <main className={classes.signIn}>
      <title>{`${texts.signIn.page} · Millrace`}</title>
      <div className={classes.signInBrand}>
        <Logo size={34} />
        <h1>{texts.signIn.title}</h1>
      </div>
      {welcome.demoPeople.length > 0 && <DemoPeople people={welcome.demoPeople} onSignedIn={onward} />}
      <PasswordForm alone={welcome.demoPeople.length === 0} onSignedIn={onward} />
    </main>
  )
}

function DemoPeople({ people, onSignedIn }: { people: readonly DemoPerson[]; onSignedIn: () => void }) {
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
              onClick={() => signInAs.mutate(person.id, { onSuccess: onSignedIn })}
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

function PasswordForm({ alone, onSignedIn }: { alone: boolean; onSignedIn: () => void }) {
  const signIn = useSignIn()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    signIn.mutate({ email, password }, { onSuccess: onSignedIn })
  }
  return (
    <Card title={alone ? undefined : texts.signIn.own}>
      <form className={classes.form} onSubmit={submit}>
        <ProblemAlert error={signIn.error} />
        <TextInput
          label={texts.signIn.email}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
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
    </Card>
  )
}
