import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '@millrace/base'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Delivery,
  DeliveryDetail,
  DeliveryId,
  DeliveryQuery,
  deliveryMissing,
  ReplayRange,
  rangeInvalid,
  WebhookId,
  webhookMissing,
  webhookNotActive,
} from './contract.ts'
import * as service from './deliveries.ts'

const closed = { additionalProperties: false }
const ofWebhook = Type.Object({ id: WebhookId }, closed)
const one = Type.Object({ id: WebhookId, deliveryId: DeliveryId }, closed)
const read = { permission: 'exchange:webhook:read' } as const
const write = { permission: 'exchange:webhook:write' } as const

export const deliveryRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/webhooks/:id/deliveries',
    {
      config: read,
      schema: {
        operationId: 'listDeliveries',
        summary: 'What was sent and what waits, newest first',
        params: ofWebhook,
        querystring: DeliveryQuery,
        response: { 200: page(Delivery), ...problems(webhookMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listDeliveries(ctx, request.params.id, request.query)),
  )

  app.get(
    '/webhooks/:id/deliveries/:deliveryId',
    {
      config: { ...read, records: true },
      schema: {
        operationId: 'getDelivery',
        summary: 'One event, and each attempt to deliver it',
        params: one,
        response: { 200: DeliveryDetail, ...problems(webhookMissing, deliveryMissing, forbidden) },
      },
    },
    (request) =>
      app.inContext(request, (ctx) => service.getDelivery(ctx, request.params.id, request.params.deliveryId)),
  )

  app.post(
    '/webhooks/:id/deliveries/:deliveryId/replay',
    {
      config: write,
      schema: {
        operationId: 'replayDelivery',
        summary: 'Send one event once more, under the same id',
        params: one,
        response: { 200: Delivery, ...problems(webhookMissing, deliveryMissing, forbidden, webhookNotActive) },
      },
    },
    (request) =>
      app.inContext(request, (ctx) => service.replayDelivery(ctx, request.params.id, request.params.deliveryId)),
  )

  app.post(
    '/webhooks/:id/replay',
    {
      config: write,
      schema: {
        operationId: 'replayDeliveries',
        summary: 'Send the events of a time once more, under the same ids and in their order',
        params: ofWebhook,
        body: ReplayRange,
        response: {
          200: Type.Object({ count: Type.Integer() }),
          ...problems(webhookMissing, forbidden, webhookNotActive, rangeInvalid),
        },
      },
    },
    (request) =>
      app.inContext(request, async (ctx) => ({
        count: await service.replayRange(ctx, request.params.id, request.body),
      })),
  )
}
