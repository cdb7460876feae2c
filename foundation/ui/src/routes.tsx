import { createRootRouteWithContext, createRoute, Outlet } from '@tanstack/react-router'
import type { AppContext } from './module.ts'
import { FailedPage, MissingPage } from './shell/FailedPage.tsx'
import { Shell } from './shell/Shell.tsx'

/** Above everything; pages without the shell (sign-in, first run) are its children. */
export const rootRoute = createRootRouteWithContext<AppContext>()({
  component: Outlet,
  errorComponent: FailedPage,
  notFoundComponent: MissingPage,
})

/** The parent of every page that has navigation around it. Only signed-in people get past its guard. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: ({ context, location }) => context.assembly.guard(context.queryClient, location.href),
  component: Shell,
})
