import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { connectionMissing, EquipmentId, equipmentMisplaced, equipmentMissing } from '@millrace/plant/contract'
import { forbidden, limited } from '@millrace/runtime'
import { Type } from 'typebox'
import { batchRoutes } from './batch-routes.ts'
import {
  Envelope,
  NewSignal,
  RANGE_POINT_LIMIT,
  RANGE_SIGNAL_LIMIT,
  rangeInvalid,
  Signal,
  StateHistory,
  signalMissing,
  signalTaken,
} from './contract.ts'
import { exportRoutes } from './export-routes.ts'
import { readEnvelopes, readStates } from './history.ts'
import { importRoutes } from './import-routes.ts'
import { retentionRoutes } from './retention-routes.ts'
import { createSignals, listSignals } from './signals.ts'
import { totalsRoutes } from './totals-routes.ts'
import { vibrationRoutes } from './vibration-routes.ts'

const POINTS_DEFAULT = 1200

/** Numbers of series with commas between them: `3,17`. */
const SeriesList = Type.String({
  pattern: `^[1-9]\\d{0,9}(,[1-9]\\d{0,9}){0,${RANGE_SIGNAL_LIMIT - 1}}$`,
  maxLength: 300,
})
const Time = Type.Number({ minimum: 0, maximum: 8.64e15 })

/** Mounted at /api/v1/telemetry. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  await totalsRoutes(app, {})
  await app.register(batchRoutes)
  await app.register(exportRoutes)
  await app.register(importRoutes)
  await app.register(retentionRoutes)
  await app.register(vibrationRoutes)
  app.get(
    '/signals',
    {
      config: { permission: 'telemetry:signal:read' },
      schema: {
        operationId: 'listSignals',
        summary: 'Signals of all sites, of one site or of one machine, each with its newest sample',
        querystring: Type.Object(
          { siteId: Type.Optional(EquipmentId), workUnitId: Type.Optional(EquipmentId) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ items: Type.Array(Signal) }), ...problems() },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listSignals(ctx, request.query) })),
  )

  app.post(
    '/signals',
    {
      config: { permission: 'telemetry:signal:write' },
      schema: {
        operationId: 'createSignals',
        summary: 'Make signals of machines',
        body: Type.Object(
          { signals: Type.Array(NewSignal, { minItems: 1, maxItems: 500 }) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ items: Type.Array(Signal) }),
          ...problems(equipmentMissing, equipmentMisplaced, connectionMissing, signalTaken, forbidden),
        },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await createSignals(ctx, request.body.signals) })),
  )

  app.get(
    '/envelopes',
    {
      config: { permission: 'telemetry:signal:read', heavy: 'queries' },
      schema: {
        operationId: 'readEnvelopes',
        summary: 'Course of number signals: minimum, maximum and mean in buckets',
        querystring: Type.Object(
          {
            series: SeriesList,
            fromMs: Time,
            toMs: Time,
            points: Type.Optional(Type.Integer({ minimum: 2, maximum: RANGE_POINT_LIMIT })),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ items: Type.Array(Envelope) }),
          ...problems(rangeInvalid, signalMissing, limited, forbidden),
        },
      },
    },
    (request) =>
      app.inContext(request, async (ctx) => {
        const { series, points = POINTS_DEFAULT, ...range } = request.query
        return { items: await readEnvelopes(ctx, { ...range, points, series: numbersIn(series) }) }
      }),
  )

  app.get(
    '/states',
    {
      config: { permission: 'telemetry:signal:read', heavy: 'queries' },
      schema: {
        operationId: 'readStates',
        summary: 'How long text signals kept their values',
        querystring: Type.Object({ series: SeriesList, fromMs: Time, toMs: Time }, { additionalProperties: false }),
        response: {
          200: Type.Object({ items: Type.Array(StateHistory) }),
          ...problems(rangeInvalid, signalMissing, limited, forbidden),
        },
      },
    },
    (request) =>
      app.inContext(request, async (ctx) => {
        const { series, fromMs, toMs } = request.query
        return { items: await readStates(ctx, numbersIn(series), fromMs, toMs) }
      }),
  )
}

function numbersIn(list: string): number[] {
  return [...new Set(list.split(',').map(Number))]
}
