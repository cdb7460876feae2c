import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { problems } from '@millrace/http'
import { forbidden, outboundRefused } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Delivery,
  EventTypeDetail,
  eventCompanyWide,
  eventNotYours,
  eventTypeUnknown,
  NewWebhook,
  placeUnknown,
  tooManyWebhooks,
  Webhook,
  WebhookChange,
  WebhookId,
  WebhookUrl,
  WebhookWithSecret,
  webhookMissing,
  webhookNameTaken,
  webhookNotActive,
} from './contract.ts'
import * as service from './webhooks.ts'

const closed = { additionalProperties: false }
const params = Type.Object({ id: WebhookId }, closed)
const read = { permission: 'exchange:webhook:read' } as const
const write = { permission: 'exchange:webhook:write' } as const
/** To send what happens here to another place, or to be able to sign in our name, is worth a second look. */
const risky = { ...write, stepUp: true } as const

export const webhookRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/event-types',
    {
      config: read,
      schema: {
        operationId: 'listEventTypes',
        summary: 'The events that webhooks can be told of',
        response: { 200: Type.Object({ items: Type.Array(EventTypeDetail) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: service.listEventTypes(ctx) })),
  )

  app.get(
    '/webhooks',
    {
      config: read,
      schema: {
        operationId: 'listWebhooks',
        summary: 'Webhooks and how their receivers do, oldest first',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(Webhook), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listWebhooks(ctx, request.query)),
  )

  app.post(
    '/webhooks',
    {
      config: risky,
      schema: {
        operationId: 'createWebhook',
        summary: 'Make a webhook',
        body: NewWebhook,
        response: {
          201: WebhookWithSecret,
          ...problems(
            forbidden,
            outboundRefused,
            eventTypeUnknown,
            eventCompanyWide,
            eventNotYours,
            placeUnknown,
            webhookNameTaken,
            tooManyWebhooks,
          ),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => service.createWebhook(ctx, request.body))),
  )

  app.get(
    '/webhooks/:id',
    {
      config: read,
      schema: {
        operationId: 'getWebhook',
        summary: 'A webhook and how its receiver does',
        params,
        response: { 200: Webhook, ...problems(webhookMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.getWebhook(ctx, request.params.id)),
  )

  app.patch(
    '/webhooks/:id',
    {
      config: write,
      schema: {
        operationId: 'changeWebhook',
        summary: 'Change its name or what it is told',
        params,
        body: WebhookChange,
        response: {
          200: Webhook,
          ...problems(webhookMissing, forbidden, webhookNameTaken, eventTypeUnknown, eventCompanyWide, eventNotYours),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => service.changeWebhook(ctx, request.params.id, request.body)),
  )

  app.put(
    '/webhooks/:id/url',
    {
      config: risky,
      schema: {
        operationId: 'moveWebhook',
        summary: 'Send the events of a webhook elsewhere',
        params,
        body: WebhookUrl,
        response: { 200: Webhook, ...problems(webhookMissing, forbidden, outboundRefused) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.moveWebhook(ctx, request.params.id, request.body.url)),
  )

  app.post(
    '/webhooks/:id/pause',
    {
      config: write,
      schema: {
        operationId: 'pauseWebhook',
        summary: 'Let its events wait',
        params,
        response: { 200: Webhook, ...problems(webhookMissing, forbidden, webhookNotActive) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.pauseWebhook(ctx, request.params.id)),
  )

  app.post(
    '/webhooks/:id/resume',
    {
      config: write,
      schema: {
        operationId: 'resumeWebhook',
        summary: 'Switch it on again, or call a failing receiver at once',
        params,
        response: { 200: Webhook, ...problems(webhookMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.resumeWebhook(ctx, request.params.id)),
  )

  app.post(
    '/webhooks/:id/rotate-secret',
    {
      config: risky,
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Give a webhook a new secret; the one before stays valid for a day',
        params,
        response: { 200: WebhookWithSecret, ...problems(webhookMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.rotateSecret(ctx, request.params.id)),
  )

  app.post(
    '/webhooks/:id/test',
    {
      config: write,
      schema: {
        operationId: 'testWebhook',
        summary: 'Send it an event that says it is a test',
        params,
        response: { 201: Delivery, ...problems(webhookMissing, forbidden, webhookNotActive) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => service.testWebhook(ctx, request.params.id))),
  )

  app.delete(
    '/webhooks/:id',
    {
      config: write,
      schema: {
        operationId: 'removeWebhook',
        summary: 'Remove it with its deliveries',
        params,
        response: { 204: Type.Null(), ...problems(webhookMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.removeWebhook(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
