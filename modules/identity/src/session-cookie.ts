import { SESSION_TOTAL_MS } from './sign-in-rules.ts'

const NAME = 'millrace_session'

/** What is needed of a request. */
interface Carrier {
  readonly protocol: string
  readonly headers: { readonly cookie?: string | undefined }
}

/** The Set-Cookie value that gives a browser its session; an empty token takes it away. */
export function sessionCookie(request: Carrier, token: string): string {
  const seconds = token === '' ? 0 : SESSION_TOTAL_MS / 1000
  const secure = request.protocol === 'https' ? '; Secure' : ''
  return `${NAME}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`
}

sessionCookie.read = (request: Carrier): string | undefined =>
  (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1)

export const SESSION_COOKIE = NAME
