import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { changeRetention, createHold, getRetention, listHolds, previewRetention, releaseHold } from './retention.ts'
import {
  Hold,
  HoldId,
  holdMissing,
  holdsFull,
  NewHold,
  RetainedClass,
  RetentionPreview,
  RetentionRule,
  retentionInvalid,
  SIGNAL_CLASSES,
} from './retention-contract.ts'
import { listSlowReads } from './slow.ts'
import { SlowReadView } from './slow-contract.ts'
import { readStorage } from './storage.ts'
import { StorageReport } from './storage-contract.ts'

const Rules = Type.Object(
  { rules: Type.Array(RetentionRule, { minItems: 1, maxItems: SIGNAL_CLASSES.length }) },
  { additionalProperties: false },
)

/** Mounted at /api/v1/telemetry: how long the history is kept, and what it takes. */
export const retentionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/retention',
    {
      config: { permission: 'telemetry:retention:read' },
      schema: {
        operationId: 'getRetention',
        summary: 'For how long each class of signals is kept, and what it takes',
        response: { 200: Type.Object({ items: Type.Array(RetainedClass) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await getRetention(ctx) })),
  )

  app.put(
    '/retention',
    {
      // What is thinned out is gone for good.
      config: { permission: 'telemetry:retention:write', stepUp: true },
      schema: {
        operationId: 'changeRetention',
        summary: 'Change for how long classes of signals are kept',
        body: Rules,
        response: {
          200: Type.Object({ items: Type.Array(RetainedClass) }),
          ...problems(retentionInvalid, forbidden),
        },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await changeRetention(ctx, request.body.rules) })),
  )

  app.post(
    '/retention/previews',
    {
      // Changes nothing.
      config: { permission: 'telemetry:retention:read', trail: 'none' },
      schema: {
        operationId: 'previewRetention',
        summary: 'What other rules would do to the history; nothing happens',
        body: Rules,
        response: { 200: RetentionPreview, ...problems(retentionInvalid, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => previewRetention(ctx, request.body.rules)),
  )

  app.get(
    '/holds',
    {
      config: { permission: 'telemetry:retention:read' },
      schema: {
        operationId: 'listHolds',
        summary: 'Periods of machines whose samples are held, newest first, then those that were released',
        response: { 200: Type.Object({ items: Type.Array(Hold) }), ...problems() },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listHolds(ctx) })),
  )

  app.post(
    '/holds',
    {
      config: { permission: 'telemetry:hold:write' },
      schema: {
        operationId: 'createHold',
        summary: 'Hold the samples of a machine and a period, whatever the rules say',
        body: NewHold,
        response: { 200: Hold, ...problems(equipmentMissing, retentionInvalid, holdsFull, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => createHold(ctx, request.body)),
  )

  app.post(
    '/holds/:id/release',
    {
      config: { permission: 'telemetry:hold:write' },
      schema: {
        operationId: 'releaseHold',
        summary: 'Let the rules have what was held',
        params: Type.Object({ id: HoldId }),
        response: { 200: Hold, ...problems(holdMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => releaseHold(ctx, request.params.id)),
  )

  app.get(
    '/slow-reads',
    {
      config: { permission: 'telemetry:retention:read' },
      schema: {
        operationId: 'listSlowReads',
        summary: 'Long reads that took more than a second lately, and where their time went',
        response: { 200: Type.Object({ items: Type.Array(SlowReadView) }), ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: listSlowReads(ctx, app.slowReads) })),
  )

  app.get(
    '/storage',
    {
      config: { permission: 'telemetry:retention:read' },
      schema: {
        operationId: 'readStorage',
        summary: 'What the history takes on disk, by site and class, and how long the disk will do',
        response: { 200: StorageReport, ...problems(forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => readStorage(ctx, request.runtime.databaseDir)),
  )
}
