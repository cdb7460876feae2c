import { Button } from '@mantine/core'
import { useMayAt } from '@millrace/identity/web'
import { equipmentQuery, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  BlockSkeleton,
  Card,
  DataTable,
  EmptyState,
  formatDate,
  formatNumber,
  formatRatio,
  LinesSkeleton,
  Page,
  ProblemAlert,
  Row,
  Sparkline,
  shellRoute,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ForecastAbout, ForecastSummary } from '../forecast-contract.ts'
import { ForecastChart } from './ForecastChart.tsx'
import { ForecastWeeks } from './ForecastWeeks.tsx'
import classes from './forecast.module.css'
import { forecastQuery, forecastsQuery, useComputeForecasts } from './forecast-queries.ts'
import { texts } from './forecast-texts.ts'
import { SalesDialog } from './SalesDialog.tsx'

/** A tendency below this is chance. */
const BIAS_TOLD_RATIO = 0.03

interface ForecastSearch {
  readonly site?: string
  readonly product?: string
}

export const forecastRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/forecast',
  validateSearch: ({ site, product }: Record<string, unknown>): ForecastSearch => ({
    ...(typeof site === 'string' && { site }),
    ...(typeof product === 'string' && { product }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: ForecastPage,
})

/** What is expected to be sold, product by product, and what the planner says instead. */
function ForecastPage() {
  const search = forecastRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const [isImporting, setImporting] = useState(false)
  const site = tree.sites.find(({ id }) => id === search.site) ?? tree.sites[0]
  const mayWrite = useMayAt('planning:order:write', site?.id)
  const query = useQuery({ ...forecastsQuery(site?.id ?? ''), enabled: site !== undefined })
  const compute = useComputeForecasts()
  const items = query.data?.items
  const chosen = items?.find(({ productId }) => productId === search.product) ?? items?.[0]
  return (
    <Page
      name={texts.title}
      title={texts.title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        <Row>
          <SiteSelect
            siteId={site?.id}
            onChoose={(chosen) => void navigate({ to: '/planning/forecast', search: { site: chosen }, replace: true })}
          />
          {mayWrite && site && (
            <>
              <Button size="xs" variant="default" onClick={() => setImporting(true)}>
                {texts.importSales}
              </Button>
              <Button size="xs" variant="filled" loading={compute.isPending} onClick={() => compute.mutate(site.id)}>
                {texts.compute}
              </Button>
            </>
          )}
        </Row>
      }
    >
      <ProblemAlert error={query.error ?? compute.error} />
      <Card title={texts.list} note={texts.listNote}>
        <div role="status" className="small second">
          {compute.data &&
            (compute.data.computedCount === 0
              ? texts.computedNothing
              : texts.computed(compute.data.computedCount, compute.data.leftCount))}
        </div>
        {query.isPending && site && <LinesSkeleton lines={5} height={32} />}
        {items && <ProductList items={items} siteId={site?.id} chosenId={chosen?.productId} />}
        {!site && <EmptyState>{texts.empty}</EmptyState>}
      </Card>
      {chosen && <OneForecast key={chosen.productId} productId={chosen.productId} mayWrite={mayWrite} />}
      {isImporting && site && <SalesDialog siteId={site.id} onClose={() => setImporting(false)} />}
    </Page>
  )
}

interface ProductListProps {
  readonly items: readonly ForecastSummary[]
  readonly siteId: string | undefined
  readonly chosenId: string | undefined
}

function ProductList({ items, siteId, chosenId }: ProductListProps) {
  return (
    <DataTable
      rows={items}
      rowKey={({ productId }) => productId}
      label={texts.list}
      empty={texts.empty}
      columns={[
        {
          header: texts.product,
          phone: 'title',
          cell: ({ productId, name }) => (
            <Link
              to="/planning/forecast"
              search={{ ...(siteId !== undefined && { site: siteId }), product: productId }}
              {...(productId === chosenId && { 'aria-current': true, className: classes.chosen })}
            >
              {name}
            </Link>
          ),
        },
        {
          header: texts.lastYear,
          phone: 'hidden',
          width: '130px',
          cell: ({ name, history }) => (
            <Sparkline
              timesMs={history.map(({ weekOn }) => Date.parse(weekOn))}
              values={history.map(({ quantity }) => quantity)}
              label={texts.spark(name)}
            />
          ),
        },
        {
          header: texts.nextFour,
          numeric: true,
          phone: 'value',
          cell: ({ nextFourWeeks }) => formatNumber(nextFourWeeks, 0),
        },
        { header: texts.accuracy, phone: 'detail', cell: ({ about }) => (about ? offText(about) : texts.none) },
        { header: texts.method, cell: ({ about }) => about && texts.methods[about.method] },
        { header: texts.changed, numeric: true, cell: ({ overriddenWeeks }) => overriddenWeeks || '' },
      ]}
    />
  )
}

function OneForecast({ productId, mayWrite }: { productId: string; mayWrite: boolean }) {
  const query = useQuery(forecastQuery(productId))
  const forecast = query.data
  if (!forecast)
    return (
      <Card>
        <ProblemAlert error={query.error} />
        {query.isPending && <BlockSkeleton height={280} />}
      </Card>
    )
  const { about, history, weeks, name } = forecast
  return (
    <>
      <Card title={texts.chart(name)} note={texts.pieces}>
        {history.length === 0 && <EmptyState>{texts.noHistory(name)}</EmptyState>}
        {about && <p className="second">{aboutText(about)}</p>}
        {history.length > 0 && <ForecastChart forecast={forecast} />}
      </Card>
      {history.length > 0 && weeks.length === 0 && (
        <Card>
          <EmptyState>{texts.noForecast}</EmptyState>
        </Card>
      )}
      {weeks.length > 0 && <ForecastWeeks forecast={forecast} mayWrite={mayWrite} />}
    </>
  )
}

function offText({ wapeRatio, naiveWapeRatio, naiveIsBest, method }: ForecastAbout): string {
  if (wapeRatio === null) return texts.untried
  const own = texts.off(formatRatio(wapeRatio))
  if (naiveIsBest && method === 'last-year') return texts.naiveIsBest(own)
  if (naiveWapeRatio === null) return own
  return `${own}, ${texts.offNaive(formatRatio(naiveWapeRatio), texts.naiveWord(method !== 'last-week'))}`
}

function aboutText(about: ForecastAbout): string {
  const { method, biasRatio, mendedWeeks, historyUntilOn } = about
  const size = formatRatio(Math.abs(biasRatio ?? 0))
  const isTold = Math.abs(biasRatio ?? 0) >= BIAS_TOLD_RATIO
  return texts.sentence({
    ...{ method: texts.methods[method], off: offText(about), mended: texts.mended(mendedWeeks) },
    bias: isTold ? ((biasRatio ?? 0) > 0 ? texts.biasOver(size) : texts.biasUnder(size)) : '',
    until: formatDate(Date.parse(historyUntilOn), 'UTC'),
  })
}
