import { isUuid } from '@millrace/base'
import { Card, shellRoute } from '@millrace/ui'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import type { HolderRef, PersonId } from '../contract.ts'
import { AccessAnswer } from './AccessAnswer.tsx'
import { AccessSummary } from './AccessSummary.tsx'
import { AccountSelect } from './AccountSelect.tsx'
import { AdministrationPage } from './AdministrationPage.tsx'
import classes from './administration.module.css'
import { texts as all } from './administration-texts.ts'
import { ReachCard } from './ReachCard.tsx'
import { texts as identityTexts } from './texts.ts'

const texts = all.access

interface AccessSearch {
  readonly person?: string
  readonly key?: string
  /** What is asked about, and where: `company` or the id of a place. */
  readonly permission?: string
  readonly place?: string
}

export const accessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/access',
  validateSearch: ({ person, key, permission, place }: Record<string, unknown>): AccessSearch => ({
    ...(isId(person) ? { person } : isId(key) && { key }),
    ...(typeof permission === 'string' && permission !== '' && { permission: permission.slice(0, 120) }),
    ...((isId(place) || place === 'company') && { place }),
  }),
  component: AccessPage,
})

function isId(value: unknown): value is string {
  return typeof value === 'string' && isUuid(value)
}

/** What somebody can see and do, and why; without somebody, what everybody can reach. */
function AccessPage() {
  const search = accessRoute.useSearch()
  const navigate = useNavigate()
  const { person, key, permission, place } = search
  const holder: HolderRef | undefined =
    person !== undefined ? { personId: person as PersonId } : key !== undefined ? { keyId: key } : undefined
  const choose = (chosen: HolderRef) =>
    void navigate({
      to: '/identity/access',
      search: chosen.personId === undefined ? { key: chosen.keyId ?? '' } : { person: chosen.personId },
    })
  const ask = (wanted: { permission: string; place: string }) =>
    void navigate({ to: '/identity/access', search: { ...search, ...wanted }, replace: true, resetScroll: false })
  return (
    <AdministrationPage name={identityTexts.tabs.access}>
      <Card>
        <div className={classes.account}>
          <AccountSelect holder={holder} onChoose={choose} />
          {holder && <Link to="/identity/access">{texts.back}</Link>}
        </div>
      </Card>
      {holder ? (
        <>
          <AccessSummary key={person ?? key} holder={holder} onAsk={ask} />
          <AccessAnswer
            key={`${person ?? key} ${permission} ${place}`}
            holder={holder}
            permission={permission}
            place={place}
            onAsk={ask}
          />
        </>
      ) : (
        <ReachCard />
      )}
    </AdministrationPage>
  )
}
