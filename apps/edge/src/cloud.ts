import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isProblem, problemType } from '@millrace/base'
import { messageOf } from './log.ts'
import { ServerClock } from './server-clock.ts'

/** The cloud could not be reached, or did not answer in time. */
export const cloudUnreachable = problemType('edge/cloud-unreachable', 'unavailable', 'The server cannot be reached')

const ANSWER_MAX_BYTES = 8 * 1024 * 1024
const ANSWER_TIMEOUT_MS = 30_000
const RETRY_AFTER_MAX_MS = 60_000

/** An answer of the server, read to its end. `json` is undefined when the body is none. */
export type Answer = { status: number; json: unknown; etag: string | undefined; retryAfterMs: number | undefined }

type Sending = {
  method: 'GET' | 'POST'
  /** Below /api/v1. */
  path: string
  json?: unknown
  bytes?: Uint8Array
  headers?: Record<string, string>
  signal?: AbortSignal
}

/**
 * Requests to the server. Only outbound, each with a token of this gateway, each bounded in time and size.
 */
export class Cloud {
  private readonly base: URL
  private readonly token: (() => Promise<string>) | undefined
  private readonly agent: HttpAgent
  /** Hears the time in each answer. */
  readonly clock: ServerClock

  /** @param token gives the bearer token; absent for the enrolment. */
  constructor(base: URL, token?: () => Promise<string>, clock: ServerClock = new ServerClock()) {
    this.base = base
    this.clock = clock
    this.token = token
    const options = { keepAlive: true, maxSockets: 4 }
    this.agent = base.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
  }

  /** @throws cloudUnreachable when there is no answer; an answer of any status is returned. */
  async send(sending: Sending): Promise<Answer> {
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    const signal = sending.signal ? AbortSignal.any([sending.signal, timeout]) : timeout
    try {
      const response = await this.open({ ...sending, signal })
      const text = await readAll(response)
      return {
        status: response.statusCode ?? 0,
        json: parseJson(text),
        etag: response.headers.etag,
        retryAfterMs: retryAfterMs(response.headers['retry-after']),
      }
    } catch (error) {
      if (isProblem(error)) throw error
      throw cloudUnreachable(messageOf(error), undefined, { cause: error })
    }
  }

  /** The open answer, for streams; the caller reads or destroys it. */
  async open(sending: Sending & { signal: AbortSignal }): Promise<IncomingMessage> {
    const headers: Record<string, string> = { accept: 'application/json', ...sending.headers }
    if (this.token) headers.authorization = `Bearer ${await this.token()}`
    const body = sending.bytes ?? (sending.json === undefined ? undefined : Buffer.from(JSON.stringify(sending.json)))
    if (sending.json !== undefined) headers['content-type'] = 'application/json'
    if (body) headers['content-length'] = String(body.length)
    const url = new URL(`/api/v1${sending.path}`, this.base)
    const request = this.base.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method: sending.method, headers, agent: this.agent, signal: sending.signal })
      outgoing.once('response', (response) => {
        this.clock.hear(response.headers.date)
        resolve(response)
      })
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  }

  close(): void {
    this.agent.destroy()
  }
}

/** The code of a problem answer (RFC 9457), undefined for anything else. */
export function problemCode(answer: Answer): string | undefined {
  const { json } = answer
  return typeof json === 'object' && json !== null && 'code' in json && typeof json.code === 'string'
    ? json.code
    : undefined
}

/** What a problem answer says, for logs. */
export function problemText(answer: Answer): string {
  const { json } = answer
  const detail = typeof json === 'object' && json !== null && 'detail' in json ? String(json.detail) : ''
  return `${answer.status} ${problemCode(answer) ?? ''} ${detail}`.trim()
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > ANSWER_MAX_BYTES) throw cloudUnreachable('The answer of the server is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function retryAfterMs(header: string | undefined): number | undefined {
  const seconds = Number(header)
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0
    ? Math.min(seconds * 1000, RETRY_AFTER_MAX_MS)
    : undefined
}
