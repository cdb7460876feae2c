import { Button, Checkbox } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useMay } from '@millrace/identity/web'
import { equipmentQuery, useCompanyName, usePlaceTree } from '@millrace/plant/web'
import {
  Card,
  DataTable,
  formatDay,
  formatMoney,
  formatWhen,
  LinesSkeleton,
  Page,
  ProblemAlert,
  QuietChip,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ActionMessage, Done, MessageId } from '../requirement-contract.ts'
import { MessageActs } from './MessageActs.tsx'
import { MessageDialog } from './MessageDialog.tsx'
import classes from './planning.module.css'
import { useLiveRequirements, useReckon, type WorklistFilter, worklistQuery } from './requirement-queries.ts'
import { requirementTexts as words } from './requirement-texts.ts'
import { WorklistFilters } from './WorklistFilters.tsx'

/** What the address keeps: the filter, and which message is open. */
interface RequirementsSearch extends WorklistFilter {
  readonly message?: string
}

const KEPT = ['siteId', 'kind', 'owner', 'materialId', 'state', 'message'] as const

export const requirementsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/planning/requirements',
  validateSearch: (search: Record<string, unknown>): RequirementsSearch =>
    Object.fromEntries(KEPT.flatMap((key) => (typeof search[key] === 'string' ? [[key, search[key]]] : []))),
  loader: ({ context }) => context.queryClient.ensureQueryData(equipmentQuery),
  component: RequirementsPage,
})

/** What has to be ordered, moved or cancelled so that everything that is wanted is there: the most urgent first. */
function RequirementsPage() {
  const { message: openId, ...filter } = requirementsRoute.useSearch()
  const tree = usePlaceTree()
  const company = useCompanyName()
  const navigate = useNavigate()
  const mayAct = useMay('planning:order:write')
  const query = useQuery({ ...worklistQuery(filter), placeholderData: keepPreviousData })
  const reckon = useReckon()
  const nowMs = Math.floor(useNowMs() / 60_000) * 60_000
  const [chosen, setChosen] = useState<ReadonlySet<MessageId>>(new Set())
  const [done, setDone] = useState<Done>()
  useLiveRequirements()
  const go = (change: RequirementsSearch) => {
    const next = { ...filter, ...change }
    const search = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined))
    void navigate({ to: '/planning/requirements', search, replace: true })
  }
  const zoneOf = (siteId: string) => tree.byId.get(siteId)?.site?.timeZone ?? readerZone()
  const list = query.data
  const currency = list?.currency ?? ''
  const items = list?.items ?? []
  const open = items.find(({ id }) => id === openId)
  const ids = items.map(({ id }) => id).filter((id) => chosen.has(id))
  const isOpenState = filter.state === undefined
  const choose = (id: MessageId, isChosen: boolean) => {
    const next = new Set(chosen)
    if (isChosen) next.add(id)
    else next.delete(id)
    setChosen(next)
  }
  return (
    <Page
      name={words.title}
      title={words.title}
      crumbs={[{ text: company, to: '/overview' }]}
      aside={
        list &&
        (list.isStale
          ? words.stale
          : list.computedAt
            ? words.computed(formatWhen(epochMs(list.computedAt), readerZone(), nowMs))
            : words.never)
      }
      actions={
        mayAct && (
          <Button size="xs" variant="default" loading={reckon.isPending} onClick={() => reckon.mutate(undefined)}>
            {words.again}
          </Button>
        )
      }
    >
      <Card>
        <div className={classes.worklist}>
          <WorklistFilters filter={filter} owners={list?.owners ?? []} sites={tree.sites} onChange={go} />
          <ProblemAlert error={query.error ?? reckon.error} />
          {list?.detail && <p role="alert">{list.detail}</p>}
          {done && <DoneNote done={done} items={items} />}
          {ids.length > 0 && mayAct && (
            <section className={classes.selection} aria-label={words.selected(ids.length)}>
              <span>{words.selected(ids.length)}</span>
              <MessageActs
                ids={ids}
                owners={list?.owners ?? []}
                onDecided={() => setChosen(new Set())}
                onDone={setDone}
              />
            </section>
          )}
          {query.isPending && <LinesSkeleton lines={8} height={30} />}
          {list && (
            <DataTable
              rows={items}
              rowKey={({ id }) => id}
              label={words.label}
              empty={
                Object.keys(filter).length > 0 ? words.emptyFilter : list.computedAt ? words.empty : words.neverEmpty
              }
              columns={[
                ...(mayAct && isOpenState
                  ? [
                      {
                        header: words.chosen,
                        phone: 'hidden' as const,
                        width: '32px',
                        cell: ({ id, what }: ActionMessage) => (
                          <Checkbox
                            size="xs"
                            aria-label={words.choose(what)}
                            checked={chosen.has(id)}
                            onChange={(event) => choose(id, event.currentTarget.checked)}
                          />
                        ),
                      },
                    ]
                  : []),
                { header: words.kind, width: '92px', cell: ({ kind }) => <QuietChip>{words.kinds[kind]}</QuietChip> },
                {
                  header: words.what,
                  phone: 'title',
                  cell: ({ id, what, why }) => (
                    <>
                      <button type="button" className={classes.what} onClick={() => go({ message: id })}>
                        {what}
                      </button>
                      <div className="small second">{why}</div>
                    </>
                  ),
                },
                { header: words.site, cell: ({ siteName }) => siteName },
                { header: words.owner, width: '112px', cell: ({ owner }) => owner ?? '' },
                {
                  header: words.act,
                  width: '112px',
                  phone: 'detail',
                  cell: ({ actByAt, siteId }) =>
                    epochMs(actByAt) <= nowMs ? (
                      <b>{words.today}</b>
                    ) : (
                      words.actOn(formatDay(epochMs(actByAt), zoneOf(siteId)))
                    ),
                },
                {
                  header: words.money,
                  numeric: true,
                  phone: 'value',
                  cell: ({ money, isTooLate }) => (
                    <>
                      {money === 0 ? '' : formatMoney(money, currency)}
                      {isTooLate && <div className="small">{words.late}</div>}
                    </>
                  ),
                },
              ]}
            />
          )}
        </div>
      </Card>
      {open && (
        <MessageDialog
          message={open}
          timeZone={zoneOf(open.siteId)}
          currency={currency}
          nowMs={nowMs}
          owners={list?.owners ?? []}
          mayAct={mayAct}
          onClose={() => go({ message: undefined })}
          onDone={setDone}
        />
      )}
    </Page>
  )
}

/** What was just done, and what was refused and why. */
function DoneNote({
  done: { done, refused },
  items,
}: {
  readonly done: Done
  readonly items: readonly ActionMessage[]
}) {
  return (
    <div role="status" className={classes.done}>
      {done.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
      {refused.length > 0 && <b>{words.refused(refused.length)}</b>}
      {refused.map(({ id, text }) => (
        <p key={id}>{[items.find((one) => one.id === id)?.what, text].filter(Boolean).join(': ')}</p>
      ))}
    </div>
  )
}
