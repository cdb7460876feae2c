import { Button } from '@mantine/core'
import { epochMs } from '@millrace/base'
import { useCompanyName } from '@millrace/plant/web'
import {
  Card,
  Columns,
  DataTable,
  formatDuration,
  formatTime,
  formatWhen,
  Page,
  PageSkeleton,
  ProblemAlert,
  readerZone,
  shellRoute,
  useNowMs,
} from '@millrace/ui'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute } from '@tanstack/react-router'
import { DeliveryStateText, titleOf } from './DeliveriesCard.tsx'
import classes from './exchange.module.css'
import { deliveryQuery, useEventTitles, useLiveWebhooks, useMayWrite, useReplay, webhookQuery } from './queries.ts'
import { attemptText } from './state.ts'
import { texts } from './texts.ts'

export const deliveryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/exchange/webhooks/$webhookId/deliveries/$deliveryId',
  loader: ({ context: { queryClient }, params }) =>
    Promise.all([
      queryClient.ensureQueryData(webhookQuery(params.webhookId)),
      queryClient.ensureQueryData(deliveryQuery(params.webhookId, params.deliveryId)),
    ]),
  component: DeliveryPage,
  pendingComponent: PageSkeleton,
})

/** A length of time below a second is told in milliseconds. */
const SHORT_MS = 1000

/** One event: each attempt to deliver it, and what was sent. */
function DeliveryPage() {
  const { webhookId, deliveryId } = deliveryRoute.useParams()
  const { data: webhook } = useSuspenseQuery(webhookQuery(webhookId))
  const { data: delivery } = useSuspenseQuery(deliveryQuery(webhookId, deliveryId))
  const titles = useEventTitles()
  const company = useCompanyName()
  const nowMs = useNowMs()
  const replay = useReplay(webhookId)
  const mayReplay = useMayWrite() && webhook.state === 'active'
  useLiveWebhooks()
  const words = texts.delivery
  const when = (at: typeof delivery.occurredAt) => formatWhen(epochMs(at), readerZone(), nowMs)
  return (
    <Page
      key={deliveryId}
      name={titleOf(titles, delivery.eventType)}
      title={titleOf(titles, delivery.eventType)}
      crumbs={[
        { text: company, to: '/overview' },
        { text: texts.title, to: '/exchange/webhooks' },
        { text: webhook.name, to: `/exchange/webhooks/${webhookId}` },
      ]}
      aside={<DeliveryStateText delivery={delivery} webhook={webhook} />}
      actions={
        mayReplay && (
          <Button loading={replay.isPending} onClick={() => replay.mutate(deliveryId)}>
            {texts.deliveries.replay}
          </Button>
        )
      }
    >
      <ProblemAlert error={replay.error} />
      <Columns
        main={
          <Card title={words.attempts}>
            <DataTable
              label={words.attempts}
              rows={delivery.attempts}
              rowKey={(attempt) => attempt.number}
              empty={words.noAttempts}
              columns={[
                { header: words.number, cell: ({ number }) => number, width: '52px', phone: 'hidden' },
                { header: texts.deliveries.when, cell: ({ at }) => <Moment atMs={epochMs(at)} />, phone: 'value' },
                { header: words.answer, cell: (attempt) => <b>{attemptText(attempt)}</b>, phone: 'title' },
                {
                  header: words.took,
                  numeric: true,
                  phone: 'hidden',
                  cell: ({ durationMs }) =>
                    durationMs < SHORT_MS ? `${durationMs}\u00a0ms` : formatDuration(durationMs),
                },
                {
                  header: words.body,
                  phone: 'detail',
                  cell: ({ answer }) =>
                    answer ? (
                      <code className={classes.code}>{answer}</code>
                    ) : (
                      <span className="muted">{words.nothing}</span>
                    ),
                },
              ]}
            />
          </Card>
        }
        side={
          <Card title={words.event}>
            <dl className={classes.facts}>
              <div>
                <dt>{words.id}</dt>
                <dd>{delivery.id}</dd>
              </div>
              <div>
                <dt>{words.subject}</dt>
                <dd>{delivery.subject}</dd>
              </div>
              <div>
                <dt>{words.happened}</dt>
                <dd>{when(delivery.occurredAt)}</dd>
              </div>
            </dl>
            {delivery.event === null ? (
              <p className="second">{words.hidden}</p>
            ) : (
              <pre className={classes.block}>{JSON.stringify(delivery.event, null, 2)}</pre>
            )}
          </Card>
        }
      />
    </Page>
  )
}

/** To the second: attempts are compared with the log of the receiver. */
function Moment({ atMs }: { atMs: number }) {
  const zone = readerZone()
  return <span title={formatWhen(atMs, zone, 0)}>{formatTime(atMs, zone, true)}</span>
}
