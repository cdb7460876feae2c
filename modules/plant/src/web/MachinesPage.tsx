import { Card, DataTable, Page, Panels, shellRoute } from '@millrace/ui'
import { createRoute, Link } from '@tanstack/react-router'
import { machinesBelow, pageOf } from './place.ts'
import { equipmentQuery } from './queries.ts'
import { texts } from './texts.ts'
import { useCompanyName, usePlaceTree } from './use-place.ts'

export const machinesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plant/machines',
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: MachinesPage,
})

/** Every machine of the company, by plant. */
function MachinesPage() {
  const tree = usePlaceTree()
  const company = useCompanyName()
  return (
    <Page
      name={texts.machines.title}
      title={texts.machines.title}
      crumbs={[{ text: company, to: '/overview' }]}
      aside={texts.machines.plants(tree.sites.length)}
    >
      {tree.sites.map((site) => {
        const machines = machinesBelow(tree, site.id)
        return (
          <Card
            key={site.id}
            title={<Link to={pageOf(site)}>{site.name}</Link>}
            note={texts.machines.count(machines.length)}
          >
            <DataTable
              label={site.name}
              rows={machines}
              rowKey={(machine) => machine.id}
              empty={texts.machines.empty}
              columns={[
                {
                  header: texts.machines.machine,
                  cell: (machine) => <Link to={pageOf(machine)}>{machine.name}</Link>,
                  phone: 'title',
                  width: '22%',
                },
                {
                  header: texts.machines.place,
                  cell: (machine) => tree.byId.get(machine.parentId ?? '')?.name,
                  width: '22%',
                },
                {
                  header: texts.machines.state,
                  cell: (machine) => <Panels place="plant/place-row" subjectId={machine.id} pending={null} />,
                  phone: 'value',
                },
              ]}
            />
          </Card>
        )
      })}
      {tree.sites.length === 0 && <Card>{texts.machines.empty}</Card>}
    </Page>
  )
}
