import { SegmentedControl } from '@mantine/core'
import { equipmentQuery } from '@millrace/plant/web'
import {
  BlockSkeleton,
  Card,
  DataTable,
  EmptyState,
  formatNumber,
  formatQuantity,
  formatRatio,
  ProblemAlert,
  shellRoute,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { weekNumber } from '../week-rules.ts'
import type { WeeklyCapacity } from '../weekly-capacity-contract.ts'
import { CapacityMap, type CapacityView, type CellPlace } from './CapacityMap.tsx'
import { texts } from './capacity-texts.ts'
import classes from './forecast.module.css'
import { weeklyCapacityQuery } from './forecast-queries.ts'
import { LotTable } from './LotTable.tsx'
import { PlanningSite } from './PlanningSite.tsx'

interface CapacitySearch {
  readonly site?: string
}

export const capacityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/capacity',
  validateSearch: ({ site }: Record<string, unknown>): CapacitySearch => ({
    ...(typeof site === 'string' && { site }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: CapacityPage,
})

/** What the coming weeks hold against what there are hours for, and what to make in which of them. */
function CapacityPage() {
  const { site } = capacityRoute.useSearch()
  const navigate = useNavigate()
  return (
    <PlanningSite
      title={texts.title}
      wanted={site}
      onChoose={(siteId) => void navigate({ to: '/planning/capacity', search: { site: siteId }, replace: true })}
      empty={texts.noGroups}
    >
      {({ siteId }) => <SiteCapacity key={siteId} siteId={siteId} />}
    </PlanningSite>
  )
}

function SiteCapacity({ siteId }: { siteId: string }) {
  const { data, error, isPending } = useQuery(weeklyCapacityQuery(siteId))
  return (
    <>
      <ProblemAlert error={error} />
      {isPending && (
        <Card title={texts.answer} note={texts.computing}>
          <BlockSkeleton height={420} />
        </Card>
      )}
      {data && <Weeks siteId={siteId} capacity={data} />}
    </>
  )
}

function Weeks({ siteId, capacity }: { siteId: string; capacity: WeeklyCapacity }) {
  const [view, setView] = useState<CapacityView>('wanted')
  const [chosen, setChosen] = useState<CellPlace>()
  if (capacity.groups.length === 0)
    return (
      <Card>
        <EmptyState>{texts.noGroups}</EmptyState>
      </Card>
    )
  return (
    <>
      <Card title={texts.answer} note={capacity.lots.length > 0 && gapText(capacity.gapRatio)}>
        <ul className={classes.sentences}>
          {capacity.sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Card>
      <Card
        title={texts.map}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={texts.view}
            value={view}
            data={[
              { value: 'wanted', label: texts.wanted },
              { value: 'planned', label: texts.planned },
            ]}
            onChange={(value) => setView(value as CapacityView)}
          />
        }
      >
        <p className="small second">{view === 'wanted' ? texts.wantedNote : texts.plannedNote}</p>
        <CapacityMap capacity={capacity} view={view} chosen={chosen} onChoose={setChosen} />
        {chosen && <CellDetail siteId={siteId} capacity={capacity} place={chosen} />}
      </Card>
      <LotTable siteId={siteId} capacity={capacity} />
    </>
  )
}

/** What a number of the map is made of. */
function CellDetail({ siteId, capacity, place }: { siteId: string; capacity: WeeklyCapacity; place: CellPlace }) {
  const group = capacity.groups.find(({ id }) => id === place.groupId)
  const week = group?.weeks.find(({ weekOn }) => weekOn === place.weekOn)
  if (!group || !week) return null
  const names = new Map(capacity.lots.map(({ productId, productName }) => [productId, productName]))
  const hours = (value: number) => formatQuantity(value, 'h', 1)
  const title = texts.detail(group.name, weekNumber(week.weekOn))
  return (
    <section className={classes.detail} aria-label={title}>
      <h3>{title}</h3>
      <p className="second">
        {texts.hours(hours(week.hours), hours(week.wantedHours), hours(week.plannedHours))}
        {week.overtimeHours > 0.05 && texts.overtime(hours(week.overtimeHours))}
      </p>
      <DataTable
        rows={week.shares}
        rowKey={({ productId }) => productId}
        label={title}
        empty={texts.noShares}
        columns={[
          {
            header: texts.product,
            phone: 'title',
            cell: ({ productId }) => (
              <Link to="/planning/forecast" search={{ site: siteId, product: productId }}>
                {names.get(productId) ?? ''}
              </Link>
            ),
          },
          { header: texts.wantedHours, numeric: true, phone: 'value', cell: (one) => formatNumber(one.wantedHours, 1) },
          {
            header: texts.plannedHours,
            numeric: true,
            phone: 'detail',
            cell: (one) => formatNumber(one.plannedHours, 1),
          },
        ]}
      />
    </section>
  )
}

/** Below this it would be told as nothing. */
const GAP_TOLD_RATIO = 0.0005

function gapText(ratio: number): string {
  return ratio < GAP_TOLD_RATIO ? texts.best : texts.gap(formatRatio(ratio, 1))
}
