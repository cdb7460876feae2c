import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { epochMs, instant, isUuid } from '@millrace/base'
import {
  Card,
  DataTable,
  formatWhen,
  LinesSkeleton,
  Page,
  ProblemAlert,
  readerZone,
  shellRoute,
  useLiveRefetch,
  useNowMs,
} from '@millrace/ui'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { AuditEvent, AuditFilter } from '../trail-contract.ts'
import { EventDetails } from './EventDetails.tsx'
import { useMay, useSession } from './queries.ts'
import { TrailStatus } from './TrailStatus.tsx'
import classes from './trail.module.css'
import { eventsQuery, exportAddress, TRAIL_KEY } from './trail-queries.ts'
import { sentenceOf } from './trail-sentence.ts'
import { texts } from './trail-texts.ts'
import { useWords, type Words } from './words.ts'

/** A person who types does not want an answer to each letter. */
const TYPING_MS = 250
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

export const trailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/trail',
  validateSearch: (search: Record<string, unknown>): AuditFilter => {
    const { actor, object, action, siteId, outcome, text, request, from, to } = search
    return {
      ...(isText(actor) && { actor: actor.slice(0, 100) }),
      ...(isText(object) && { object: object.slice(0, 300) }),
      ...(isText(action) && { action: action.slice(0, 100) }),
      ...(isText(siteId) && isUuid(siteId) && { siteId: siteId as NonNullable<AuditFilter['siteId']> }),
      ...((outcome === 'done' || outcome === 'refused') && { outcome }),
      ...(isText(text) && { text: text.slice(0, 100) }),
      ...(isText(request) && isUuid(request.replace('urn:uuid:', '')) && { request }),
      ...(isText(from) && INSTANT.test(from) && { from: from as NonNullable<AuditFilter['from']> }),
      ...(isText(to) && INSTANT.test(to) && { to: to as NonNullable<AuditFilter['to']> }),
    }
  },
  component: TrailPage,
})

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Who did what, and whether anybody changed what is said about it. */
function TrailPage() {
  const filter = trailRoute.useSearch()
  const query = useInfiniteQuery({ ...eventsQuery(filter), placeholderData: keepPreviousData })
  const words = useWords()
  const mayExport = useMay('identity:audit:export')
  const company = useSession()?.enterprise.name ?? ''
  useLiveRefetch(['identity.trail'], [TRAIL_KEY])
  const events = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page
      name={texts.title}
      title={texts.title}
      crumbs={[{ text: company, to: '/overview' }]}
      actions={
        mayExport && (
          <fieldset className={classes.save} aria-label={texts.save.label}>
            {(['jsonl', 'csv'] as const).map((format) => (
              <Button key={format} component="a" href={exportAddress(filter, format)} download>
                {texts.save[format]}
              </Button>
            ))}
          </fieldset>
        )
      }
    >
      <TrailStatus />
      <Card>
        <p className="second">{texts.intro}</p>
        <Filters filter={filter} words={words} />
        <ProblemAlert error={query.error} />
        {query.isPending && <LinesSkeleton lines={9} height={26} />}
        {query.data && <EventTable events={events} words={words} />}
        {query.hasNextPage && (
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {texts.more}
          </Button>
        )}
      </Card>
    </Page>
  )
}

type Change = { [K in keyof AuditFilter]: AuditFilter[K] | undefined }

function Filters({ filter, words }: { filter: AuditFilter; words: Words }) {
  const navigate = useNavigate()
  const [text, setText] = useState(filter.text ?? '')
  const change = (part: Partial<Change>) =>
    void navigate({ to: '/identity/trail', search: (before: AuditFilter) => ({ ...before, ...part }), replace: true })
  const search = useDebouncedCallback((typed: string) => change({ text: typed.trim() || undefined }), TYPING_MS)
  const sites = words.places.inOrder.filter((place) => place.parentId === null)
  const { filters } = texts
  const { object, actor, request } = filter
  const narrowed = [
    object !== undefined && filters.object(object),
    actor !== undefined && filters.actor(actor),
    request !== undefined && filters.request(request),
  ].filter((one) => typeof one === 'string')
  return (
    <search>
      <div className={classes.filters}>
        <TextInput
          type="search"
          aria-label={filters.search}
          placeholder={filters.search}
          maxLength={100}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            search(event.currentTarget.value)
          }}
        />
        <Select
          aria-label={filters.module}
          value={filter.action ?? ''}
          allowDeselect={false}
          data={[
            { value: '', label: filters.anyModule },
            ...Object.entries(texts.modules).map(([module, label]) => ({ value: `${module}.`, label })),
          ]}
          onChange={(value) => change({ action: value || undefined })}
        />
        <Select
          aria-label={filters.outcome}
          value={filter.outcome ?? ''}
          allowDeselect={false}
          data={[
            { value: '', label: filters.anyOutcome },
            { value: 'done', label: filters.done },
            { value: 'refused', label: filters.refused },
          ]}
          onChange={(value) => change({ outcome: value === 'done' || value === 'refused' ? value : undefined })}
        />
        <Select
          aria-label={filters.plant}
          value={filter.siteId ?? ''}
          allowDeselect={false}
          data={[
            { value: '', label: filters.anyPlant },
            ...sites.map((site) => ({ value: site.id, label: site.name })),
          ]}
          onChange={(value) => change({ siteId: (value || undefined) as AuditFilter['siteId'] })}
        />
        <Moment label={filters.from} value={filter.from} onChange={(from) => change({ from })} />
        <Moment label={filters.to} value={filter.to} onChange={(to) => change({ to })} />
      </div>
      {narrowed.length > 0 && (
        <p className="second">
          {narrowed.join(', ')}{' '}
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => change({ object: undefined, actor: undefined, request: undefined })}
          >
            {filters.clear}
          </Button>
        </p>
      )}
    </search>
  )
}

/** A moment of the reader's own clock. */
function Moment({
  label,
  value,
  onChange,
}: {
  label: string
  value: AuditFilter['from']
  onChange: (value: AuditFilter['from']) => void
}) {
  const local = value === undefined ? '' : localText(epochMs(value))
  return (
    <TextInput
      type="datetime-local"
      aria-label={label}
      title={label}
      value={local}
      onChange={(event) => {
        const ms = Date.parse(event.currentTarget.value)
        onChange(Number.isNaN(ms) ? undefined : instant(ms))
      }}
    />
  )
}

/** `2026-11-26T09:15` by the reader's clock, as the browser's own field wants it. */
function localText(ms: number): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(ms)
  return parts.replace(' ', 'T')
}

function EventTable({ events, words }: { events: readonly AuditEvent[]; words: Words }) {
  const nowMs = useNowMs()
  const [open, setOpen] = useState<AuditEvent>()
  const say = (event: AuditEvent) => sentenceOf(event, words.grantText)
  return (
    <>
      <DataTable
        label={texts.title}
        rows={events}
        rowKey={(event) => event.id}
        empty={texts.empty}
        columns={[
          {
            header: texts.what,
            phone: 'title',
            cell: (event) => (
              <button
                type="button"
                className={classes.event}
                aria-label={texts.details.open(say(event))}
                onClick={() => setOpen(event)}
              >
                {say(event)}
              </button>
            ),
          },
          {
            header: texts.where,
            phone: 'detail',
            width: '26%',
            cell: ({ siteId, address, actorKind }) => (
              <span className="second">
                {[
                  siteId === null ? undefined : words.placeText(siteId as Parameters<Words['placeText']>[0]),
                  address ?? (actorKind === 'system' ? texts.own : undefined),
                ]
                  .filter((one) => one !== undefined)
                  .join(', ')}
              </span>
            ),
          },
          {
            header: texts.outcome,
            phone: 'hidden',
            width: '90px',
            cell: ({ outcome }) => (outcome === 'refused' ? <b>{texts.refused}</b> : texts.done),
          },
          {
            header: texts.when,
            phone: 'value',
            width: '150px',
            cell: ({ at }) => <time dateTime={at}>{formatWhen(epochMs(at), readerZone(), nowMs)}</time>,
          },
        ]}
      />
      {open && <EventDetails event={open} sentence={say(open)} onClose={() => setOpen(undefined)} />}
    </>
  )
}
