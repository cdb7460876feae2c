import { useMay } from '@millrace/identity/web'
import { type SearchHit, WebhookIcon, type WebModule } from '@millrace/ui'
import { useQuery } from '@tanstack/react-query'
import { createElement } from 'react'
import { deliveryRoute } from './DeliveryPage.tsx'
import { newWebhookRoute } from './NewWebhookPage.tsx'
import { useLiveWebhooks, webhooksQuery } from './queries.ts'
import { texts } from './texts.ts'
import { webhookRoute } from './WebhookPage.tsx'
import { webhooksRoute } from './WebhooksPage.tsx'

/** How many webhooks want somebody to look, at the end of the navigation entry. */
function TroubledCount() {
  useLiveWebhooks()
  const { data } = useQuery({ ...webhooksQuery, enabled: useMay('exchange:webhook:read') })
  const troubled = data?.items.filter(({ state, failingSince }) => state === 'disabled' || failingSince !== null) ?? []
  return createElement('span', null, troubled.length > 0 ? troubled.length : '')
}

export const exchangeWeb: WebModule = {
  name: 'exchange',
  routes: [webhooksRoute, newWebhookRoute, webhookRoute, deliveryRoute],
  navigation: [
    {
      to: '/exchange/webhooks',
      text: texts.title,
      Icon: WebhookIcon,
      group: 'govern',
      order: 30,
      permission: 'exchange:webhook:read',
      Count: TroubledCount,
    },
  ],
  search: async (queryClient) => {
    const { items } = await queryClient.ensureQueryData(webhooksQuery)
    return items.map(
      ({ id, name, url }): SearchHit => ({
        ...{ id, text: name, context: url, group: texts.title, to: `/exchange/webhooks/${id}` },
      }),
    )
  },
}
