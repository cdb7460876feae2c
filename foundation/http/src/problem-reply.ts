import {
  epochMs,
  isProblem,
  newId,
  now,
  type Problem,
  type ProblemKind,
  type ProblemMaker,
  problemType,
} from '@millrace/base'
import { databaseUnavailable } from '@millrace/db'
import type { Log } from '@millrace/runtime'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, Type } from 'typebox'

/** RFC 9110 status codes for the seven kinds. The only place that knows them. */
const STATUS: Record<ProblemKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  unavailable: 503,
  broken: 500,
}

const TYPE_BASE = 'https://millrace.dev/problems/'

const requestInvalid = problemType('http/request-invalid', 'invalid', 'Request is not valid')
const bodyMalformed = problemType('http/body-malformed', 'invalid', 'Body cannot be read')
export const routeMissing = problemType('http/route-missing', 'missing', 'No such address')
const broken = problemType('http/broken', 'broken', 'Something broke on our side')
const databaseAway = problemType('http/database-away', 'unavailable', 'The database does not answer')
export const signInNeeded = problemType('http/sign-in-needed', 'unauthenticated', 'Sign in first')
export const secondFactorNeeded = problemType('http/second-factor-needed', 'unauthenticated', 'Second factor needed')
export const foreignOrigin = problemType('http/foreign-origin', 'forbidden', 'Request comes from another site')

/** The schema of a problem on the wire (RFC 9457 §3). */
const ProblemBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String(),
  },
  { additionalProperties: true },
)

/** The responses of a route that may refuse with these problems, for its schema. */
export function problems(...makers: readonly ProblemMaker[]): Record<number, TObject> {
  const byStatus = new Map<number, string[]>()
  for (const { type } of [...makers, requestInvalid, broken]) {
    const status = STATUS[type.kind]
    byStatus.set(status, [...(byStatus.get(status) ?? []), type.code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { ...ProblemBody, description: `One of: ${codes.join(', ')}` } as unknown as TObject,
    ]),
  )
}

interface SchemaError {
  readonly instancePath?: string
  readonly message?: string
}

// SQLSTATE character_not_in_repertoire and untranslatable_character: JSON may hold U+0000, PostgreSQL's text may not.
const UNSTORABLE = new Set(['22021', '22P05'])

/** Makes a Problem of whatever was thrown; undefined = a bug, to be logged and hidden. */
function asProblem(error: FastifyError | Error): Problem | undefined {
  if (isProblem(error)) return error
  if ('validation' in error && Array.isArray(error.validation)) {
    const errors = (error.validation as SchemaError[])
      .slice(0, 20)
      .map((one) => ({ pointer: one.instancePath ?? '', detail: one.message ?? 'is not valid' }))
    const first = errors[0]
    return requestInvalid(`${first?.pointer || 'The request'} ${first?.detail ?? 'is not valid'}.`, { errors })
  }
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('FST_ERR_CTP') || error instanceof SyntaxError) return bodyMalformed(sentence(error.message))
  if (UNSTORABLE.has(code)) return bodyMalformed('A text holds a character that cannot be stored (U+0000).')
  if (databaseUnavailable(error)) return databaseAway('The database does not answer. Try again shortly.')
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  if (status >= 400 && status < 500) return bodyMalformed(sentence(error.message))
  return undefined
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

const RETRY_AFTER_S = 2

/** Answers with the problem, as application/problem+json. */
export function sendProblem(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const instance = `urn:uuid:${newId(epochMs(now()))}`
  let problem = asProblem(thrown)
  if (!problem) {
    problem = broken('The request could not be completed. The problem has been recorded.')
    log.error('A request failed.', { instance, method: request.method, route: request.routeOptions.url ?? '' }, error)
  }
  const status = STATUS[problem.type.kind]
  if (status === 503) reply.header('retry-after', RETRY_AFTER_S)
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body) => JSON.stringify(body))
    .send({
      ...problem.data,
      type: TYPE_BASE + problem.type.code,
      title: problem.type.title,
      status,
      detail: problem.message,
      instance,
      code: problem.type.code,
    })
}
