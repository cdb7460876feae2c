import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden, limited } from '@millrace/runtime'
import { Type } from 'typebox'
import { Measurand, rangeInvalid, SiteTotals, TotalsBy } from './contract.ts'
import { readTotals } from './totals.ts'

const Time = Type.Number({ minimum: 0, maximum: 8.64e15 })

export const totalsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/totals',
    {
      config: { permission: 'telemetry:signal:read', heavy: 'queries' },
      schema: {
        operationId: 'readTotals',
        summary: 'What number signals of a place amounted to, by hour, shift or day of each site',
        querystring: Type.Object(
          { equipmentId: Type.Optional(EquipmentId), measurand: Measurand, by: TotalsBy, fromMs: Time, toMs: Time },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ sites: Type.Array(SiteTotals) }),
          ...problems(rangeInvalid, equipmentMissing, limited, forbidden),
        },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ sites: await readTotals(ctx, request.query) })),
  )
}
