import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { problems } from '@millrace/http'
import { Type } from 'typebox'
import { AuditEvent } from './contract.ts'
import * as service from './trail.ts'

const closed = { additionalProperties: false }

export const trailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/audit-events',
    {
      config: { permission: 'identity:audit:read' },
      schema: {
        operationId: 'listAuditEvents',
        summary: 'Who did what, newest first',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(AuditEvent), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listAuditEvents(ctx, request.query)),
  )
}
