import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { Card, Columns, formatWhen, Page, PageSkeleton, readerZone, shellRoute, useNowMs } from '@millrace/ui'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Person } from '../contract.ts'
import { useAdministrationCrumbs } from './AdministrationPage.tsx'
import classes from './administration.module.css'
import { accessQuery } from './administration-queries.ts'
import { texts as all } from './administration-texts.ts'
import { PersonState } from './PeoplePage.tsx'
import { PersonDetails } from './PersonDetails.tsx'
import { PersonFactors } from './PersonFactors.tsx'
import { PersonGrants } from './PersonGrants.tsx'
import { PersonJoining } from './PersonJoining.tsx'
import { PersonSessions } from './PersonSessions.tsx'
import { personQuery, useMay } from './queries.ts'
import { UnlockDialog } from './UnlockDialog.tsx'
import { useWords } from './words.ts'

const texts = all.person

export const personRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/people/$personId',
  loader: ({ context, params }) => context.queryClient.ensureQueryData(personQuery(params.personId)),
  component: PersonPage,
  pendingComponent: PageSkeleton,
})

/** One person: who that is, what that person may do and where, and how that person signs in. */
function PersonPage() {
  const { personId } = personRoute.useParams()
  const { data: person } = useSuspenseQuery(personQuery(personId))
  const crumbs = useAdministrationCrumbs()
  const words = useWords()
  return (
    <Page
      key={personId}
      name={person.name}
      title={person.name}
      crumbs={crumbs}
      aside={
        <>
          {person.title} {(person.endedAt ?? person.lockedAt) !== null && <PersonState person={person} />}
        </>
      }
    >
      {person.lockedAt !== null && <LockedNote person={person} />}
      <Columns
        main={
          <>
            <PersonGrants key={JSON.stringify(person.grants)} person={person} words={words} />
            <PersonSessions personId={person.id} />
          </>
        }
        side={
          <>
            <PersonDetails person={person} />
            <PersonJoining person={person} />
            <PersonFactors personId={person.id} />
            <ControlCard person={person} placeText={words.placeText} />
          </>
        }
      />
    </Page>
  )
}

function LockedNote({ person }: { person: Person }) {
  const mayUnlock = useMay('identity:person:write')
  const [unlocking, setUnlocking] = useState(false)
  const nowMs = useNowMs()
  const when = person.lockedAt === null ? '' : formatWhen(epochMs(person.lockedAt), readerZone(), nowMs)
  return (
    <div className={classes.locked} role="status">
      <div>
        <b>{texts.lockedTitle}</b>
        <div className="second">{texts.lockedNote(person.lockedReason ?? '', when)}</div>
      </div>
      {mayUnlock && (
        <Button variant="filled" onClick={() => setUnlocking(true)}>
          {texts.unlock}
        </Button>
      )}
      {unlocking && <UnlockDialog person={person} onClose={() => setUnlocking(false)} />}
    </div>
  )
}

/** Where the person controls machines now, and the way to all the person can do. */
function ControlCard({ person, placeText }: { person: Person; placeText: (id: string) => string }) {
  const { data: access } = useQuery(accessQuery({ personId: person.id }))
  return (
    <Card title={texts.control}>
      <div className={classes.stack}>
        {access && (
          <p className="second">
            {access.controlSiteId === null ? texts.controlsNowhere : texts.controlsAt(placeText(access.controlSiteId))}
          </p>
        )}
        <div className={classes.links}>
          <Link to="/identity/access" search={{ person: person.id }}>
            {texts.access(person.name)}
          </Link>
        </div>
      </div>
    </Card>
  )
}
