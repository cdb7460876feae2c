import { MINUTE_MS } from '@millrace/base'
import { defineModule } from '@millrace/http'
import { announcement, hearingAll, plays } from '@millrace/runtime'
import { collect } from './collect.ts'
import { webhookDisabled } from './contract.ts'
import { startCourier, WEBHOOKS_TOPIC } from './courier.ts'
import { forgetDeliveries } from './deliveries.ts'
import { permissions } from './permissions.ts'
import { routes } from './routes.ts'

/** Exchange: tells programs elsewhere what happens here (CloudEvents by Standard Webhooks). */
export const exchange = defineModule({
  name: 'exchange',
  routes,
  permissions,
  announces: [
    announcement(webhookDisabled, {
      title: 'A webhook was switched off because its receiver failed',
      permission: 'exchange:webhook:read',
      label: 'internal',
      about: ({ webhookId, siteId }) => ({
        subject: `exchange/webhooks/${webhookId}`,
        ...(siteId !== null && { place: siteId }),
      }),
    }),
  ],
  topics: [{ pattern: WEBHOOKS_TOPIC, permission: 'exchange:webhook:read', events: [webhookDisabled] }],
  listens: [hearingAll('exchange.collect', collect)],
  tasks: [{ name: 'exchange.forget-deliveries', everyMs: 10 * MINUTE_MS, act: forgetDeliveries }],
  start: async (runtime) => (plays(runtime, 'worker') ? startCourier(runtime) : { stop: async () => undefined }),
})
