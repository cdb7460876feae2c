import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page, Uuid } from '@millrace/base'
import { problems } from '@millrace/http'
import { Type } from 'typebox'
import * as service from './api-keys.ts'
import {
  ApiKey,
  ApiKeyState,
  expiryInvalid,
  keyControlsPlants,
  keyMissing,
  keyNameTaken,
  NewApiKey,
} from './contract.ts'
import { placeUnknown, roleUnknown, shiftNeedsPlace, zoneUnknown } from './grant-contract.ts'

const closed = { additionalProperties: false }

export const apiKeyRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/api-keys',
    {
      config: { permission: 'identity:api-key:read', records: true },
      schema: {
        operationId: 'listApiKeys',
        summary: 'Keys of programs',
        querystring: Type.Object({ ...PageQuery, state: Type.Optional(ApiKeyState) }, closed),
        response: { 200: page(ApiKey), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listKeys(ctx, request.query)),
  )

  app.post(
    '/api-keys',
    {
      config: { permission: 'identity:api-key:write', stepUp: true },
      schema: {
        operationId: 'createApiKey',
        summary: 'Make a key; its secret is in the answer once',
        body: NewApiKey,
        response: {
          201: Type.Object({ key: ApiKey, secret: Type.String() }),
          ...problems(
            ...[
              keyNameTaken,
              expiryInvalid,
              keyControlsPlants,
              roleUnknown,
              placeUnknown,
              zoneUnknown,
              shiftNeedsPlace,
            ],
          ),
        },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => service.createKey(ctx, request.body))
      return reply.code(201).send(made)
    },
  )

  app.post(
    '/api-keys/:id/end',
    {
      config: { permission: 'identity:api-key:write' },
      schema: {
        operationId: 'endApiKey',
        summary: 'End a key at once',
        params: Type.Object({ id: Uuid }, closed),
        response: { 204: Type.Null(), ...problems(keyMissing) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.endKey(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
