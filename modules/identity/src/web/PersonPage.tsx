import { Card, Columns, Page, PageSkeleton, shellRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute } from '@tanstack/react-router'
import { useAdministrationCrumbs } from './AdministrationPage.tsx'
import { roleTexts } from './person.ts'
import { personQuery } from './queries.ts'

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
  return (
    <Page key={personId} name={person.name} title={person.name} crumbs={crumbs} aside={person.title}>
      <Columns main={<Card>{roleTexts(person)}</Card>} side={<Card>{person.email}</Card>} />
    </Page>
  )
}
