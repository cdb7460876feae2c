import { Button, SegmentedControl } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { equipmentQuery, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  Card,
  DataTable,
  formatWhen,
  LinesSkeleton,
  Page,
  ProblemAlert,
  Row,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Demand, DemandState } from '../demand-contract.ts'
import { amountText } from '../requirement-word-rules.ts'
import { DemandFileDialog } from './DemandFileDialog.tsx'
import { demandTexts as words } from './demand-texts.ts'
import { NewDemandDialog } from './NewDemandDialog.tsx'
import classes from './planning.module.css'
import { demandsQuery, useCloseDemand, useLiveRequirements, weeklyDemandQuery } from './requirement-queries.ts'
import { WeeklyTable } from './WeeklyTable.tsx'

interface DemandSearch {
  readonly site?: string
  readonly state?: DemandState
}

export const demandRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/demand',
  validateSearch: ({ site, state }: Record<string, unknown>): DemandSearch => ({
    ...(typeof site === 'string' && { site }),
    ...((state === 'done' || state === 'cancelled') && { state }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: DemandPage,
})

/** What customers want from a plant: week by week, and line by line. */
function DemandPage() {
  const search = demandRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const mayWrite = useMay('planning:order:write')
  const [asked, setAsked] = useState<'line' | 'file'>()
  const siteId = tree.sites.find(({ id }) => id === search.site)?.id ?? tree.sites[0]?.id
  const state = search.state ?? 'open'
  const query = useQuery({ ...demandsQuery(siteId, state), placeholderData: keepPreviousData })
  const weeks = useQuery(weeklyDemandQuery(siteId))
  const close = useCloseDemand()
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  useLiveRequirements()
  const go = (change: DemandSearch) =>
    void navigate({ to: '/planning/demand', search: { ...search, ...change }, replace: true })
  const zone = tree.byId.get(siteId ?? '')?.site?.timeZone ?? readerZone()
  return (
    <Page
      name={words.title}
      title={words.title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        <Row>
          <SiteSelect siteId={siteId} onChoose={(chosen) => go({ site: chosen })} />
          {mayWrite && siteId && (
            <>
              <Button size="xs" variant="default" onClick={() => setAsked('file')}>
                {words.file}
              </Button>
              <Button size="xs" variant="filled" onClick={() => setAsked('line')}>
                {words.add}
              </Button>
            </>
          )}
        </Row>
      }
    >
      {weeks.data && weeks.data.rows.length > 0 && (
        <Card title={words.weeks}>
          <p className={`small second ${classes.note}`}>{words.weeksNote}</p>
          <WeeklyTable weekly={weeks.data} timeZone={zone} />
        </Card>
      )}
      <Card
        title={words.lines}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={words.state}
            value={state}
            data={[
              { value: 'open', label: words.open },
              { value: 'done', label: words.done },
              { value: 'cancelled', label: words.cancelled },
            ]}
            onChange={(value) => go({ state: value as DemandState })}
          />
        }
      >
        <ProblemAlert error={query.error ?? weeks.error ?? close.error} />
        {query.isPending && <LinesSkeleton lines={8} height={30} />}
        {query.data && (
          <DataTable
            rows={query.data.items}
            rowKey={({ id }) => id}
            label={words.label}
            empty={state === 'open' ? words.empty : words.emptyOther}
            columns={[
              { header: words.number, phone: 'title', cell: ({ number }) => <b>{number}</b> },
              { header: words.material, phone: 'detail', cell: ({ materialName }) => materialName },
              {
                header: words.quantity,
                numeric: true,
                phone: 'value',
                cell: ({ quantity, unit }) => amountText(quantity, unit),
              },
              { header: words.customer, cell: ({ customer }) => customer ?? '' },
              { header: words.priority, numeric: true, cell: ({ priority }) => priority },
              {
                header: words.due,
                cell: ({ dueAt }) => (
                  <>
                    {formatWhen(epochMs(dueAt), zone, nowMs)}
                    {state === 'open' && epochMs(dueAt) < nowMs && <b> {words.overdue}</b>}
                  </>
                ),
              },
              ...(mayWrite && state === 'open' ? [actionsColumn(close.mutate)] : []),
            ]}
          />
        )}
      </Card>
      {asked === 'line' && siteId && (
        <NewDemandDialog siteId={siteId} timeZone={zone} onClose={() => setAsked(undefined)} />
      )}
      {asked === 'file' && siteId && <DemandFileDialog siteId={siteId} onClose={() => setAsked(undefined)} />}
    </Page>
  )
}

function actionsColumn(close: (act: { id: Demand['id']; as: 'complete' | 'cancel' }) => void) {
  return {
    header: words.actions,
    phone: 'hidden' as const,
    cell: ({ id, number }: Demand) => (
      <Row>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={words.completeName(number)}
          onClick={() => close({ id, as: 'complete' })}
        >
          {words.complete}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={words.cancelName(number)}
          onClick={() => close({ id, as: 'cancel' })}
        >
          {words.cancel}
        </Button>
      </Row>
    ),
  }
}
