import { equipmentQuery } from '@millrace/plant/web'
import { Card, LinesSkeleton, ProblemAlert, Stacked, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { EnergySiteCard } from './EnergySiteCard.tsx'
import { energyPageTexts } from './energy-page-texts.ts'
import { energySetupQuery } from './energy-queries.ts'
import { MachinePowers } from './MachinePowers.tsx'
import { type ChosenSite, PlanningSite } from './PlanningSite.tsx'
import { useLiveSchedule } from './queries.ts'
import { SlotsCard } from './SlotsCard.tsx'
import { TariffsCard } from './TariffsCard.tsx'

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
  const { site } = energyRoute.useSearch()
  const navigate = useNavigate()
  return (
    <PlanningSite
      title={words.title}
      wanted={site}
      onChoose={(siteId) => void navigate({ to: '/planning/energy', search: { site: siteId }, replace: true })}
      empty={words.noSite}
    >
      {({ siteId, mayWrite }) => <SiteEnergy key={siteId} siteId={siteId} mayWrite={mayWrite} />}
    </PlanningSite>
  )
}

function SiteEnergy({ siteId, mayWrite }: Pick<ChosenSite, 'siteId' | 'mayWrite'>) {
  const { data, error, isPending } = useQuery(energySetupQuery(siteId))
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
