import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { batchInvalid } from '@millrace/base'
import { problems, signInNeeded } from '@millrace/http'
import { forbidden, limited } from '@millrace/runtime'
import { Type } from 'typebox'
import { takeBatch } from './batches.ts'
import { ingestBusy, samplesInvalid, sequenceGap } from './contract.ts'
import { type Numbering, takeSamples } from './text-batches.ts'

const BATCH_TYPE = 'application/vnd.millrace.batch'
const JSON_TYPE = 'application/json'
const CSV_TYPE = 'text/csv'
/** A batch is at most 1 MiB by agreement; one vector may reach beyond. */
const BATCH_BYTES_MAX = 1.5 * 1024 * 1024
/** As JSON, which has the bound of the server. */
const CSV_BYTES_MAX = 1024 * 1024

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const Headers = Type.Object({
  'content-type': Type.Optional(Type.String()),
  'millrace-journal': Type.Optional(Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })),
  'millrace-sequence': Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,14}$' })),
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
})

/** The way in for samples: binary batches of gateways, JSON and CSV of small clients (docs/formats). */
export const batchRoutes: FastifyPluginAsyncTypebox = async (app) => {
  // Each kind of body has the bound of its parser.
  app.addContentTypeParser(
    BATCH_TYPE,
    { parseAs: 'buffer', bodyLimit: BATCH_BYTES_MAX },
    async (_: unknown, body: Buffer) => body,
  )
  app.addContentTypeParser(
    CSV_TYPE,
    { parseAs: 'buffer', bodyLimit: CSV_BYTES_MAX },
    async (_: unknown, body: Buffer) => csvOf(body),
  )

  app.post(
    '/batches',
    {
      // Many times a second: what a batch says is kept as samples, each with its source.
      config: {
        permission: 'telemetry:batch:write',
        accepts: [BATCH_TYPE, JSON_TYPE, CSV_TYPE],
        trail: 'none',
        answeredBy: 'ingest',
      },
      schema: {
        operationId: 'sendBatch',
        summary: 'Store samples durably and once: a batch of a gateway, or JSON or CSV of a small client',
        consumes: [BATCH_TYPE, JSON_TYPE, CSV_TYPE],
        headers: Headers,
        response: {
          200: Type.Object({
            sequence: Type.Integer(),
            samples: Type.Optional(Type.Integer()),
            repeated: Type.Optional(Type.Boolean()),
          }),
          ...problems(batchInvalid, samplesInvalid, sequenceGap, ingestBusy, limited, forbidden),
        },
      },
    },
    async (request) => {
      const { actor, body, headers } = request
      if (!actor) throw signInNeeded('A gateway token or an API key is needed.')
      const journal = headers['millrace-journal']
      if (Buffer.isBuffer(body)) {
        if (journal === undefined)
          throw batchInvalid('The header Millrace-Journal says in which journal a batch counts.')
        return { sequence: await takeBatch(app.runtime, actor, journal, body) }
      }
      const form = headers['content-type']?.toLowerCase().startsWith(CSV_TYPE) ? 'csv' : 'json'
      return takeSamples(app.runtime, actor, form, body, numberingOf(headers))
    },
  )
}

function csvOf(body: Buffer): string {
  try {
    return UTF8.decode(body)
  } catch (error) {
    throw samplesInvalid('The CSV is not UTF-8. Nothing was stored.', { errorCount: 1, errors: [] }, { cause: error })
  }
}

function numberingOf(headers: {
  readonly 'millrace-journal'?: string
  readonly 'millrace-sequence'?: string
  readonly 'idempotency-key'?: string
}): Numbering {
  const { 'millrace-journal': journal, 'millrace-sequence': sequence, 'idempotency-key': key } = headers
  if (journal === undefined && sequence === undefined) return { key }
  if (journal === undefined || sequence === undefined || key !== undefined) {
    throw samplesInvalid(
      'Millrace-Journal and Millrace-Sequence come together, and in the place of Idempotency-Key. Nothing was stored.',
      { errorCount: 1, errors: [] },
    )
  }
  return { journal, sequence: Number(sequence) }
}
