import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { problems } from '@millrace/http'
import { EquipmentId } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Acceptance,
  actionMissing,
  Dismissal,
  Finding,
  FindingDetail,
  FindingId,
  findingDecided,
  findingMissing,
  reasonNeeded,
} from './contract.ts'
import { acceptFinding, dismissFinding, getFinding, listFindings } from './decisions.ts'

const one = Type.Object({ id: FindingId })

/** Mounted at /api/v1/insight. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/findings',
    {
      config: { permission: 'insight:finding:read' },
      schema: {
        operationId: 'listFindings',
        summary: 'Findings: open ones most urgent first, others newest first',
        querystring: Type.Object(
          {
            state: Type.Optional(Type.Enum(['open', 'decided', 'all'])),
            siteId: Type.Optional(EquipmentId),
            workUnitId: Type.Optional(EquipmentId),
            ...PageQuery,
          },
          { additionalProperties: false },
        ),
        response: { 200: page(Finding), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => listFindings(ctx, request.query)),
  )

  app.get(
    '/findings/:id',
    {
      config: { permission: 'insight:finding:read' },
      schema: {
        operationId: 'getFinding',
        summary: 'A finding with its evidence and past cases of the same cause',
        params: one,
        response: { 200: FindingDetail, ...problems(findingMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getFinding(ctx, request.params.id)),
  )

  app.post(
    '/findings/:id/accept',
    {
      config: { permission: 'insight:finding:decide' },
      schema: {
        operationId: 'acceptFinding',
        summary: 'Accept one of its actions, as suggested or with another value',
        params: one,
        body: Acceptance,
        response: { 200: Finding, ...problems(findingMissing, forbidden, findingDecided, actionMissing, reasonNeeded) },
      },
    },
    (request) => app.inContext(request, (ctx) => acceptFinding(ctx, request.params.id, request.body)),
  )

  app.post(
    '/findings/:id/dismiss',
    {
      config: { permission: 'insight:finding:decide' },
      schema: {
        operationId: 'dismissFinding',
        summary: 'Dismiss it with a reason',
        params: one,
        body: Dismissal,
        response: { 200: Finding, ...problems(findingMissing, forbidden, findingDecided) },
      },
    },
    (request) => app.inContext(request, (ctx) => dismissFinding(ctx, request.params.id, request.body)),
  )
}
