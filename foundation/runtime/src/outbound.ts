import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { isProblem, problemType } from '@millrace/base'
import { buildConnector, Client, type Dispatcher } from 'undici'
import { insideOf, isWithin } from './outbound-address.ts'
import { hostOf, type OutboundRule } from './outbound-allow.ts'

/** A stored setting of an administrator: this host on this port may be called although it is in a private network. */
export interface OutboundTarget {
  readonly host: string
  readonly port: number
}

export interface OutboundRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** For everything together: name, connection, answer. 10 s unless told. */
  readonly timeoutMs?: number
  /** How much of an answer's body is taken. 1 MiB unless told. */
  readonly maxBytes?: number
  /** What becomes of a longer body: refused, unless only its beginning is wanted. */
  readonly longer?: 'refuse' | 'cut'
  readonly signal?: AbortSignal
  /**
   * Opens private networks for this one target, also over http. Never this machine itself, never link-local or metadata
   * addresses: those only {@link OutboundOptions.allow} opens.
   */
  readonly allow?: OutboundTarget
}

export interface OutboundAnswer {
  readonly status: number
  /** Names in lower case; several of one name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The only way out by HTTP, to addresses that somebody else wrote down (THREATS T-H2). */
export interface Outbound {
  /**
   * Calls an address: https on 443, 80 or 8443 and somewhere on the public internet, unless configured. Redirects are not
   * followed; the caller gets them. Proxy variables of the environment do not count.
   *
   * @throws outboundRefused whose data name the `reason`: nothing was sent.
   * @throws outboundFailed whose data name the `reason`: nobody knows whether it arrived.
   */
  fetch(url: string, request?: OutboundRequest): Promise<OutboundAnswer>
  /** Says early what can be said without looking up the name. @throws outboundRefused */
  check(url: string, allow?: OutboundTarget): void
}

export type OutboundRefusal = 'address' | 'credentials' | 'port' | 'scheme' | 'url'
export type OutboundFailure = 'cancelled' | 'connection' | 'name' | 'timeout' | 'tls' | 'too-long'

export const outboundRefused = problemType('runtime/outbound-refused', 'invalid', 'This address may not be called')
export const outboundFailed = problemType('runtime/outbound-failed', 'unavailable', 'The other side did not answer')

/** All addresses of a name. @throws Error when it has none. */
export type Resolve = (name: string) => Promise<readonly { address: string; family: number }[]>

export interface OutboundOptions {
  /** Hosts and networks that are open although they are inside, also over http. Metadata addresses stay closed. */
  readonly allow?: readonly OutboundRule[]
  readonly resolve?: Resolve
}

const PORTS: ReadonlySet<number> = new Set([443, 80, 8443])
const TIMEOUT_MS = 10_000
const MAX_BYTES = 1024 * 1024
const MAX_URL = 2000

const askSystem: Resolve = (name) => systemLookup(name, { all: true })

export function createOutbound({ allow: rules = [], resolve = askSystem }: OutboundOptions = {}): Outbound {
  /** What configuration and the caller's setting open for an address, before its name is looked up. */
  function judge(text: string, target: OutboundTarget | undefined): Judged {
    if (text.length > MAX_URL || !URL.canParse(text)) throw refuse('url', 'This is not an address of the web.')
    const url = new URL(text)
    const secure = url.protocol === 'https:'
    if (!secure && url.protocol !== 'http:') throw refuse('scheme', 'Only addresses with https can be called.')
    if (url.username !== '' || url.password !== '') {
      throw refuse('credentials', 'An address must not hold a name or password.')
    }
    const host = hostOf(url)
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
    const named = rules.find(
      (rule) =>
        'host' in rule &&
        rule.host === host &&
        (rule.port ?? port) === port &&
        (rule.port !== undefined || PORTS.has(port)),
    )
    const chosen = target !== undefined && target.port === port && sameHost(target.host, host)
    if (!named && !chosen && !PORTS.has(port)) throw refuse('port', `Port ${port} is not open; use 443 or 8443.`)
    const judged: Judged = {
      url,
      host,
      refusalOf(address) {
        const inside = insideOf(address)
        if (inside === 'metadata') return inside
        if (named || rules.some((rule) => 'net' in rule && isWithin(rule.net, address))) return undefined
        if (chosen && (inside === undefined || inside === 'private')) return undefined
        // Over http anybody on the way can read and change it: only where configuration says so.
        return inside ?? (secure ? undefined : 'http')
      },
    }
    if (isIP(host) !== 0) refuseAddress(judged, host)
    else if (!secure && !named && !chosen && !rules.some((rule) => 'net' in rule)) refuseHttp()
    return judged
  }

  async function call(
    { url, host }: Judged,
    request: OutboundRequest,
    connect: buildConnector.connector,
    signal: AbortSignal,
  ): Promise<OutboundAnswer> {
    const maxBytes = request.maxBytes ?? MAX_BYTES
    // One connection for one call: one that was opened with leave is never found by a call that has none.
    const client = new Client(url.origin, { connect, pipelining: 0, headersTimeout: 0, bodyTimeout: 0, allowH2: false })
    try {
      const answer = await client.request({
        method: request.method ?? 'GET',
        path: url.pathname + url.search,
        headers: { ...request.headers },
        body: request.body === undefined ? null : Buffer.from(request.body),
        signal,
      })
      const body = await beginningOf(answer.body, maxBytes)
      if (body.length > maxBytes && request.longer !== 'cut') {
        throw outboundFailed(`${host} answered with more than ${maxBytes} bytes.`, { reason: 'too-long' })
      }
      return { status: answer.statusCode, headers: plainHeaders(answer.headers), body: body.subarray(0, maxBytes) }
    } finally {
      client.destroy().catch(() => undefined)
    }
  }

  return {
    check: (url, allow) => void judge(url, allow),
    async fetch(text, request = {}) {
      const judged = judge(text, request.allow)
      const timeoutMs = request.timeoutMs ?? TIMEOUT_MS
      const deadline = AbortSignal.timeout(timeoutMs)
      const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline
      // The addresses that were checked are the ones that are connected to: the name is not asked a second time.
      const lookup: LookupFunction = (name, options, found) => {
        resolve(name).then(
          (addresses) => {
            try {
              for (const { address } of addresses) refuseAddress(judged, address)
              const [first] = addresses
              if (!first) throw new Error(`${name} has no address.`)
              if (options.all) found(null, [...addresses])
              else found(null, first.address, first.family)
            } catch (error) {
              found(error as Error, '', 0)
            }
          },
          (error: unknown) =>
            found(Object.assign(new Error(`${name} is not known.`, { cause: error }), { code: 'ENOTFOUND' }), '', 0),
        )
      }
      const dial = buildConnector({ lookup, timeout: timeoutMs, rejectUnauthorized: true, minVersion: 'TLSv1.2' })
      const connect: buildConnector.connector = (options, connected) =>
        dial(options, (...[error, socket]) => {
          const refusal = socket?.remoteAddress && judged.refusalOf(socket.remoteAddress)
          if (socket && refusal) {
            socket.destroy()
            connected(refusedAddress(judged.host, refusal), null)
          } else if (socket) connected(null, socket)
          else connected(error ?? new Error('There is no connection.'), null)
        })
      try {
        return await call(judged, request, connect, signal)
      } catch (error) {
        if (isProblem(error)) throw error
        throw failure(error, judged.host, deadline.aborted, request.signal?.aborted === true)
      }
    },
  }
}

interface Judged {
  readonly url: URL
  readonly host: string
  /** Why this address of the host may not be called; undefined = it may. */
  readonly refusalOf: (address: string) => string | undefined
}

function sameHost(named: string, host: string): boolean {
  const text = `http://${named.includes(':') && !named.startsWith('[') ? `[${named}]` : named}`
  return URL.canParse(text) && hostOf(new URL(text)) === host
}

function refuse(reason: OutboundRefusal, detail: string): Error {
  return outboundRefused(detail, { reason })
}

function refuseHttp(): never {
  throw refuse('scheme', 'Only addresses with https can be called.')
}

/** @throws outboundRefused */
function refuseAddress(judged: Judged, address: string): void {
  const refusal = judged.refusalOf(address)
  if (refusal !== undefined) throw refusedAddress(judged.host, refusal)
}

function refusedAddress(host: string, refusal: string): Error {
  if (refusal === 'http') return refuse('scheme', 'Only addresses with https can be called.')
  // The address itself is not told: whoever may only name hosts need not learn how the inside is numbered.
  return refuse('address', `${host} is not on the public internet (${refusal}), and no setting opens it.`)
}

/** The first `most` bytes of a body and at least one more when there are more. */
async function beginningOf(stream: Dispatcher.ResponseData['body'], most: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of stream) {
    pieces.push(piece as Buffer)
    length += (piece as Buffer).length
    if (length > most) break
  }
  return Buffer.concat(pieces)
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
}

function failure(error: unknown, host: string, late: boolean, cancelled: boolean): Error {
  const code = (error as { code?: unknown })?.code
  const known = typeof code === 'string' ? code : ''
  const options = { cause: error }
  if (cancelled) return outboundFailed('The call was given up.', { reason: 'cancelled' }, options)
  if (late || known === 'UND_ERR_CONNECT_TIMEOUT') {
    return outboundFailed(`${host} did not answer in time.`, { reason: 'timeout' }, options)
  }
  if (known === 'ENOTFOUND' || known === 'EAI_AGAIN') {
    return outboundFailed(`Nobody knows a host named ${host}.`, { reason: 'name' }, options)
  }
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|HOSTNAME_MISMATCH)/.test(known)) {
    return outboundFailed(`${host} could not prove who it is (TLS).`, { reason: 'tls' }, options)
  }
  return outboundFailed(`${host} cannot be reached or broke off.`, { reason: 'connection' }, options)
}
