import { Account, requireSession, usePermissions } from '@millrace/identity/web'
import { useAllPlaces } from '@millrace/plant/web'
import { AlarmBar } from '@millrace/telemetry/web'
import { type Assembly, assembleModules, PageSkeleton, rootRoute, shellRoute } from '@millrace/ui'
import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, redirect } from '@tanstack/react-router'
import { firstRunRoute } from './first-run/first-run-route.ts'
import { modules } from './modules.ts'
import { stationRoute } from './station/StationPage.tsx'

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview' })
  },
})

/** The router over all modules' pages. */
export function createAppRouter(queryClient: QueryClient) {
  const assembly: Assembly = {
    ...assembleModules(modules),
    ...{ guard: requireSession, usePermissions, usePlaces: useAllPlaces, Account, Alarms: AlarmBar },
  }
  const routes = modules.flatMap((module) => module.routes)
  const inShell = routes.filter((route) => route.options.getParentRoute?.() === shellRoute)
  const outside = routes.filter((route) => route.options.getParentRoute?.() === rootRoute)
  return createRouter({
    routeTree: rootRoute.addChildren([
      homeRoute,
      firstRunRoute,
      stationRoute,
      ...outside,
      shellRoute.addChildren(inShell),
    ]),
    context: { queryClient, assembly },
    defaultPendingComponent: PageSkeleton,
    // A page that comes at once is not announced by a skeleton; one that does not is, and then stays long enough to be read.
    defaultPendingMs: 150,
    defaultPendingMinMs: 250,
    defaultPreload: 'intent',
    // Freshness is the business of the queries.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  })
}
