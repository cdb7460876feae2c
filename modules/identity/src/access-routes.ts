import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page, Uuid } from '@millrace/base'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import * as service from './access.ts'
import { Access, AccessAnswer, AccessQuestion, ControlSeat, keyMissing, PersonId, personMissing } from './contract.ts'
import { getControlSeat, moveControl } from './control-seat.ts'
import { permissionUnknown, placeUnknown } from './grant-contract.ts'
import { listReach } from './reach.ts'
import { AccountReach } from './reach-contract.ts'

const closed = { additionalProperties: false }

export const accessRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/people/:id/access',
    {
      config: { permission: 'signed-in', records: true },
      schema: {
        operationId: 'getPersonAccess',
        summary: 'What a person can see and do',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: Access, ...problems(personMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.accessOf(ctx, { personId: request.params.id })),
  )

  app.get(
    '/api-keys/:id/access',
    {
      config: { permission: 'identity:api-key:read', records: true },
      schema: {
        operationId: 'getKeyAccess',
        summary: 'What a key can see and do',
        params: Type.Object({ id: Uuid }, closed),
        response: { 200: Access, ...problems(keyMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.accessOf(ctx, { keyId: request.params.id })),
  )

  app.post(
    '/access-questions',
    {
      // A question: it changes nothing.
      config: { permission: 'signed-in', trail: 'none' },
      schema: {
        operationId: 'askAccess',
        summary: 'May somebody do something somewhere, and why',
        body: AccessQuestion,
        response: {
          200: AccessAnswer,
          ...problems(personMissing, keyMissing, permissionUnknown, placeUnknown, forbidden),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => service.explain(ctx, request.body)),
  )

  app.get(
    '/reach',
    {
      config: { permission: 'identity:person:read', records: true },
      schema: {
        operationId: 'listReach',
        summary: 'What each account can touch in each plant',
        querystring: Type.Object({ ...PageQuery, kind: Type.Optional(Type.Enum(['person', 'key'])) }, closed),
        response: { 200: page(AccountReach), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => listReach(ctx, request.query)),
  )

  app.get(
    '/control-seat',
    {
      config: { permission: 'signed-in', atStation: true },
      schema: {
        operationId: 'getControlSeat',
        summary: 'The one plant in which I control machines',
        response: { 200: ControlSeat, ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => getControlSeat(ctx)),
  )

  app.put(
    '/control-seat',
    {
      config: { permission: 'signed-in', stepUp: true },
      schema: {
        operationId: 'moveControlSeat',
        summary: 'Control machines in another plant from now on',
        body: Type.Object({ siteId: Uuid }, closed),
        response: { 200: ControlSeat, ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => moveControl(ctx, request.body.siteId)),
  )
}
