import { isProblem } from '@millrace/base'
import { Card, DataTable, LinesSkeleton, ProblemAlert } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { roleTexts } from './person.ts'
import { peopleQuery, useMay } from './queries.ts'
import { texts } from './texts.ts'

/** The people of the company, among the settings. */
export function PeoplePanel() {
  return useMay('identity:person:read') ? <People /> : null
}

function People() {
  const { data, error } = useQuery(peopleQuery)
  // Who may see people of one plant only may not see the list of the whole company.
  if (isProblem(error) && error.type.kind === 'forbidden') return null
  if (!data) {
    return (
      <Card title={texts.people.title}>
        <ProblemAlert error={error} />
        {!error && <LinesSkeleton />}
      </Card>
    )
  }
  return (
    <Card title={texts.people.title} note={data.items.length}>
      <DataTable
        label={texts.people.title}
        rows={data.items}
        rowKey={(person) => person.id}
        empty={texts.people.empty}
        columns={[
          { header: texts.people.name, cell: (person) => <b>{person.name}</b>, phone: 'title' },
          { header: texts.people.does, cell: (person) => person.title, phone: 'detail' },
          { header: texts.people.role, cell: roleTexts, phone: 'value' },
          { header: texts.people.email, cell: (person) => <span className="second">{person.email}</span> },
        ]}
      />
    </Card>
  )
}
