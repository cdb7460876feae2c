import { STATION_COOKIE_MS } from './station-rules.ts'

export const STATION_COOKIE = 'millrace_station'

/** The Set-Cookie value that makes a browser a station. Sent back to the few addresses that ask for it, never to scripts. */
export function stationCookie(request: { readonly protocol: string }, token: string): string {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  const seconds = STATION_COOKIE_MS / 1000
  return `${STATION_COOKIE}=${token}; Path=/api/v1/identity/station; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`
}
