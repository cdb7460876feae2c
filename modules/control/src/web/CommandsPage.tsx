import { pageOf, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { Card, Page, readerZone, shellRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { CommandTable } from './ControlPanel.tsx'
import { commandsQuery, useLiveCommands } from './queries.ts'
import { texts } from './texts.ts'

export const commandsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/control/commands',
  loader: ({ context }) => context.queryClient.ensureQueryData(commandsQuery()),
  component: CommandsPage,
})

/** Everything that was written to machines, newest first. */
function CommandsPage() {
  const { data } = useSuspenseQuery(commandsQuery())
  const tree = usePlaceTree()
  const company = useCompanyName()
  useLiveCommands()
  return (
    <Page name={texts.commands.title} title={texts.commands.title} crumbs={[{ text: company, to: '/overview' }]}>
      <Card>
        <CommandTable
          commands={data.items}
          timeZone={readerZone()}
          empty={texts.commands.emptyAll}
          machineOf={(command) => {
            const machine = tree.byId.get(command.workUnitId)
            const site = tree.byId.get(command.siteId)
            return machine ? (
              <>
                <Link to={pageOf(machine)}>{machine.name}</Link> <span className="muted">{site?.name}</span>
              </>
            ) : null
          }}
        />
      </Card>
    </Page>
  )
}
