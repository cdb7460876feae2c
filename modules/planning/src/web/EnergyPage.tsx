import { Select } from '@mantine/core'
import { useMayAt } from '@millrace/identity/web'
import { equipmentQuery, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { Card, EmptyState, LinesSkeleton, Page, ProblemAlert, Stacked, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { EnergySiteCard } from './EnergySiteCard.tsx'
import { energyPageTexts } from './energy-page-texts.ts'
import { energySetupQuery } from './energy-queries.ts'
import { MachinePowers } from './MachinePowers.tsx'
import { useLiveSchedule } from './queries.ts'
import { SlotsCard } from './SlotsCard.tsx'
import { TariffsCard } from './TariffsCard.tsx'
import { texts } from './texts.ts'

const words = energyPageTexts

export const energyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/energy',
  validateSearch: ({ site }: Record<string, unknown>): { site?: string } => (typeof site === 'string' ? { site } : {}),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: EnergyPage,
})

/** What electricity costs a plant, and what its machines draw: plans tell their cost from it, and how to lower it. */
function EnergyPage() {
  const search = energyRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const site = tree.sites.find(({ id }) => id === search.site) ?? tree.sites[0]
  return (
    <Page
      name={words.title}
      title={words.title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        site &&
        tree.sites.length > 1 && (
          <Select
            size="xs"
            w={150}
            aria-label={texts.schedule.site}
            value={site.id}
            data={tree.sites.map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            onChange={(value) =>
              value && void navigate({ to: '/planning/energy', search: { site: value }, replace: true })
            }
          />
        )
      }
    >
      {site ? (
        <SiteEnergy key={site.id} siteId={site.id} />
      ) : (
        <Card>
          <EmptyState>{words.noSite}</EmptyState>
        </Card>
      )}
    </Page>
  )
}

function SiteEnergy({ siteId }: { siteId: string }) {
  const { data, error, isPending } = useQuery(energySetupQuery(siteId))
  const mayWrite = useMayAt('planning:order:write', siteId)
  useLiveSchedule(siteId)
  return (
    <Stacked>
      <ProblemAlert error={error} />
      {isPending && (
        <Card>
          <LinesSkeleton lines={8} height={30} />
        </Card>
      )}
      {data && (
        <>
          <TariffsCard setup={data} mayWrite={mayWrite} />
          <MachinePowers setup={data} mayWrite={mayWrite} />
          <SlotsCard setup={data} mayWrite={mayWrite} />
          <EnergySiteCard setup={data} mayWrite={mayWrite} />
        </>
      )}
    </Stacked>
  )
}
