import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { materialMissing } from './contract.ts'
import { getMaterialOutlook, getOutlook } from './outlook.ts'
import { MaterialOutlook, MaterialOutlookQuery, OutlookQuery, SiteOutlook } from './outlook-contract.ts'

/** What becomes of stocks by the plan. Mounted at /api/v1/materials. */
export const outlookRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/outlook',
    {
      config: { permission: 'materials:stock:read' },
      schema: {
        operationId: 'getStockOutlook',
        summary: 'What lies at a site, and what becomes of it by its plan; what runs short first',
        querystring: OutlookQuery,
        response: { 200: SiteOutlook, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getOutlook(ctx, request.query.siteId)),
  )

  app.get(
    '/outlook/material',
    {
      config: { permission: 'materials:stock:read' },
      schema: {
        operationId: 'getMaterialOutlook',
        summary: 'What becomes of one material at a site, with everything that comes and goes',
        querystring: MaterialOutlookQuery,
        response: { 200: MaterialOutlook, ...problems(equipmentMissing, forbidden, materialMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => getMaterialOutlook(ctx, request.query)),
  )
}
