import { Card, DataTable, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { AdministrationPage } from './AdministrationPage.tsx'
import { roleTexts } from './person.ts'
import { peopleQuery } from './queries.ts'
import { texts } from './texts.ts'

export const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/people',
  component: PeoplePage,
})

/** Who belongs to the company, and in which role. */
function PeoplePage() {
  const { data } = useQuery(peopleQuery)
  return (
    <AdministrationPage name={texts.tabs.people}>
      <Card>
        <DataTable
          label={texts.tabs.people}
          rows={data?.items ?? []}
          rowKey={(person) => person.id}
          empty=""
          columns={[
            { header: 'Name', cell: (person) => <Link to={`/identity/people/${person.id}`}>{person.name}</Link> },
            { header: 'Role', cell: roleTexts },
          ]}
        />
      </Card>
    </AdministrationPage>
  )
}
