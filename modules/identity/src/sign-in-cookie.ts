import type { RequestFacts } from '@millrace/http'
import { ATTEMPT_MS, newBrowserSecret } from './single-sign-on.ts'

/** Binds a sign-in at a provider to the browser in which it was begun. Not a session: it opens nothing by itself. */
export const SIGN_IN_COOKIE = 'millrace_sign_in'

/** The browser's secret, a new one when it has none; one serves for several sign-ins at the same time. */
export function browserSecret(facts: RequestFacts): string {
  const known = facts.cookie(SIGN_IN_COOKIE)
  return known !== undefined && /^[\w-]{43}$/.test(known) ? known : newBrowserSecret()
}

/** The Set-Cookie value. Lax: it has to come along when the provider sends the browser back. */
export function signInCookie(protocol: string, secret: string): string {
  const secure = protocol === 'https' ? '; Secure' : ''
  return `${SIGN_IN_COOKIE}=${secret}; Path=/api/v1/identity; HttpOnly; SameSite=Lax; Max-Age=${ATTEMPT_MS / 1000}${secure}`
}
