import { SegmentedControl } from '@mantine/core'
import { equipmentQuery } from '@millrace/plant/web'
import { Card, LinesSkeleton, ProblemAlert, Stacked, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import type { Static } from 'typebox'
import type { Product } from '../contract.ts'
import { CalendarPart } from './CalendarPart.tsx'
import { MachinesPart } from './MachinesPart.tsx'
import { PeoplePart } from './PeoplePart.tsx'
import { type ChosenSite, PlanningSite } from './PlanningSite.tsx'
import { productsQuery } from './queries.ts'
import { type Capacity, capacityQuery } from './resource-queries.ts'
import { texts } from './resource-texts.ts'
import { SetupsPart } from './SetupsPart.tsx'
import { ToolsPart } from './ToolsPart.tsx'
import { WaysPart } from './WaysPart.tsx'

const words = texts.resources
type Part = keyof typeof words.parts

interface ResourcesSearch {
  readonly site?: string
  readonly part?: Part
}

export const resourcesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/resources',
  validateSearch: ({ site, part }: Record<string, unknown>): ResourcesSearch => ({
    ...(typeof site === 'string' && { site }),
    ...(typeof part === 'string' && part in words.parts && { part: part as Part }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: ResourcesPage,
})

/** What a plant has for its work beside time: machines, set-ups, people, tools, and what departs from its shifts. */
function ResourcesPage() {
  const { site, part = 'machines' } = resourcesRoute.useSearch()
  const navigate = useNavigate()
  const go = (search: ResourcesSearch) => void navigate({ to: '/planning/resources', search, replace: true })
  return (
    <PlanningSite title={words.title} wanted={site} onChoose={(siteId) => go({ site: siteId, part })}>
      {(chosen) => (
        <Stacked>
          <SegmentedControl
            size="xs"
            aria-label={words.part}
            style={{ flexWrap: 'wrap', justifySelf: 'start' }}
            value={part}
            data={Object.entries(words.parts).map(([value, label]) => ({ value, label }))}
            onChange={(value) => go({ site: chosen.siteId, part: value as Part })}
          />
          <Resources key={`${chosen.siteId} ${part}`} {...chosen} part={part} />
        </Stacked>
      )}
    </PlanningSite>
  )
}

/** What each part of the page is about. */
export interface PartProps extends ChosenSite {
  readonly capacity: Static<typeof Capacity>
  readonly products: readonly Product[]
}

const PARTS: Readonly<Record<Part, (props: PartProps) => React.ReactNode>> = {
  machines: MachinesPart,
  setups: SetupsPart,
  people: PeoplePart,
  tools: ToolsPart,
  calendar: CalendarPart,
  ways: WaysPart,
}

function Resources({ part, ...chosen }: ChosenSite & { readonly part: Part }) {
  const capacity = useQuery(capacityQuery(chosen.siteId))
  const products = useQuery(productsQuery(chosen.siteId))
  const Shown = PARTS[part]
  return (
    <Card>
      <ProblemAlert error={capacity.error ?? products.error} />
      {(capacity.isPending || products.isPending) && <LinesSkeleton lines={6} height={30} />}
      {capacity.data && products.data && <Shown {...chosen} capacity={capacity.data} products={products.data.items} />}
    </Card>
  )
}
