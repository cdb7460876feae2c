import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { epochMs, now } from '@millrace/base'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { configurationOf } from './configuration.ts'
import {
  Enrolled,
  Enrolment,
  enrolmentPaused,
  enrolmentRefused,
  equipmentMissing,
  Gateway,
  GatewayConfiguration,
  GatewayId,
  GatewayReport,
  GatewayWithCode,
  gatewayMissing,
  gatewayRefused,
  NewGateway,
  nameTaken,
} from './contract.ts'
import { createEnrolmentGuard, enrolByCode } from './enrolment.ts'
import { takeReport } from './gateway-report.ts'
import { createGateway, listGateways, revokeGateway } from './gateways.ts'

/** Gateways as people manage them. */
export const gatewayRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/gateways',
    {
      config: { permission: 'plant:gateway:read' },
      schema: {
        operationId: 'listGateways',
        summary: 'Gateways and how they are',
        response: { 200: Type.Object({ items: Type.Array(Gateway) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listGateways(ctx) })),
  )

  app.post(
    '/gateways',
    {
      config: { permission: 'plant:gateway:write' },
      schema: {
        operationId: 'createGateway',
        summary: 'Make a gateway and the one-time code that enrols it',
        body: NewGateway,
        response: { 201: GatewayWithCode, ...problems(equipmentMissing, nameTaken, forbidden) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createGateway(ctx, request.body))),
  )

  app.post(
    '/gateways/:id/revoke',
    {
      config: { permission: 'plant:gateway:write' },
      schema: {
        operationId: 'revokeGateway',
        summary: 'End a gateway for good',
        params: Type.Object({ id: GatewayId }),
        response: { 200: Gateway, ...problems(gatewayMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => revokeGateway(ctx, request.params.id)),
  )
}

/** Gateways speaking for themselves. */
export const gatewaySelfRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const guard = createEnrolmentGuard()

  app.post(
    '/gateways/enrol',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'enrolGateway',
        summary: 'Exchange a one-time code for a place in the plant',
        body: Enrolment,
        response: { 200: Enrolled, ...problems(enrolmentRefused, enrolmentPaused) },
      },
    },
    (request) => enrolByCode(request.runtime, guard, { address: request.ip, nowMs: epochMs(now()) }, request.body),
  )

  app.get(
    '/gateways/self/configuration',
    {
      config: { permission: 'plant:gateway:report' },
      schema: {
        operationId: 'getGatewayConfiguration',
        summary: 'What this gateway is to read and may write',
        response: { 200: GatewayConfiguration, ...problems(gatewayRefused, gatewayMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => configurationOf(ctx, ctx.actor.id as GatewayId)),
  )

  app.post(
    '/gateways/self/reports',
    {
      // Every few seconds, from every gateway: what it says is kept as the gateway's state.
      config: { permission: 'plant:gateway:report', trail: 'none' },
      schema: {
        operationId: 'reportGateway',
        summary: 'Say how this gateway and its connections are',
        body: GatewayReport,
        response: { 204: Type.Null(), ...problems(gatewayRefused) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => takeReport(ctx, ctx.actor.id as GatewayId, request.body))
      return reply.code(204).send(null)
    },
  )
}
