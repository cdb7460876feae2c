import { useCompanyName, usePlace } from '@millrace/plant/web'
import { Page, PageSkeleton, shellRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute } from '@tanstack/react-router'
import { importQuery } from './data-queries.ts'
import { dataTexts } from './data-texts.ts'
import { ImportMapper } from './ImportMapper.tsx'
import { ImportOutcome } from './ImportOutcome.tsx'

export const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/telemetry/imports/$importId',
  loader: ({ context, params }) => context.queryClient.ensureQueryData(importQuery(params.importId)),
  component: ImportPage,
  pendingComponent: PageSkeleton,
})

const words = dataTexts.imports

/** One import: what is to be made of its file, and then what became of it. */
function ImportPage() {
  const { importId } = importRoute.useParams()
  const { data } = useSuspenseQuery(importQuery(importId))
  const { item: site, detail } = usePlace(data.siteId)
  const company = useCompanyName()
  const isToBeMapped = data.state === 'ready' || data.state === 'refused' || data.state === 'failed'
  return (
    <Page
      key={importId}
      name={data.fileName}
      title={data.fileName}
      crumbs={[
        { text: company, to: '/overview' },
        { text: words.title, to: '/telemetry/imports' },
      ]}
      aside={`${site.name}, ${words.states[data.state]}`}
    >
      {isToBeMapped ? (
        <ImportMapper of={data} timeZone={detail.timeZone} />
      ) : (
        <ImportOutcome of={data} timeZone={detail.timeZone} />
      )}
    </Page>
  )
}
