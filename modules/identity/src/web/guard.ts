import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { sessionQuery, welcomeQuery } from './queries.ts'
import { stationQuery } from './station-queries.ts'

/** Lets signed-in people pass; sends others to sign in, at a shared station to its own way in, or to the first run when there is no company yet. */
export async function requireSession(queryClient: QueryClient, here: string): Promise<void> {
  const session = await queryClient.ensureQueryData(sessionQuery)
  if (session?.level === 2) return
  const { station } = await queryClient.ensureQueryData(stationQuery)
  if (station) throw redirect({ to: '/station' })
  const welcome = await queryClient.fetchQuery(welcomeQuery)
  if (!welcome.setUp) throw redirect({ to: '/first-run' })
  throw redirect({ to: '/sign-in', search: here === '/' || here === '/overview' ? {} : { next: here } })
}
