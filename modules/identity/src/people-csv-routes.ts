import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems, signInNeeded } from '@millrace/http'
import { Type } from 'typebox'
import {
  ImportDone,
  ImportPlan,
  importDiffers,
  importHasErrors,
  importStale,
  importUnreadable,
  PEOPLE_FILE_BYTES_MAX,
  PeopleFile,
  PeopleImport,
  peopleExportsSpent,
} from './people-csv-contract.ts'
import { beginPeopleExport, peopleLines } from './people-export.ts'
import { checkImport, importPeople } from './people-import.ts'

/** In JSON each line break and quotation mark of a file is two characters; the rest are digests. */
const BODY_BYTES_MAX = 2 * PEOPLE_FILE_BYTES_MAX + 4096
const CSV = 'text/csv; charset=utf-8; header=present'

export const peopleCsvRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/people/import/check',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { permission: 'identity:grant:write', heavy: 'queries' },
      schema: {
        operationId: 'checkPeopleImport',
        summary: 'What a file of people would do',
        body: PeopleFile,
        response: { 200: ImportPlan, ...problems(importUnreadable) },
      },
    },
    (request) => app.inContext(request, (ctx) => checkImport(ctx, request.body.text)),
  )

  app.post(
    '/people/import',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { permission: 'identity:grant:write', stepUp: true, heavy: 'queries' },
      schema: {
        operationId: 'importPeople',
        summary: 'Add and change people from a file',
        body: PeopleImport,
        response: { 200: ImportDone, ...problems(importUnreadable, importDiffers, importStale, importHasErrors) },
      },
    },
    (request) => app.inContext(request, (ctx) => importPeople(ctx, request.body)),
  )

  app.get(
    '/people/export',
    {
      config: { permission: 'identity:person:export', records: true },
      schema: {
        operationId: 'exportPeople',
        summary: 'Everybody who has not left, as CSV that can be imported again',
        produces: [CSV],
        response: { 200: Type.Any(), ...problems(peopleExportsSpent) },
      },
    },
    async (request, reply) => {
      const { actor } = request
      if (!actor) throw signInNeeded('Sign in to export people.')
      const names = await app.inContext(request, beginPeopleExport)
      return reply
        .type(CSV)
        .header('content-disposition', 'attachment; filename="people.csv"')
        .header('cache-control', 'no-store')
        .send(Readable.from(peopleLines(request.runtime, actor, names)))
    },
  )
}
