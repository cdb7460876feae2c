import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { id, PageQuery, page } from '@millrace/base'
import { problems, signInNeeded } from '@millrace/http'
import { Type } from 'typebox'
import * as service from './trail.ts'
import { TrailChecks } from './trail-checks.ts'
import {
  AuditEvent,
  AuditFilter,
  AuditQuery,
  checkMissing,
  checkRunning,
  exportsSpent,
  TrailCheck,
  TrailHead,
  TrailKey,
  TrailState,
} from './trail-contract.ts'
import { beginExport, exportLines } from './trail-export.ts'
import { trailKey } from './trail-key.ts'

const closed = { additionalProperties: false }
const CheckParams = Type.Object({ id: id('TrailCheck') }, closed)
const ExportQuery = Type.Object({ ...AuditFilter, format: Type.Enum(['jsonl', 'csv']) }, closed)
const CONTENT = { jsonl: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const

export const trailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const checks = new TrailChecks()
  app.addHook('onClose', async () => checks.stop())

  app.get(
    '/audit-events',
    {
      config: { permission: 'identity:audit:read', records: true },
      schema: {
        operationId: 'listAuditEvents',
        summary: 'Who did what, newest first',
        querystring: AuditQuery,
        response: { 200: page(AuditEvent), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listAuditEvents(ctx, request.query)),
  )

  app.get(
    '/audit-events/export',
    {
      config: { permission: 'identity:audit:export', records: true },
      schema: {
        operationId: 'exportAuditEvents',
        summary: 'The trail as a file: JSON Lines that can be verified offline, or CSV',
        querystring: ExportQuery,
        produces: Object.values(CONTENT),
        response: { 200: Type.Any(), ...problems(exportsSpent) },
      },
    },
    async (request, reply) => {
      const { format, ...filter } = request.query
      const { actor } = request
      if (!actor) throw signInNeeded('Sign in to export the trail.')
      const plan = await app.inContext(request, (ctx) => beginExport(ctx, filter, format))
      const name = `trail-${plan.exportedAt.slice(0, 19).replaceAll(':', '-')}.${format}`
      return reply
        .type(CONTENT[format])
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('cache-control', 'no-store')
        .send(Readable.from(exportLines(request.runtime, actor, plan, format)))
    },
  )

  app.get(
    '/trail',
    {
      config: { permission: 'identity:audit:read' },
      schema: {
        operationId: 'getTrail',
        summary: 'How the trail stands: signed, witnessed, whole',
        response: { 200: TrailState, ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.getTrail(ctx)),
  )

  app.get(
    '/trail/heads',
    {
      config: { permission: 'identity:audit:read' },
      schema: {
        operationId: 'listTrailHeads',
        summary: 'Signed heads of the trail, newest first: keep them where nobody here can reach them',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(TrailHead), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listHeads(ctx, request.query)),
  )

  app.get(
    '/trail/key',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getTrailKey',
        summary: 'The public key that heads are signed with',
        response: { 200: TrailKey, ...problems() },
      },
    },
    () => ({ ...trailKey(app.runtime.secrets) }),
  )

  app.post(
    '/trail/checks',
    {
      config: { permission: 'identity:audit:read' },
      schema: {
        operationId: 'createTrailCheck',
        summary: 'Verify the whole trail in the background',
        response: { 202: TrailCheck, ...problems(checkRunning) },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await app.inContext(request, (ctx) => checks.begin(app.runtime, ctx))),
  )

  app.get(
    '/trail/checks/:id',
    {
      config: { permission: 'identity:audit:read' },
      schema: {
        operationId: 'getTrailCheck',
        summary: 'How far a verification is, and what it found',
        params: CheckParams,
        response: { 200: TrailCheck, ...problems(checkMissing) },
      },
    },
    (request) => app.inContext(request, async (ctx) => checks.get(ctx, request.params.id)),
  )

  app.delete(
    '/trail/checks/:id',
    {
      config: { permission: 'identity:audit:read' },
      schema: {
        operationId: 'cancelTrailCheck',
        summary: 'Stop a verification',
        params: CheckParams,
        response: { 200: TrailCheck, ...problems(checkMissing) },
      },
    },
    (request) => app.inContext(request, async (ctx) => checks.cancel(ctx, request.params.id)),
  )
}
