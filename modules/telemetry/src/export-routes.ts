import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MINUTE_MS } from '@millrace/base'
import { problems, signInNeeded } from '@millrace/http'
import { forbidden, limited } from '@millrace/runtime'
import { Type } from 'typebox'
import { rangeInvalid, signalMissing } from './contract.ts'
import {
  ExportId,
  exportEnded,
  exportMissing,
  exportsSpent,
  exportTooLarge,
  NewExport,
  SampleExport,
} from './export-contract.ts'
import { exportBytes } from './export-stream.ts'
import * as service from './exports.ts'

const Params = Type.Object({ id: ExportId }, { additionalProperties: false })
const CONTENT = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const
/** What is written ahead of a slow line. */
const AHEAD_BYTES = 256 * 1024
/** A line on which nothing moves for this long is given up, and with it the place among the exports. */
const STALL_MS = 2 * MINUTE_MS
const permission = 'telemetry:sample:export'

/** Exports of samples: made, watched, downloaded, cancelled. */
export const exportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/exports',
    {
      config: { permission, heavy: 'queries' },
      schema: {
        operationId: 'createExport',
        summary: 'Make an export of samples, to be downloaded within a day',
        body: NewExport,
        response: {
          201: SampleExport,
          ...problems(rangeInvalid, exportTooLarge, exportsSpent, signalMissing, limited, forbidden),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => service.createExport(ctx, request.body))),
  )

  app.get(
    '/exports',
    {
      config: { permission },
      schema: {
        operationId: 'listExports',
        summary: 'One’s own exports of the last day, newest first',
        response: { 200: Type.Object({ items: Type.Array(SampleExport) }), ...problems() },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await service.listExports(ctx) })),
  )

  app.get(
    '/exports/:id',
    {
      config: { permission },
      schema: {
        operationId: 'getExport',
        summary: 'How far the download of an export is',
        params: Params,
        response: { 200: SampleExport, ...problems(exportMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.getExport(ctx, request.params.id)),
  )

  app.delete(
    '/exports/:id',
    {
      config: { permission },
      schema: {
        operationId: 'cancelExport',
        summary: 'Cancel an export; a download that runs breaks off',
        params: Params,
        response: { 200: SampleExport, ...problems(exportMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.cancelExport(ctx, request.params.id)),
  )

  app.get(
    '/exports/:id/content',
    {
      // Asking for the head only would begin a download.
      exposeHeadRoute: false,
      config: { permission, records: true },
      schema: {
        operationId: 'downloadExport',
        summary: 'The samples of an export as CSV, JSON Lines or Parquet',
        params: Params,
        produces: Object.values(CONTENT),
        response: { 200: Type.Any(), ...problems(exportMissing, exportEnded, signalMissing, limited, forbidden) },
      },
    },
    async (request, reply) => {
      const { actor } = request
      if (!actor) throw signInNeeded('Sign in to download an export.')
      const endTurn = once(await app.runtime.quotas.turn(actor, 'exports'))
      // Also when the caller is gone before the first byte is asked for.
      reply.raw.once('close', endTurn)
      try {
        const plan = await app.inContext(request, (ctx) => service.beginDownload(ctx, request.params.id))
        const bytes = exportBytes(app.runtime, actor, plan, endTurn)
        // What a server does with a connection whose time is over is to close it.
        reply.raw.setTimeout(STALL_MS)
        return await reply
          .type(CONTENT[plan.row.format])
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(service.fileNameOf(plan))}`)
          .header('cache-control', 'no-store')
          .send(Readable.from(bytes, { objectMode: false, highWaterMark: AHEAD_BYTES }))
      } catch (error) {
        endTurn()
        throw error
      }
    },
  )
}

function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) act()
    isDone = true
  }
}
