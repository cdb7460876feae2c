import { Button, SegmentedControl, Select } from '@mantine/core'
import { epochMs } from '@millrace/base'
import {
  Card,
  DataTable,
  formatWhen,
  LinesSkeleton,
  PriorityChip,
  ProblemAlert,
  QuietChip,
  readerZone,
  useNowMs,
} from '@millrace/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Delivery, DeliveryState, Webhook } from '../contract.ts'
import classes from './exchange.module.css'
import { type DeliveryFilter, deliveriesQuery, useEventTitles, useMayWrite, useReplay } from './queries.ts'
import { ReplayRangeDialog } from './ReplayRangeDialog.tsx'
import { attemptText, deliveryText } from './state.ts'
import { texts } from './texts.ts'

const words = texts.deliveries

interface DeliveriesCardProps {
  readonly webhook: Webhook
  readonly filter: DeliveryFilter
  readonly onFilter: (filter: DeliveryFilter) => void
}

/** What was sent and what waits, newest first; sent again with one press. */
export function DeliveriesCard({ webhook, filter, onFilter }: DeliveriesCardProps) {
  const query = useInfiniteQuery(deliveriesQuery(webhook.id, filter))
  const titles = useEventTitles()
  const replay = useReplay(webhook.id)
  const nowMs = useNowMs()
  const mayReplay = useMayWrite() && webhook.state === 'active'
  const [choosingRange, setChoosingRange] = useState(false)
  const isFiltered = filter.state !== undefined || filter.eventType !== undefined
  return (
    <Card
      title={words.title}
      note={words.note}
      actions={mayReplay && <Button onClick={() => setChoosingRange(true)}>{words.replayRange}</Button>}
    >
      <div className={classes.filters}>
        <SegmentedControl
          size="xs"
          aria-label={words.filter}
          value={filter.state ?? 'all'}
          data={[
            { value: 'all', label: words.all },
            { value: 'waiting', label: words.waiting },
            { value: 'delivered', label: words.delivered },
            { value: 'failed', label: words.failed },
          ]}
          onChange={(value) => onFilter({ ...filter, state: value === 'all' ? undefined : (value as DeliveryState) })}
        />
        <Select
          size="xs"
          w={220}
          aria-label={words.event}
          value={filter.eventType ?? ''}
          data={[
            { value: '', label: words.anyEvent },
            ...webhook.eventTypes.map((type) => ({ value: type, label: titles.get(type) ?? type })),
          ]}
          allowDeselect={false}
          onChange={(value) => onFilter({ ...filter, eventType: value || undefined })}
        />
      </div>
      <ProblemAlert error={query.error ?? replay.error} />
      {query.isPending && <LinesSkeleton lines={5} height={30} />}
      {query.data && (
        <DataTable
          label={words.title}
          rows={query.data.pages.flatMap((one) => one.items)}
          rowKey={(delivery) => delivery.id}
          empty={isFiltered ? words.emptyFilter : words.empty}
          columns={[
            {
              header: words.when,
              phone: 'value',
              cell: ({ occurredAt }) => (
                <span className="second">{formatWhen(epochMs(occurredAt), readerZone(), nowMs)}</span>
              ),
            },
            {
              header: words.event,
              phone: 'title',
              cell: ({ id, eventType }) => (
                <Link to={`/exchange/webhooks/${webhook.id}/deliveries/${id}`}>{titleOf(titles, eventType)}</Link>
              ),
            },
            {
              header: words.state,
              phone: 'detail',
              cell: (delivery) => <DeliveryStateText delivery={delivery} webhook={webhook} />,
            },
            {
              header: words.answer,
              cell: ({ lastAttempt }) => <div className={classes.answer}>{attemptText(lastAttempt)}</div>,
            },
            { header: words.attempts, numeric: true, cell: ({ attemptCount }) => attemptCount },
            ...(mayReplay
              ? [
                  {
                    header: words.moves,
                    phone: 'hidden' as const,
                    cell: ({ id, eventType }: Delivery) => (
                      <Button
                        size="compact-xs"
                        aria-label={`${words.replay}: ${titleOf(titles, eventType)}`}
                        loading={replay.isPending && replay.variables === id}
                        onClick={() => replay.mutate(id)}
                      >
                        {words.replay}
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {words.more}
        </Button>
      )}
      <ReplayRangeDialog webhookId={webhook.id} opened={choosingRange} onClose={() => setChoosingRange(false)} />
    </Card>
  )
}

/** The title of an event; a test has none of its own. */
export function titleOf(titles: ReadonlyMap<string, string>, eventType: string): string {
  return titles.get(eventType) ?? (eventType === 'exchange.test' ? words.test : eventType)
}

/** Where a delivery stands; with a sign when it was given up. */
export function DeliveryStateText({ delivery, webhook }: { delivery: Delivery; webhook: Webhook }) {
  const text = deliveryText(delivery, webhook, useNowMs(), readerZone())
  if (delivery.state === 'failed') return <PriorityChip priority={2}>{text}</PriorityChip>
  return delivery.state === 'waiting' ? <QuietChip>{text}</QuietChip> : <span>{text}</span>
}
