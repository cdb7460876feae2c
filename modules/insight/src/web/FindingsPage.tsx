import { SegmentedControl, Select } from '@mantine/core'
import { useCompanyName, usePlaceTree } from '@millrace/plant/web'
import { Card, LinesSkeleton, Page, ProblemAlert, Row, shellRoute } from '@millrace/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { FindingsTable } from './FindingsTable.tsx'
import { type FindingFilter, findingsQuery, useLiveFindings } from './queries.ts'
import { texts } from './texts.ts'

interface FindingsSearch {
  readonly state?: FindingFilter
  readonly site?: string
}

export const findingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/insight/findings',
  validateSearch: ({ state, site }: Record<string, unknown>): FindingsSearch => ({
    ...((state === 'decided' || state === 'all') && { state }),
    ...(typeof site === 'string' && { site }),
  }),
  component: FindingsPage,
})

/** The inbox: what wants a decision, the most urgent and costly first. */
function FindingsPage() {
  const search = findingsRoute.useSearch()
  const state = search.state ?? 'open'
  const query = useQuery({ ...findingsQuery({ state, siteId: search.site }), placeholderData: keepPreviousData })
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  useLiveFindings()
  const filter = (change: { state?: FindingFilter | undefined; site?: string | undefined }) =>
    void navigate({ to: '/insight/findings', search: { ...search, ...change }, replace: true })
  const { filters } = texts
  return (
    <Page
      name={texts.title}
      title={texts.title}
      crumbs={[{ text: company, to: '/overview' }]}
      aside={state === 'open' && query.data ? texts.count(query.data.items.length) : undefined}
      actions={
        <Row>
          <SegmentedControl
            size="xs"
            aria-label={filters.label}
            value={state}
            data={[
              { value: 'open', label: filters.open },
              { value: 'decided', label: filters.decided },
              { value: 'all', label: filters.all },
            ]}
            onChange={(value) => filter({ state: value === 'decided' || value === 'all' ? value : undefined })}
          />
          {tree.sites.length > 1 && (
            <Select
              size="xs"
              w={150}
              aria-label={filters.plant}
              value={search.site ?? ''}
              data={[
                { value: '', label: filters.everywhere },
                ...tree.sites.map((site) => ({ value: site.id, label: site.name })),
              ]}
              allowDeselect={false}
              onChange={(value) => filter({ site: value || undefined })}
            />
          )}
        </Row>
      }
    >
      <Card note={state === 'open' ? texts.sorted : undefined}>
        <ProblemAlert error={query.error} />
        {query.isPending && <LinesSkeleton lines={6} height={30} />}
        {query.data && (
          <FindingsTable findings={query.data.items} empty={state === 'open' ? texts.emptyOpen : texts.emptyDecided} />
        )}
      </Card>
    </Page>
  )
}
