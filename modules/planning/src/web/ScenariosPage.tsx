import { Button } from '@mantine/core'
import { useMayAt } from '@millrace/identity/web'
import { equipmentQuery, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  BlockSkeleton,
  Card,
  EmptyState,
  Page,
  ProblemAlert,
  Row,
  readerZone,
  Stacked,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { COMPARED_LIMIT, type Scenario } from '../scenario-contract.ts'
import { ordersQuery } from './queries.ts'
import { type Computed, ScenarioComparison } from './ScenarioComparison.tsx'
import { ScenarioDialog } from './ScenarioDialog.tsx'
import { ScenarioGantt } from './ScenarioGantt.tsx'
import { ScenarioList } from './ScenarioList.tsx'
import { scenariosQuery, useLiveScenarios } from './scenario-queries.ts'
import { scenarioTexts as words } from './scenario-texts.ts'
import { texts } from './texts.ts'
import { UseScenarioDialog } from './UseScenarioDialog.tsx'

interface ScenariosSearch {
  readonly site?: string
  /** Those side by side, in the order in which they were chosen. */
  readonly compare?: string[]
  /** The one whose plan is shown. */
  readonly open?: string
  /** An order for which something is to be tried; `new` for anything. */
  readonly try?: string
}

export const scenariosRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/scenarios',
  validateSearch: (search: Record<string, unknown>): ScenariosSearch => ({
    ...(typeof search.site === 'string' && { site: search.site }),
    ...(Array.isArray(search.compare) && {
      compare: search.compare.filter((id) => typeof id === 'string').slice(0, COMPARED_LIMIT),
    }),
    ...(typeof search.open === 'string' && { open: search.open }),
    ...(typeof search.try === 'string' && { try: search.try }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: ScenariosPage,
})

/** What would be if: changes tried on copies of a plant's plan, side by side with the plan as it is. */
function ScenariosPage() {
  const search = scenariosRoute.useSearch()
  const tree = usePlaceTree()
  const site = tree.sites.find(({ id }) => id === search.site) ?? tree.sites[0]
  const crumbs = [{ text: useCompanyName(), to: '/overview' }]
  if (site) return <SiteScenarios key={site.id} siteId={site.id} crumbs={crumbs} />
  return (
    <Page name={words.title} title={words.title} crumbs={crumbs}>
      <Card>
        <EmptyState>{texts.schedule.noSite}</EmptyState>
      </Card>
    </Page>
  )
}

function SiteScenarios({ siteId, crumbs }: { siteId: string; crumbs: { text: string; to: string }[] }) {
  const search = scenariosRoute.useSearch()
  const navigate = useNavigate()
  const tree = usePlaceTree()
  const mayPlan = useMayAt('planning:schedule:plan', siteId)
  const mayUse = useMayAt('planning:order:write', siteId)
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const query = useQuery(scenariosQuery(siteId))
  const orders = useQuery({ ...ordersQuery(siteId, 'open'), enabled: search.try !== undefined && search.try !== 'new' })
  const [using, setUsing] = useState<Scenario>()
  useLiveScenarios(siteId)
  const go = (change: ScenariosSearch) =>
    void navigate({ to: '/planning/scenarios', search: { ...search, ...change }, replace: true })
  const leave = (what: 'open' | 'try', change: ScenariosSearch = {}) => {
    const { [what]: _, ...rest } = search
    void navigate({ to: '/planning/scenarios', search: { ...rest, ...change }, replace: true })
  }
  const site = tree.byId.get(siteId)?.site
  const { data } = query
  // Newly made ones stand side by side at once, as long as there is room and nobody has chosen.
  const computed = data?.items.filter((one): one is Computed => one.result !== null) ?? []
  const wanted: readonly string[] = search.compare ?? computed.slice(-COMPARED_LIMIT).map(({ id }) => id)
  const chosen = wanted.flatMap((id) => computed.find((one) => one.id === id) ?? [])
  const opened = computed.find(({ id }) => id === search.open)
  const order = orders.data?.items.find(({ id }) => id === search.try)
  return (
    <Page
      name={words.title}
      title={words.title}
      crumbs={crumbs}
      aside={data && words.shown[data.shown]}
      actions={
        <Row>
          <SiteSelect
            siteId={siteId}
            onChoose={(chosen) => void navigate({ to: '/planning/scenarios', search: { site: chosen }, replace: true })}
          />
          {mayPlan && data && data.shown !== 'none' && (
            <Button size="xs" variant="filled" onClick={() => go({ try: 'new' })}>
              {words.add}
            </Button>
          )}
        </Row>
      }
    >
      <ProblemAlert error={query.error} />
      {query.isPending && (
        <Card>
          <BlockSkeleton height={300} />
        </Card>
      )}
      {data?.shown === 'none' && (
        <Card>
          <EmptyState
            action={
              <Link to="/planning/schedule" search={{ site: siteId }}>
                {words.toSchedule}
              </Link>
            }
          >
            {words.noPlan}
          </EmptyState>
        </Card>
      )}
      {data && data.shown !== 'none' && (
        <Stacked>
          <ScenarioList
            scenarios={data.items}
            timeZone={data.timeZone}
            nowMs={nowMs}
            chosenIds={chosen.map(({ id }) => id)}
            mayPlan={mayPlan && mayUse}
            onChoose={(compare) => go({ compare: [...compare] })}
            onOpen={(open) => go({ open })}
            onApply={setUsing}
          />
          {chosen.length > 0 && <ScenarioComparison base={data} chosen={chosen} />}
          {opened && <ScenarioGantt scenario={opened} onClose={() => leave('open')} />}
        </Stacked>
      )}
      {data && (search.try === 'new' || order) && (
        <ScenarioDialog
          siteId={siteId}
          timeZone={site?.timeZone ?? readerZone()}
          shifts={site?.shifts.map(({ name }) => name) ?? []}
          units={data.loads}
          order={order}
          onMade={({ id }: Scenario) => leave('try', { compare: [...wanted.slice(1 - COMPARED_LIMIT), id] })}
          onClose={() => leave('try')}
        />
      )}
      {using && (
        <UseScenarioDialog
          scenario={using}
          hasDraft={data?.shown === 'draft'}
          onUsed={() => void navigate({ to: '/planning/schedule', search: { site: siteId } })}
          onClose={() => setUsing(undefined)}
        />
      )}
    </Page>
  )
}
