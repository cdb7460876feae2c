import { shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import { AdministrationPage } from './AdministrationPage.tsx'
import { texts } from './texts.ts'

export const accessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/access',
  component: AccessPage,
})

function AccessPage() {
  return <AdministrationPage name={texts.tabs.access}>{null}</AdministrationPage>
}
