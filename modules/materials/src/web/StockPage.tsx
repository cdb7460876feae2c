import { Button, SegmentedControl } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMayAt, useMayEverywhere } from '@millrace/identity/web'
import { equipmentQuery, SiteSelect, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  Card,
  type Column,
  DataTable,
  EmptyState,
  formatDay,
  formatNumber,
  formatWhen,
  LinesSkeleton,
  Page,
  PriorityChip,
  ProblemAlert,
  Row,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { MaterialDefinition } from '../contract.ts'
import type { SiteOutlook, StockOutlook } from '../outlook-contract.ts'
import { amountText } from './amounts.ts'
import { definitionTexts } from './definition-texts.ts'
import { MaterialDialog } from './MaterialDialog.tsx'
import { MaterialSelect } from './MaterialSelect.tsx'
import { MoveDialog } from './MoveDialog.tsx'
import classes from './materials.module.css'
import { outlookQuery, useLiveStock } from './queries.ts'
import { ReceiveDialog } from './ReceiveDialog.tsx'
import { texts } from './texts.ts'

interface StockSearch {
  readonly site?: string
  readonly show?: 'short'
}

export const stockRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/materials/stock',
  validateSearch: ({ site, show }: Record<string, unknown>): StockSearch => ({
    ...(typeof site === 'string' && { site }),
    ...(show === 'short' && { show }),
  }),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: StockPage,
})

/** What lies at a plant, what its plan takes of it, and what runs short when. */
function StockPage() {
  const search = stockRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const mayDefine = useMayEverywhere('materials:definition:write')
  const [isAdding, setAdding] = useState(false)
  const [added, setAdded] = useState<MaterialDefinition>()
  const site = tree.sites.find(({ id }) => id === search.site) ?? tree.sites[0]
  const go = (change: { site?: string; show?: 'short' | undefined }) => {
    const { show = undefined, ...rest } = { ...search, ...change }
    void navigate({ to: '/materials/stock', search: { ...rest, ...(show && { show }) }, replace: true })
  }
  const zone = site?.site?.timeZone ?? readerZone()
  return (
    <Page
      name={texts.title}
      title={texts.title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        <Row>
          <MaterialSelect
            size="xs"
            w={170}
            aria-label={definitionTexts.find}
            placeholder={definitionTexts.find}
            onChoose={({ id: materialId }) =>
              void navigate({
                to: '/materials/definitions/$materialId',
                params: { materialId },
                search: site ? { site: site.id } : {},
              })
            }
          />
          <SegmentedControl
            size="xs"
            aria-label={texts.show}
            value={search.show ?? 'all'}
            data={[
              { value: 'all', label: texts.all },
              { value: 'short', label: texts.short },
            ]}
            onChange={(value) => go({ show: value === 'short' ? 'short' : undefined })}
          />
          <SiteSelect siteId={site?.id} onChoose={(chosen) => go({ site: chosen })} />
          {mayDefine && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setAdded(undefined)
                setAdding(true)
              }}
            >
              {definitionTexts.material.add}
            </Button>
          )}
        </Row>
      }
    >
      {added && (
        <p role="status">
          {definitionTexts.material.added(added.name)}{' '}
          <Link
            to="/materials/definitions/$materialId"
            params={{ materialId: added.id }}
            search={site ? { site: site.id } : {}}
          >
            {definitionTexts.material.open}
          </Link>
        </p>
      )}
      {isAdding && (
        <MaterialDialog
          material={undefined}
          onClose={() => setAdding(false)}
          onSaved={(material) => {
            setAdding(false)
            setAdded(material)
          }}
        />
      )}
      <Card>
        {site ? (
          <SiteStock key={site.id} siteId={site.id} timeZone={zone} onlyShort={search.show === 'short'} />
        ) : (
          <EmptyState>{texts.noSite}</EmptyState>
        )}
      </Card>
    </Page>
  )
}

interface SiteStockProps {
  readonly siteId: string
  readonly timeZone: string
  readonly onlyShort: boolean
}

function SiteStock({ siteId, timeZone, onlyShort }: SiteStockProps) {
  const { data, error, isPending } = useQuery(outlookQuery(siteId))
  const mayBook = useMayAt('materials:stock:write', siteId)
  const [act, setAct] = useState<{ readonly kind: 'count' | 'receive'; readonly outlook: StockOutlook } | undefined>()
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  useLiveStock(siteId)
  const rows = data?.items.filter(({ shortAt }) => !onlyShort || shortAt !== null) ?? []
  return (
    <>
      <ProblemAlert error={error} />
      {isPending && <LinesSkeleton lines={8} height={30} />}
      {data && <p className={`second ${classes.summary}`}>{summaryOf(data)}</p>}
      {data && (
        <DataTable
          rows={rows}
          rowKey={({ material }) => material.id}
          label={texts.label}
          empty={onlyShort ? texts.noneShort : texts.empty}
          columns={[
            ...columnsOf(siteId, timeZone, nowMs),
            ...(mayBook ? [actionsColumn((kind, outlook) => setAct({ kind, outlook }))] : []),
          ]}
        />
      )}
      {act?.kind === 'count' && <MoveDialog siteId={siteId} outlook={act.outlook} onClose={() => setAct(undefined)} />}
      {act?.kind === 'receive' && (
        <ReceiveDialog
          siteId={siteId}
          material={act.outlook.material}
          timeZone={timeZone}
          onClose={() => setAct(undefined)}
        />
      )}
    </>
  )
}

function summaryOf({ items, plan }: SiteOutlook): string {
  const short = items.filter(({ shortAt }) => shortAt !== null).length
  const overdue = items.filter((one) => one.overdue).length
  return texts.summary(short, overdue, texts.plans[plan])
}

function columnsOf(siteId: string, zone: string, nowMs: number): Column<StockOutlook>[] {
  const when = (at: NonNullable<StockOutlook['shortAt']>) => formatWhen(epochMs(at), zone, nowMs)
  const day = (at: NonNullable<StockOutlook['shortAt']>) => formatDay(epochMs(at), zone)
  const isNothing = (amount: string) => Number(amount) === 0
  return [
    {
      header: texts.name,
      phone: 'title',
      cell: ({ material }) => (
        <Link to="/materials/definitions/$materialId" params={{ materialId: material.id }} search={{ site: siteId }}>
          <b>{material.name}</b>
        </Link>
      ),
      width: '160px',
    },
    {
      header: texts.onHand,
      numeric: true,
      phone: 'value',
      cell: ({ onHand, material }) => amountText(onHand, material.unit),
    },
    {
      header: texts.taken,
      numeric: true,
      cell: ({ taken, material }) => (isNothing(taken) ? '' : amountText(taken, material.unit)),
    },
    {
      header: texts.made,
      numeric: true,
      cell: ({ made, material }) => (isNothing(made) ? '' : amountText(made, material.unit)),
    },
    {
      header: texts.expected,
      numeric: true,
      cell: ({ expected, material }) => (isNothing(expected) ? '' : amountText(expected, material.unit)),
    },
    {
      header: texts.next,
      width: '104px',
      cell: ({ nextAt, overdue }) =>
        nextAt === null ? '' : overdue ? <b>{`${texts.overdue}, ${day(nextAt)}`}</b> : day(nextAt),
    },
    {
      header: texts.reach,
      numeric: true,
      cell: ({ reachDays, taken }) =>
        isNothing(taken) ? '' : reachDays === null ? texts.enough : texts.days(formatNumber(reachDays, 1)),
    },
    {
      header: texts.shortage,
      phone: 'detail',
      cell: ({ shortAt, shortQuantity, lowAt, material }) =>
        shortAt !== null ? (
          <PriorityChip priority={2}>
            {texts.shortBy(amountText(shortQuantity, material.unit), when(shortAt))}
          </PriorityChip>
        ) : lowAt !== null ? (
          <span className="second">{texts.low(when(lowAt))}</span>
        ) : (
          <span className="second">{texts.fine}</span>
        ),
    },
  ]
}

function actionsColumn(act: (kind: 'count' | 'receive', outlook: StockOutlook) => void): Column<StockOutlook> {
  return {
    header: texts.actions,
    phone: 'hidden',
    cell: (outlook) => (
      <div className={classes.acts}>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={texts.actName(texts.count, outlook.material.name)}
          onClick={() => act('count', outlook)}
        >
          {texts.count}
        </Button>
        {outlook.nextAt !== null && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={texts.actName(texts.receive, outlook.material.name)}
            onClick={() => act('receive', outlook)}
          >
            {texts.receive}
          </Button>
        )}
      </div>
    ),
  }
}
