import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Limits } from './quota-contract.ts'
import { getLimits } from './quota-use.ts'

export const quotaRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/limits',
    {
      config: { permission: 'identity:limits:read' },
      schema: {
        operationId: 'getLimits',
        summary: 'What the company uses of its quotas, and who was told to wait',
        response: { 200: Limits, ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getLimits(ctx, app.runtime.quotas)),
  )
}
