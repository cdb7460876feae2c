import { sessionQuery, welcomeQuery } from '@millrace/identity/web'
import { connectionsQuery, equipmentQuery } from '@millrace/plant/web'
import { rootRoute } from '@millrace/ui'
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { nextStep, wizardSearch } from './wizard.ts'

export const firstRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/first-run',
  validateSearch: wizardSearch,
  beforeLoad: async ({ context: { queryClient }, search }) => {
    const session = await queryClient.fetchQuery(sessionQuery)
    if (!session) {
      const welcome = await queryClient.fetchQuery(welcomeQuery)
      if (!welcome.mayFound) throw redirect({ to: '/sign-in', search: {} })
      if (search.step !== 'company') throw redirect({ to: '/first-run', search: { step: 'company' }, replace: true })
      return
    }
    if (search.step !== undefined && search.step !== 'company') return
    const [{ items: equipment }, { items: connections }] = await Promise.all([
      queryClient.fetchQuery(equipmentQuery),
      queryClient.fetchQuery(connectionsQuery),
    ])
    const next = nextStep({ equipment, connections })
    throw next ? redirect({ to: '/first-run', search: next, replace: true }) : redirect({ to: '/overview' })
  },
  // Seen once; nobody else has to load it.
  component: lazyRouteComponent(() => import('./FirstRunPage.tsx'), 'FirstRunPage'),
})
