import { Button, SegmentedControl } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMayAt } from '@millrace/identity/web'
import { equipmentQuery, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  Card,
  DataTable,
  formatDuration,
  formatNumber,
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
import type { OrderState, ProductionOrder } from '../contract.ts'
import { NewOrderDialog } from './NewOrderDialog.tsx'
import { ordersQuery, useCloseOrder, useLiveOrders } from './queries.ts'
import { texts } from './texts.ts'

const words = texts.orders

interface OrdersSearch {
  readonly site?: string
  readonly state?: OrderState
}

export const ordersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/orders',
  validateSearch: ({ site, state }: Record<string, unknown>): OrdersSearch => ({
    ...(typeof site === 'string' && { site }),
    ...((state === 'done' || state === 'cancelled') && { state }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: OrdersPage,
})

/** What is to be made, by due date, with the ends that the plan promises. */
function OrdersPage() {
  const search = ordersRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const [isAdding, setAdding] = useState(false)
  const siteId = tree.sites.find(({ id }) => id === search.site)?.id ?? tree.sites[0]?.id
  const mayWrite = useMayAt('planning:order:write', siteId)
  const state = search.state ?? 'open'
  const query = useQuery({ ...ordersQuery(siteId, state), placeholderData: keepPreviousData })
  const close = useCloseOrder()
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  useLiveOrders()
  const go = (change: OrdersSearch) =>
    void navigate({ to: '/planning/orders', search: { ...search, ...change }, replace: true })
  const zone = tree.byId.get(siteId ?? '')?.site?.timeZone ?? readerZone()
  const lateMs = ({ plannedEndAt, dueAt }: ProductionOrder) =>
    plannedEndAt === null ? 0 : epochMs(plannedEndAt) - epochMs(dueAt)
  return (
    <Page
      name={words.title}
      title={words.title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        <Row>
          <SegmentedControl
            size="xs"
            aria-label={words.state}
            value={state}
            data={[
              { value: 'open', label: words.open },
              { value: 'done', label: words.done },
              { value: 'cancelled', label: words.cancelled },
            ]}
            onChange={(value) => go({ state: value as OrderState })}
          />
          <SiteSelect siteId={siteId} onChoose={(chosen) => go({ site: chosen })} />
          {mayWrite && siteId && (
            <Button size="xs" variant="filled" onClick={() => setAdding(true)}>
              {words.add}
            </Button>
          )}
        </Row>
      }
    >
      <Card>
        <ProblemAlert error={query.error ?? close.error} />
        {query.isPending && <LinesSkeleton lines={8} height={30} />}
        {query.data && (
          <DataTable
            rows={query.data.items}
            rowKey={({ id }) => id}
            label={words.label}
            empty={state === 'open' ? words.empty : words.emptyOther}
            columns={[
              { header: words.number, phone: 'title', cell: (order) => <b>{order.number}</b> },
              { header: words.product, phone: 'detail', cell: (order) => order.productName },
              { header: words.quantity, numeric: true, cell: (order) => formatNumber(order.quantity, 0) },
              { header: words.customer, cell: (order) => order.customer ?? '' },
              { header: words.priority, numeric: true, cell: (order) => order.priority },
              { header: words.due, cell: (order) => formatWhen(epochMs(order.dueAt), zone, nowMs) },
              {
                header: words.planned,
                cell: ({ plannedEndAt }) =>
                  plannedEndAt === null ? words.unplanned : formatWhen(epochMs(plannedEndAt), zone, nowMs),
              },
              {
                header: words.lateBy,
                phone: 'value',
                cell: (order) =>
                  order.plannedEndAt === null ? (
                    ''
                  ) : lateMs(order) > 0 ? (
                    <b>{formatDuration(lateMs(order))}</b>
                  ) : (
                    <span className="second">{words.inTime}</span>
                  ),
              },
              ...(mayWrite && state === 'open'
                ? [
                    {
                      header: words.actions,
                      phone: 'hidden' as const,
                      cell: (order: ProductionOrder) => (
                        <Row>
                          <Button
                            size="compact-xs"
                            variant="default"
                            aria-label={words.doneName(order.number)}
                            onClick={() => close.mutate({ id: order.id, as: 'complete' })}
                          >
                            {words.complete}
                          </Button>
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            aria-label={words.orderName(order.number)}
                            onClick={() => close.mutate({ id: order.id, as: 'cancel' })}
                          >
                            {words.cancel}
                          </Button>
                        </Row>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Card>
      {isAdding && siteId && <NewOrderDialog siteId={siteId} timeZone={zone} onClose={() => setAdding(false)} />}
    </Page>
  )
}
