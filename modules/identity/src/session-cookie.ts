import type { RequestFacts } from '@millrace/http'
import { SESSION_TOTAL_MS } from './sign-in-rules.ts'

const PLAIN = 'millrace_session'
/** A browser takes this name over TLS only, for our host and the whole of it: no neighbour can set one for us (RFC 6265bis §4.1.3.2). */
const OVER_TLS = `__Host-${PLAIN}`

/** What is needed of a request. */
interface Carrier {
  readonly protocol: string
  readonly server: { readonly runtime: { readonly publicUrl: string | undefined } }
}

/** The Set-Cookie value that gives a browser its session; an empty token takes it away. */
export function sessionCookie(request: Carrier, token: string): string {
  const seconds = token === '' ? 0 : SESSION_TOTAL_MS / 1000
  const isSecure = (request.server.runtime.publicUrl ?? `${request.protocol}:`).startsWith('https:')
  const rest = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`
  return isSecure ? `${OVER_TLS}=${token}; ${rest}; Secure` : `${PLAIN}=${token}; ${rest}`
}

/** The token a browser brings. One of the other name is none: it may have been set by somebody else. */
export function sessionTokenOf(request: RequestFacts): string | undefined {
  return request.cookie(request.origin?.startsWith('https:') ? OVER_TLS : PLAIN)
}
