import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMisplaced, equipmentMissing } from '@millrace/plant/contract'
import { forbidden, limited } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  IMPORT_BYTES_MAX,
  IMPORT_PART_BYTES_MAX,
  ImportId,
  ImportMapping,
  ImportPreview,
  importMissing,
  importOverlaid,
  importPartInvalid,
  importState,
  importsWaiting,
  importUnreadable,
  mappingInvalid,
  NewImport,
  SampleImport,
} from './import-contract.ts'
import { previewImport } from './import-preview.ts'
import * as service from './imports.ts'

const closed = { additionalProperties: false }
const Params = Type.Object({ id: ImportId }, closed)
const PART_TYPE = 'application/octet-stream'
const permission = 'telemetry:sample:import'

/** Imports of samples from files: made, filled, looked at, started, watched, cancelled, undone. */
export const importRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.addContentTypeParser(
    PART_TYPE,
    { parseAs: 'buffer', bodyLimit: IMPORT_PART_BYTES_MAX },
    async (_: unknown, body: Buffer) => body,
  )

  app.post(
    '/imports',
    {
      config: { permission },
      schema: {
        operationId: 'createImport',
        summary: 'Announce a file of samples to be imported into a plant',
        body: NewImport,
        response: {
          201: SampleImport,
          ...problems(equipmentMissing, equipmentMisplaced, importsWaiting, forbidden),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => service.createImport(ctx, request.body))),
  )

  app.get(
    '/imports',
    {
      config: { permission },
      schema: {
        operationId: 'listImports',
        summary: 'Imports of all plants, or of one, newest first',
        querystring: Type.Object({ siteId: Type.Optional(EquipmentId) }, closed),
        response: { 200: Type.Object({ items: Type.Array(SampleImport) }), ...problems() },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await service.listImports(ctx, request.query) })),
  )

  app.get(
    '/imports/:id',
    {
      config: { permission },
      schema: {
        operationId: 'getImport',
        summary: 'How far an import is, and which rows have faults',
        params: Params,
        response: { 200: SampleImport, ...problems(importMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.getImport(ctx, request.params.id)),
  )

  app.put(
    '/imports/:id/content',
    {
      // Many pieces of one file: that it was announced and what became of it is in the trail.
      config: { permission, accepts: [PART_TYPE], trail: 'none' },
      schema: {
        operationId: 'addImportPart',
        summary: 'Add the next piece of the file; one that is there already is acknowledged again',
        consumes: [PART_TYPE],
        params: Params,
        querystring: Type.Object({ offset: Type.Integer({ minimum: 0, maximum: IMPORT_BYTES_MAX }) }, closed),
        response: { 200: SampleImport, ...problems(importPartInvalid, importState, importMissing, forbidden) },
      },
    },
    (request) =>
      app.inContext(request, (ctx) => service.addPart(ctx, request.params.id, request.query.offset, request.body)),
  )

  app.post(
    '/imports/:id/preview',
    {
      // Changes nothing.
      config: { permission, heavy: 'queries', trail: 'none' },
      schema: {
        operationId: 'previewImport',
        summary: 'The first rows of the file as they would be read, with their faults; without a mapping a guess',
        params: Params,
        body: Type.Object(
          { mapping: Type.Optional(ImportMapping), zone: Type.Optional(Type.String({ maxLength: 60 })) },
          closed,
        ),
        response: {
          200: ImportPreview,
          ...problems(importUnreadable, mappingInvalid, importState, importMissing, limited, forbidden),
        },
      },
    },
    (request) =>
      app.inContext(request, (ctx) => previewImport(ctx, request.params.id, { zone: 'UTC', ...request.body })),
  )

  app.post(
    '/imports/:id/start',
    {
      config: { permission },
      schema: {
        operationId: 'startImport',
        summary: 'Import the file in the background: every row is read before the first is written',
        params: Params,
        body: Type.Object({ mapping: ImportMapping, skipFaults: Type.Optional(Type.Boolean()) }, closed),
        response: {
          202: SampleImport,
          ...problems(mappingInvalid, importState, importsWaiting, importMissing, forbidden),
        },
      },
    },
    async (request, reply) => {
      const asked = { skipFaults: false, ...request.body }
      return reply
        .code(202)
        .send(await app.inContext(request, (ctx) => service.startImport(ctx, request.params.id, asked)))
    },
  )

  app.delete(
    '/imports/:id',
    {
      config: { permission },
      schema: {
        operationId: 'cancelImport',
        summary: 'Cancel an import; what it wrote is taken back',
        params: Params,
        response: { 200: SampleImport, ...problems(importMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.cancelImport(ctx, request.params.id)),
  )

  app.post(
    '/imports/:id/undo',
    {
      config: { permission },
      schema: {
        operationId: 'undoImport',
        summary: 'Take an import back: exactly its samples go, and what they replaced comes back',
        params: Params,
        response: {
          202: SampleImport,
          ...problems(importState, importOverlaid, importsWaiting, importMissing, forbidden),
        },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await app.inContext(request, (ctx) => service.undoImport(ctx, request.params.id))),
  )
}
