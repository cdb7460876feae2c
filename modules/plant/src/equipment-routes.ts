import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Equipment,
  equipmentMisplaced,
  equipmentMissing,
  NewEquipment,
  NewSite,
  nameTaken,
  shiftInvalid,
  timeZoneUnknown,
} from './contract.ts'
import { createEquipment, createSite, listEquipment } from './equipment.ts'

/** Sites and what stands in them. */
export const equipmentRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/equipment',
    {
      config: { permission: 'plant:equipment:read' },
      schema: {
        operationId: 'listEquipment',
        summary: 'The whole tree of equipment, sites first',
        response: { 200: Type.Object({ items: Type.Array(Equipment) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listEquipment(ctx) })),
  )

  app.post(
    '/sites',
    {
      config: { permission: 'plant:equipment:write' },
      schema: {
        operationId: 'createSite',
        summary: 'Add a site',
        body: NewSite,
        response: { 201: Equipment, ...problems(timeZoneUnknown, shiftInvalid, nameTaken, forbidden) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createSite(ctx, request.body))),
  )

  app.post(
    '/equipment',
    {
      config: { permission: 'plant:equipment:write' },
      schema: {
        operationId: 'createEquipment',
        summary: 'Add an area, work center or work unit',
        body: NewEquipment,
        response: { 201: Equipment, ...problems(equipmentMissing, equipmentMisplaced, nameTaken, forbidden) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createEquipment(ctx, request.body))),
  )
}
