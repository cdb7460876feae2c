import { pageOf, useCompanyName, usePlace } from '@millrace/plant/web'
import { Columns, Page, PageSkeleton, shellRoute } from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { FindingCard } from './FindingCard.tsx'
import { findingQuery, useLiveFindings } from './queries.ts'
import { SimilarCases } from './SimilarCases.tsx'
import { texts } from './texts.ts'

const EvidencePlots = lazy(() => import('./EvidencePlots.tsx').then((module) => ({ default: module.EvidencePlots })))

export const findingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/insight/findings/$findingId',
  loader: ({ context, params }) => context.queryClient.ensureQueryData(findingQuery(params.findingId)),
  component: FindingPage,
  pendingComponent: PageSkeleton,
})

/** One finding: its evidence, what to do about it, cases like it, and what became of it. */
function FindingPage() {
  const { findingId } = findingRoute.useParams()
  const { data } = useSuspenseQuery(findingQuery(findingId))
  const { finding, similar } = data
  const { item, site } = usePlace(finding.workUnitId)
  const company = useCompanyName()
  useLiveFindings()
  return (
    <Page
      key={findingId}
      name={finding.title}
      title={finding.title}
      crumbs={[
        { text: company, to: '/overview' },
        { text: texts.title, to: '/insight/findings' },
      ]}
      aside={
        <>
          {texts.causes[finding.cause]},{' '}
          <Link to={pageOf(item)}>
            {item.name}, {site.name}
          </Link>
          , <span className="muted">{texts.card.detector(finding.detector, finding.detectorVersion)}</span>
        </>
      }
    >
      <Columns
        sideFirst
        main={
          <>
            <Suspense fallback={<PageSkeleton />}>
              <EvidencePlots finding={finding} />
            </Suspense>
            <SimilarCases similar={similar} siteId={finding.siteId} />
          </>
        }
        side={<FindingCard finding={finding} linked={false} />}
      />
    </Page>
  )
}
