import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMayAt } from '@millrace/identity/web'
import { equipmentQuery, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  BlockSkeleton,
  Card,
  Columns,
  DataTable,
  formatWhen,
  LinesSkeleton,
  Page,
  ProblemAlert,
  Row,
  Stacked,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { MaterialDetail } from '../contract.ts'
import type { MaterialOutlook } from '../outlook-contract.ts'
import { amountText } from './amounts.ts'
import { BillCard } from './BillCard.tsx'
import { WhereUsed } from './BillTree.tsx'
import { EditMaterial } from './EditMaterial.tsx'
import { FlowsCard } from './FlowsCard.tsx'
import { MoveDialog } from './MoveDialog.tsx'
import classes from './materials.module.css'
import { PolicyCard } from './PolicyCard.tsx'
import { materialOutlookQuery, materialQuery, movesQuery, useLiveStock } from './queries.ts'
import { ReceiptsCard } from './ReceiptsCard.tsx'
import { StockChart } from './StockChart.tsx'
import { texts } from './texts.ts'

const words = texts.material

export const materialRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/materials/definitions/$materialId',
  validateSearch: ({ site }: Record<string, unknown>): { site?: string } => (typeof site === 'string' ? { site } : {}),
  loader: ({ context, params }) =>
    Promise.all([
      context.queryClient.ensureQueryData(equipmentQuery),
      context.queryClient.ensureQueryData(materialQuery(params.materialId)),
    ]),
  component: MaterialPage,
})

/** One material: what becomes of it at a plant, what it is made of, and what was done with it. */
function MaterialPage() {
  const { materialId } = materialRoute.useParams()
  const search = materialRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const detail = useQuery(materialQuery(materialId))
  const site = tree.sites.find(({ id }) => id === search.site) ?? tree.sites[0]
  const name = detail.data?.material.name ?? ''
  return (
    <Page
      name={name}
      title={name}
      crumbs={[
        { text: company, to: '/overview' },
        { text: texts.title, to: '/materials/stock' },
      ]}
      aside={
        detail.data && (
          <span className="second">{`${words.kinds[detail.data.material.kind]} ${detail.data.material.code}`}</span>
        )
      }
      actions={
        <Row>
          {detail.data && <EditMaterial key={materialId} material={detail.data.material} />}
          <SiteSelect
            siteId={site?.id}
            onChoose={(chosen) =>
              void navigate({
                to: '/materials/definitions/$materialId',
                params: { materialId },
                search: { site: chosen },
                replace: true,
              })
            }
          />
        </Row>
      }
    >
      <ProblemAlert error={detail.error} />
      {detail.data && site && (
        <MaterialAtSite
          key={`${site.id} ${materialId}`}
          detail={detail.data}
          siteId={site.id}
          timeZone={site.site?.timeZone ?? 'UTC'}
          siteName={(id) => tree.byId.get(id)?.name ?? ''}
        />
      )}
    </Page>
  )
}

interface MaterialAtSiteProps {
  readonly detail: MaterialDetail
  readonly siteId: string
  readonly timeZone: string
  readonly siteName: (id: string) => string
}

function MaterialAtSite({ detail, siteId, timeZone, siteName }: MaterialAtSiteProps) {
  const { material } = detail
  const { data, error, isPending } = useQuery(materialOutlookQuery(siteId, material.id))
  useLiveStock(siteId)
  return (
    <Stacked>
      <ProblemAlert error={error} />
      {isPending && <BlockSkeleton height={320} />}
      {data && <OutlookCard data={data} siteId={siteId} siteName={siteName(siteId)} timeZone={timeZone} />}
      <Columns
        main={
          <>
            <BillCard detail={detail} siteId={siteId} />
            {data && <ReceiptsCard siteId={siteId} material={material} receipts={data.receipts} timeZone={timeZone} />}
            {data && <FlowsCard flows={data.flows} material={material} timeZone={timeZone} />}
            <MovesCard siteId={siteId} detail={detail} timeZone={timeZone} />
          </>
        }
        side={
          <>
            <PolicyCard
              {...{ siteId, data, siteName }}
              isMade={detail.bills.some(({ materialId }) => materialId === material.id)}
            />
            <Card title={words.whereUsed}>
              <WhereUsed detail={detail} siteId={siteId} />
            </Card>
          </>
        }
      />
    </Stacked>
  )
}

interface OutlookCardProps {
  readonly data: MaterialOutlook
  readonly siteId: string
  readonly siteName: string
  readonly timeZone: string
}

function OutlookCard({ data, siteId, siteName, timeZone }: OutlookCardProps) {
  const [isCounting, setCounting] = useState(false)
  const mayBook = useMayAt('materials:stock:write', siteId)
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const { material, onHand, countedAt, taken, made, expected } = data.outlook
  const facts = [
    [
      words.onHand,
      onHand,
      countedAt ? words.counted(formatWhen(epochMs(countedAt), timeZone, nowMs)) : words.neverCounted,
    ],
    [texts.taken, taken, ''],
    [texts.made, made, ''],
    [texts.expected, expected, ''],
  ] as const
  return (
    <Card
      title={words.here(siteName)}
      actions={
        mayBook && (
          <Button size="xs" variant="default" onClick={() => setCounting(true)}>
            {texts.count}
          </Button>
        )
      }
    >
      <dl className={classes.facts}>
        {facts.map(([label, amount, note]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {amountText(amount, material.unit)}
              {note !== '' && <small>{note}</small>}
            </dd>
          </div>
        ))}
      </dl>
      <StockChart data={data} timeZone={timeZone} />
      {isCounting && <MoveDialog siteId={siteId} outlook={data.outlook} onClose={() => setCounting(false)} />}
    </Card>
  )
}

function MovesCard({ siteId, detail, timeZone }: Omit<MaterialAtSiteProps, 'siteName'>) {
  const { data, error, isPending } = useQuery(movesQuery(siteId, detail.material.id))
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  return (
    <Card title={words.moves}>
      <ProblemAlert error={error} />
      {isPending && <LinesSkeleton lines={3} />}
      {data && (
        <DataTable
          rows={data.items}
          rowKey={({ id }) => id}
          label={words.moves}
          empty={words.noMoves}
          columns={[
            { header: words.at, cell: ({ movedAt }) => formatWhen(epochMs(movedAt), timeZone, nowMs) },
            {
              header: words.what,
              phone: 'title',
              cell: ({ kind, reference, reason }) =>
                [texts.move.kinds[kind], reference, reason].filter((part) => part !== null).join(', '),
            },
            {
              header: words.change,
              numeric: true,
              phone: 'value',
              cell: ({ change }) => amountText(change, detail.material.unit),
            },
            { header: words.after, numeric: true, cell: ({ after }) => amountText(after, detail.material.unit) },
            { header: words.by, phone: 'detail', cell: ({ movedBy }) => movedBy },
          ]}
        />
      )}
    </Card>
  )
}
