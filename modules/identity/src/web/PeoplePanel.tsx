import { Card, DataTable } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { roleTexts } from './person.ts'
import { peopleQuery, useMay } from './queries.ts'
import { texts } from './texts.ts'

/** The people of the company, among the settings. */
export function PeoplePanel() {
  return useMay('identity:person:read') ? <People /> : null
}

function People() {
  const { data } = useSuspenseQuery(peopleQuery)
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
