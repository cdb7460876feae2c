import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { createConnection, listConnections, listDiscoveredTags } from './connections.ts'
import {
  Connection,
  ConnectionId,
  connectionMissing,
  DiscoveredTag,
  equipmentMissing,
  gatewayMissing,
  NewConnection,
  NewReplay,
  nameTaken,
  Replay,
} from './contract.ts'
import { createReplay } from './replay.ts'

/** How devices and recorded files are reached. */
export const connectionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/connections',
    {
      config: { permission: 'plant:connection:read' },
      schema: {
        operationId: 'listConnections',
        summary: 'Connections to devices and how they are',
        response: { 200: Type.Object({ items: Type.Array(Connection) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listConnections(ctx) })),
  )

  app.post(
    '/connections',
    {
      config: { permission: 'plant:connection:write' },
      schema: {
        operationId: 'createConnection',
        summary: 'Connect a gateway to a device',
        body: NewConnection,
        response: { 201: Connection, ...problems(gatewayMissing, nameTaken, forbidden) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createConnection(ctx, request.body))),
  )

  app.get(
    '/connections/:id/discovered-tags',
    {
      config: { permission: 'plant:connection:read' },
      schema: {
        operationId: 'listDiscoveredTags',
        summary: 'What the gateway saw at a connection',
        params: Type.Object({ id: ConnectionId }),
        response: {
          200: Type.Object({ items: Type.Array(DiscoveredTag) }),
          ...problems(connectionMissing, forbidden),
        },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listDiscoveredTags(ctx, request.params.id) })),
  )

  app.post(
    '/replays',
    {
      config: { permission: 'plant:connection:write' },
      schema: {
        operationId: 'createReplay',
        summary: 'Prepare a site for a recorded file, streamed as a machine',
        body: NewReplay,
        response: { 201: Replay, ...problems(equipmentMissing, nameTaken, forbidden) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createReplay(ctx, request.body))),
  )
}
