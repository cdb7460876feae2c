import type { FastifyRequest } from 'fastify'
import { contentTypeUnknown, foreignOrigin } from './problem-reply.ts'

/** Methods that change nothing (RFC 9110 §9.2.1). */
export const READING: ReadonlySet<string> = new Set(['GET', 'HEAD'])
/** `application/json`, with no other parameter than the one encoding it may have (RFC 8259 §11). */
const JSON_TYPE = 'application/json'
/** Where a browser may say that a request began: here, or by the person's own hand (Fetch Metadata §2.3). */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none'])

/**
 * A browser says where a request comes from; one from elsewhere changes nothing here (THREATS T-A6). A read it may follow
 * a link to; an open stream it may not.
 */
export function refuseForeignOrigin(request: FastifyRequest, opens: 'answer' | 'stream'): void {
  if (opens === 'answer' && READING.has(request.method)) return
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (typeof site === 'string' && !OWN_SITES.has(site)) throw foreignOrigin('This request was started by another site.')
  if (origin === undefined) return
  if (!URL.canParse(origin) || new URL(origin).host !== request.host) {
    throw foreignOrigin('This request was started by another site.')
  }
}

/**
 * Refuses a body of a kind that the route does not take, before anybody reads it (THREATS T-H1). Forms are among them:
 * those a page of another site can send without asking (THREATS T-A6).
 *
 * @param accepted lower case; JSON unless the route says otherwise.
 */
export function refuseOtherBodies(request: FastifyRequest, accepted: readonly string[] = [JSON_TYPE]): void {
  const type = request.headers['content-type']
  if (type === undefined) {
    // Nothing said about a body that is there: whatever it is, it was not meant for us.
    if (hasBody(request)) throw contentTypeUnknown(`Say with Content-Type that the body is ${accepted.join(' or ')}.`)
    return
  }
  if (READING.has(request.method)) return
  const known = /^([a-z]+\/[a-z0-9.+-]+)(?:; ?charset="?utf-8"?)?$/i.exec(type)?.[1]?.toLowerCase()
  if (known === undefined || !accepted.includes(known)) {
    throw contentTypeUnknown(`The body must be ${accepted.join(' or ')}.`, { accepted })
  }
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
