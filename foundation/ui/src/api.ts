import { isProblem, newId, Problem, type ProblemKind, problemType, SECOND_MS } from '@millrace/base'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { clockMs } from './clock.ts'

const unreachable = problemType('ui/unreachable', 'unavailable', 'The server cannot be reached')
const unexpectedAnswer = problemType('ui/unexpected-answer', 'broken', 'The server answered something unexpected')

/** The person was asked to confirm, and would rather not. Nothing was done; nobody has to be told. */
export const notConfirmed = problemType('ui/not-confirmed', 'conflict', 'Not confirmed')
/** A risky act that its person has to confirm (THREATS T-A5). Identity's code: this floor does not know identity. */
const STEP_UP_NEEDED = 'identity/step-up-needed'
const STEP_UP_HEADER = 'millrace-step-up'

export type QueryValue = string | number | boolean | undefined | readonly (string | number)[]

interface CallOptions<S extends TSchema> {
  /** What the answer must be. Left out where the answer has no body. */
  readonly response?: S
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly signal?: AbortSignal
}

interface WriteOptions<S extends TSchema> extends CallOptions<S> {
  /** Sent as JSON; a Blob as the bytes it holds. */
  readonly body?: unknown
  /**
   * Sent as Idempotency-Key. With one, a call whose answer was lost is sent again: it takes effect once. A caller that
   * lets a person press the button again keeps the key of the first press.
   */
  readonly idempotencyKey?: string
  /** Whom or what the act is about, in words: shown when the person has to confirm it. */
  readonly about?: string
}

/**
 * Lets the person confirm a risky act.
 *
 * @param needed the server's refusal; its data say how to confirm
 * @returns the proof that goes with the act; undefined = the person would rather not
 */
export type ConfirmStepUp = (needed: Problem, about: string | undefined) => Promise<string | undefined>

let confirmStepUp: ConfirmStepUp | undefined

/** Says who lets people confirm risky acts; every write then asks and repeats itself. @returns takes it back */
export function onStepUp(confirm: ConfirmStepUp): () => void {
  confirmStepUp = confirm
  return () => {
    if (confirmStepUp === confirm) confirmStepUp = undefined
  }
}

type Answer<S extends TSchema> = TSchema extends S ? undefined : Static<S>

/** Where the API lives, beside the page. */
const BASE = '/api/v1'
/** A page that waits longer than this is told so; the person decides whether to try again. */
const CALL_TIMEOUT_MS = 20 * SECOND_MS
/** Pauses before a write with a key is sent again. */
const WRITE_PAUSES_MS = [400, 1500]

const KIND_OF_STATUS: ReadonlyMap<number, ProblemKind> = new Map([
  [400, 'invalid'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'missing'],
  [409, 'conflict'],
  [422, 'invalid'],
  [429, 'limited'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
])

/** A key for one intended write, to be kept over its retries. */
export function idempotencyKey(): string {
  return newId(clockMs())
}

/** The server, as values and Problems: whatever it refuses is thrown as a {@link Problem} with the server's words. */
export const api = {
  get<S extends TSchema = TSchema>(path: string, options: CallOptions<S> = {}): Promise<Answer<S>> {
    return call('GET', path, options)
  },
  post<S extends TSchema = TSchema>(path: string, options: WriteOptions<S> = {}): Promise<Answer<S>> {
    return write('POST', path, options)
  },
  put<S extends TSchema = TSchema>(path: string, options: WriteOptions<S> = {}): Promise<Answer<S>> {
    return write('PUT', path, options)
  },
  patch<S extends TSchema = TSchema>(path: string, options: WriteOptions<S> = {}): Promise<Answer<S>> {
    return write('PATCH', path, options)
  },
  delete<S extends TSchema = TSchema>(path: string, options: WriteOptions<S> = {}): Promise<Answer<S>> {
    return write('DELETE', path, options)
  },
}

async function write<S extends TSchema>(method: string, path: string, options: WriteOptions<S>): Promise<Answer<S>> {
  try {
    return await persistentCall(method, path, options)
  } catch (error) {
    if (!confirmStepUp || !isProblem(error) || error.type.code !== STEP_UP_NEEDED) throw error
    const proof = await confirmStepUp(error, options.about)
    if (proof === undefined) throw notConfirmed('You did not confirm this, so nothing was done.')
    return persistentCall(method, path, options, proof)
  }
}

async function persistentCall<S extends TSchema>(
  method: string,
  path: string,
  options: WriteOptions<S>,
  proof?: string,
): Promise<Answer<S>> {
  const pauses = options.idempotencyKey === undefined ? [] : WRITE_PAUSES_MS
  for (const pauseMs of pauses) {
    try {
      return await call(method, path, options, proof)
    } catch (error) {
      const lost = error instanceof Problem && error.type.kind === 'unavailable'
      if (!lost || options.signal?.aborted) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  return call(method, path, options, proof)
}

async function call<S extends TSchema>(
  method: string,
  path: string,
  options: WriteOptions<S>,
  proof?: string,
): Promise<Answer<S>> {
  const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS)
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' }
  const { body } = options
  const isFile = body instanceof Blob
  if (body !== undefined) headers['content-type'] = isFile ? 'application/octet-stream' : 'application/json'
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey
  if (proof !== undefined) headers[STEP_UP_HEADER] = proof
  let answer: Response
  try {
    answer = await fetch(BASE + path + queryText(options.query), {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    const detail = timeout.aborted
      ? 'The server did not answer in time. Try again.'
      : 'The server cannot be reached. Check the network, then try again.'
    throw unreachable(detail, {}, { cause: error })
  }
  if (!answer.ok) throw await problemOf(answer)
  if (answer.status === 204 || options.response === undefined) return undefined as Answer<S>
  const value: unknown = await answer.json()
  if (!Value.Check(options.response, value)) {
    const [first] = Value.Errors(options.response, value)
    throw unexpectedAnswer(`${path} answered something this page does not understand. Reload it.`, {
      at: first?.instancePath ?? '',
      expected: first?.message ?? '',
    })
  }
  return value as Answer<S>
}

/** The Problem an answer stands for. An answer that is not a problem document (a proxy's page) keeps its status. */
export async function problemOf(answer: Response): Promise<Problem> {
  const kind = KIND_OF_STATUS.get(answer.status) ?? 'broken'
  const body = await answer.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null) {
    const detail =
      kind === 'unavailable'
        ? 'The server is busy or starting. Try again in a moment.'
        : `The server answered ${answer.status}.`
    return new Problem({ code: 'ui/no-details', kind, title: 'The server refused' }, detail)
  }
  const {
    code,
    title,
    detail,
    type: _type,
    status: _status,
    instance: _instance,
    ...data
  } = body as Record<string, unknown>
  const type = { code: textOr(code, 'ui/no-details'), kind, title: textOr(title, 'The server refused') }
  return new Problem(type, textOr(detail, type.title), data)
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

/** `?a=1&b=x,y`: lists are joined with commas, undefined is left out. */
export function queryText(query: Readonly<Record<string, QueryValue>> = {}): string {
  const parts = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parts.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  const text = parts.toString()
  return text === '' ? '' : `?${text}`
}
