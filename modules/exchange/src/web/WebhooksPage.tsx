import { Button } from '@mantine/core'
import { useCompanyName } from '@millrace/plant/web'
import { Card, DataTable, LinesSkeleton, Page, ProblemAlert, shellRoute } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createRoute, Link } from '@tanstack/react-router'
import { HealthText } from './HealthText.tsx'
import { PlaceText } from './PlaceText.tsx'
import { useLiveWebhooks, useMayWrite, webhooksQuery } from './queries.ts'
import { hostOf } from './state.ts'
import { texts } from './texts.ts'

export const webhooksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/exchange/webhooks',
  component: WebhooksPage,
})

/** Who is told what, and whether it arrives. */
function WebhooksPage() {
  const query = useQuery(webhooksQuery)
  const mayWrite = useMayWrite()
  const company = useCompanyName()
  useLiveWebhooks()
  const words = texts.list
  return (
    <Page
      name={texts.title}
      title={texts.title}
      crumbs={[{ text: company, to: '/overview' }]}
      aside={texts.lead}
      actions={
        mayWrite && (
          <Button component={Link} to="/exchange/webhooks/new" variant="filled">
            {words.make}
          </Button>
        )
      }
    >
      <Card>
        <ProblemAlert error={query.error} />
        {query.isPending && <LinesSkeleton lines={4} height={30} />}
        {query.data && (
          <DataTable
            label={texts.title}
            rows={query.data.items}
            rowKey={(webhook) => webhook.id}
            empty={mayWrite ? words.empty : words.emptyReader}
            columns={[
              {
                header: words.name,
                phone: 'title',
                cell: ({ id, name }) => <Link to={`/exchange/webhooks/${id}`}>{name}</Link>,
              },
              { header: words.state, phone: 'detail', cell: (webhook) => <HealthText webhook={webhook} /> },
              { header: words.address, cell: ({ url }) => <span className="second">{hostOf(url)}</span> },
              { header: words.where, cell: ({ placeId }) => <PlaceText placeId={placeId} /> },
              {
                header: words.events,
                phone: 'value',
                cell: ({ eventTypes }) => <span className="second">{words.eventCount(eventTypes.length)}</span>,
              },
            ]}
          />
        )}
      </Card>
    </Page>
  )
}
