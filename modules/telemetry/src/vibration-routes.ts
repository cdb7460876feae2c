import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden, limited } from '@millrace/runtime'
import { Type } from 'typebox'
import { rangeInvalid, Series, signalMissing, VectorSample } from './contract.ts'
import { changeShaft, getShaft, listVectorTimes, readVectors, readVibration, readWaterfall } from './vibration.ts'
import {
  Shaft,
  shaftInvalid,
  VECTOR_TIMES_MAX,
  VibrationReading,
  vectorMissing,
  Waterfall,
} from './vibration-contract.ts'

const VECTORS_MAX = 200
const Time = Type.Number({ minimum: 0, maximum: 8.64e15 })
const limit = (most: number) => Type.Optional(Type.Integer({ minimum: 1, maximum: most }))

/** Mounted at /api/v1/telemetry: waveforms and spectra. */
export const vibrationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/vectors',
    {
      config: { permission: 'telemetry:signal:read', heavy: 'queries' },
      schema: {
        operationId: 'readVectors',
        summary: 'Waveforms or spectra of a signal, newest first; fewer than asked for where they are long',
        querystring: Type.Object(
          { series: Series, fromMs: Time, toMs: Time, limit: limit(VECTORS_MAX) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ items: Type.Array(VectorSample) }),
          ...problems(rangeInvalid, signalMissing, limited, forbidden),
        },
      },
    },
    (request) =>
      app.inContext(request, async (ctx) => {
        const { limit: most = 50, ...query } = request.query
        return { items: await readVectors(ctx, { ...query, limit: most }) }
      }),
  )

  app.get(
    '/vectors/times',
    {
      config: { permission: 'telemetry:signal:read', heavy: 'queries' },
      schema: {
        operationId: 'listVectorTimes',
        summary: 'When a signal has waveforms or spectra, newest first',
        querystring: Type.Object(
          { series: Series, fromMs: Time, toMs: Time, limit: limit(VECTOR_TIMES_MAX) },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ timesMs: Type.Array(Type.Number()) }),
          ...problems(rangeInvalid, signalMissing, limited, forbidden),
        },
      },
    },
    (request) =>
      app.inContext(request, async (ctx) => {
        const { limit: most = VECTOR_TIMES_MAX, ...query } = request.query
        return { timesMs: await listVectorTimes(ctx, { ...query, limit: most }) }
      }),
  )

  app.get(
    '/vectors/newest',
    {
      config: { permission: 'telemetry:signal:read', heavy: 'queries' },
      schema: {
        operationId: 'readVibration',
        summary: 'The newest waveform or spectrum at or before a moment, with its spectrum and the speed then',
        querystring: Type.Object({ series: Series, atMs: Time }, { additionalProperties: false }),
        response: {
          200: VibrationReading,
          ...problems(vectorMissing, rangeInvalid, signalMissing, limited, forbidden),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => readVibration(ctx, request.query.series, request.query.atMs)),
  )

  app.get(
    '/waterfalls',
    {
      config: { permission: 'telemetry:signal:read', heavy: 'queries' },
      schema: {
        operationId: 'readWaterfall',
        summary: 'Spectra of a range, evenly chosen, in bands',
        querystring: Type.Object({ series: Series, fromMs: Time, toMs: Time }, { additionalProperties: false }),
        response: { 200: Waterfall, ...problems(rangeInvalid, signalMissing, limited, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => readWaterfall(ctx, request.query)),
  )

  app.get(
    '/shafts/:workUnitId',
    {
      config: { permission: 'telemetry:signal:read' },
      schema: {
        operationId: 'getShaft',
        summary: 'What turns in a machine, as far as somebody said',
        params: Type.Object({ workUnitId: EquipmentId }),
        response: { 200: Shaft, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getShaft(ctx, request.params.workUnitId)),
  )

  app.put(
    '/shafts/:workUnitId',
    {
      config: { permission: 'telemetry:signal:write' },
      schema: {
        operationId: 'changeShaft',
        summary: 'Say what turns in a machine, so that lines of its spectra can be named',
        params: Type.Object({ workUnitId: EquipmentId }),
        body: Type.Omit(Shaft, ['workUnitId'], { additionalProperties: false }),
        response: { 200: Shaft, ...problems(equipmentMissing, shaftInvalid, forbidden) },
      },
    },
    (request) =>
      app.inContext(request, (ctx) => changeShaft(ctx, { ...request.body, workUnitId: request.params.workUnitId })),
  )
}
