import { BlockSkeleton, Card, Page, Panels, shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import { crumbsOf } from './place.ts'
import { equipmentQuery } from './queries.ts'
import { ShiftText } from './ShiftText.tsx'
import { texts } from './texts.ts'
import { useCompanyName, usePlace } from './use-place.ts'

export const siteRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plant/sites/$siteId',
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: () => <PlacePage id={siteRoute.useParams().siteId} />,
})

export const placeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plant/places/$placeId',
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: () => <PlacePage id={placeRoute.useParams().placeId} />,
})

/** A plant, area or work center: what is below it, filled by the modules that know. */
function PlacePage({ id }: { id: string }) {
  const { tree, item, detail } = usePlace(id)
  const company = useCompanyName()
  const pending = (
    <Card>
      <BlockSkeleton height={260} />
    </Card>
  )
  return (
    <Page
      name={item.name}
      title={item.name}
      crumbs={crumbsOf(tree, id, company)}
      aside={
        <>
          {item.level === 'site' ? detail.country : texts.levels[item.level]}, <ShiftText site={detail} />
        </>
      }
    >
      <Panels place="plant/place" subjectId={id} pending={pending} />
    </Page>
  )
}
