import {
  isProblem,
  type Problem,
  type ProblemKind,
  type ProblemMaker,
  type ProblemType,
  problemType,
  SECOND_MS,
} from '@millrace/base'
import { databaseUnavailable, isStopped, STATEMENT_TIMEOUT_MS } from '@millrace/db'
import type { Log } from '@millrace/runtime'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type TObject, Type } from 'typebox'

/** RFC 9110 and 6585 status codes for the kinds. The only place that knows them. */
const STATUS: Record<ProblemKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  limited: 429,
  unavailable: 503,
  broken: 500,
}

const TYPE_BASE = 'https://millrace.dev/problems/'

const requestInvalid = problemType('http/request-invalid', 'invalid', 'Request is not valid')
export const bodyMalformed = problemType('http/body-malformed', 'invalid', 'Body cannot be read')
const bodyTooLarge = problemType('http/body-too-large', 'invalid', 'Body is too large')
export const contentTypeUnknown = problemType('http/content-type-unknown', 'invalid', 'Body is of another kind')
export const routeMissing = problemType('http/route-missing', 'missing', 'No such address')
const broken = problemType('http/broken', 'broken', 'Something broke on our side')
const databaseAway = problemType('http/database-away', 'unavailable', 'The database does not answer')
const tooLong = problemType('http/too-long', 'unavailable', 'This takes too long')
export const signInNeeded = problemType('http/sign-in-needed', 'unauthenticated', 'Sign in first')
export const secondFactorNeeded = problemType('http/second-factor-needed', 'unauthenticated', 'Second factor needed')
export const foreignOrigin = problemType('http/foreign-origin', 'forbidden', 'Request comes from another site')

/** What is wrong with a body as such has codes of its own (RFC 9110 §15.5.14, §15.5.16). */
const STATUS_OF_BODY: Readonly<Record<string, number>> = {
  [bodyTooLarge.type.code]: 413,
  [contentTypeUnknown.type.code]: 415,
}

function statusOf({ code, kind }: ProblemType): number {
  return STATUS_OF_BODY[code] ?? STATUS[kind]
}

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
    const status = statusOf(type)
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
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge(sentence(error.message))
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return contentTypeUnknown('The body is of a kind that is not taken here.')
  if (code.startsWith('FST_ERR_CTP') || error instanceof SyntaxError) return bodyMalformed(sentence(error.message))
  if (UNSTORABLE.has(code)) return bodyMalformed('A text holds a character that cannot be stored (U+0000).')
  if (isStopped(error)) {
    return tooLong(
      `The database was stopped after ${STATEMENT_TIMEOUT_MS / SECOND_MS} s. Ask for a shorter range, fewer signals or coarser steps.`,
    )
  }
  if (databaseUnavailable(error)) return databaseAway('The database does not answer. Try again shortly.')
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  if (status >= 400 && status < 500) return bodyMalformed(sentence(error.message))
  return undefined
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

const RETRY_AFTER_S = 2

/** How long the caller should wait, in whole seconds (RFC 9110 §10.2.3); undefined where waiting does not help. */
function retryAfterS({ type, data }: Problem): number | undefined {
  if (type.kind !== 'limited' && type.kind !== 'unavailable') return undefined
  return typeof data.retryAfterMs === 'number' ? Math.max(1, Math.ceil(data.retryAfterMs / SECOND_MS)) : RETRY_AFTER_S
}

/** A problem as it goes over the wire. */
export interface ProblemDocument {
  readonly status: number
  readonly mediaType: string
  readonly body: Readonly<Record<string, unknown>>
}

/** RFC 9457 §3: how problems are written, but for routes of a protocol that has a form of its own. */
function problemDocument(problem: Problem, status: number, instance: string): ProblemDocument {
  return {
    status,
    mediaType: 'application/problem+json',
    body: {
      ...problem.data,
      type: TYPE_BASE + problem.type.code,
      title: problem.type.title,
      status,
      detail: problem.message,
      instance,
      code: problem.type.code,
    },
  }
}

/**
 * Answers with the problem, and leaves the refusal in the trail before. RFC 9457 §3.1.5: the instance names the occurrence, and
 * finds it in the log and the trail.
 *
 * @param write the form of the routes' protocol; RFC 9457 without it.
 */
export async function sendProblem(
  log: Log,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  write: (problem: Problem, status: number, instance: string) => ProblemDocument = problemDocument,
): Promise<FastifyReply> {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const instance = `urn:uuid:${request.id}`
  let problem = asProblem(thrown)
  if (!problem) {
    problem = broken('The request could not be completed. The problem has been recorded.')
    log.error('A request failed.', { instance, method: request.method, route: request.routeOptions.url ?? '' }, error)
  }
  const { actor, server } = request
  if (actor) await server.refusals.take(request.runtime, actor, problem.type.code, statusOf(problem.type))
  const { status, mediaType, body } = write(problem, statusOf(problem.type), instance)
  const waitS = retryAfterS(problem)
  if (waitS !== undefined) reply.header('retry-after', waitS)
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type(mediaType)
    .serializer((document) => JSON.stringify(document))
    .send(body)
}
