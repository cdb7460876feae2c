import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { Fences, fenceInvalid, fenceMisplaced, NewFences } from './fence-contract.ts'
import { getFences, setFences } from './fences.ts'

/** Freeze fences. Mounted at /api/v1/planning. */
export const fenceRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/fences',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getFences',
        summary: "How long the near future of a site's places is kept as it is",
        querystring: Type.Object({ siteId: EquipmentId }, { additionalProperties: false }),
        response: { 200: Fences, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getFences(ctx, request.query.siteId)),
  )

  app.put(
    '/fences',
    {
      config: { permission: 'planning:schedule:publish' },
      schema: {
        operationId: 'setFences',
        summary: "Say how long the near future of a site's places is kept as it is",
        body: NewFences,
        response: { 200: Fences, ...problems(equipmentMissing, forbidden, fenceMisplaced, fenceInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => setFences(ctx, request.body)),
  )
}
