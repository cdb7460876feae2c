import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { getAttainment } from './attainment.ts'
import { Attainment, AttainmentQuery } from './attainment-contract.ts'

/** Plan attainment. Mounted at /api/v1/planning. */
export const attainmentRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/attainment',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getAttainment',
        summary: "How far a site's machines did what was planned",
        querystring: AttainmentQuery,
        response: { 200: Attainment, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getAttainment(ctx, request.query)),
  )
}
