import { Card, Columns, Page, shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import type { Session } from '../contract.ts'
import { PasskeysCard } from './PasskeysCard.tsx'
import { PasswordCard } from './PasswordCard.tsx'
import { PinCard } from './PinCard.tsx'
import { useSession } from './queries.ts'
import { SessionsCard } from './SessionsCard.tsx'
import classes from './sign-in.module.css'
import { signInTexts } from './sign-in-texts.ts'
import { TotpCard } from './TotpCard.tsx'
import { useWords } from './words.ts'

const texts = signInTexts.profile

export const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/profile',
  component: ProfilePage,
})

/** Oneself: how one signs in, where one is signed in, and what one may do. */
function ProfilePage() {
  const session = useSession()
  if (!session) return null
  const { person, enterprise } = session
  return (
    <Page
      name={texts.page}
      title={person.name}
      aside={person.title}
      crumbs={[{ text: enterprise.name, to: '/overview' }]}
    >
      <Columns
        main={
          <>
            <PasskeysCard />
            <TotpCard />
            <PasswordCard />
            <PinCard />
            <SessionsCard />
          </>
        }
        side={<AboutMe session={session} />}
      />
    </Page>
  )
}

function AboutMe({ session: { person } }: { session: Session }) {
  const words = useWords()
  return (
    <>
      <Card title={texts.me}>
        <dl className={classes.facts}>
          <dt>{texts.name}</dt>
          <dd>{person.name}</dd>
          <dt>{texts.email}</dt>
          <dd>{person.email}</dd>
        </dl>
        <p className="small muted">{texts.changedBy}</p>
      </Card>
      <Card title={texts.may}>
        {person.grants.length === 0 ? (
          <p className="second">{texts.nothing}</p>
        ) : (
          <ul className={classes.lines}>
            {person.grants.map((grant) => (
              <li key={grant.id}>{words.grantText(grant)}</li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}
