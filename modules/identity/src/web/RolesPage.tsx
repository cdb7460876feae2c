import { shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import { AdministrationPage } from './AdministrationPage.tsx'
import { texts } from './texts.ts'

export const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/roles',
  component: RolesPage,
})

function RolesPage() {
  return <AdministrationPage name={texts.tabs.roles}>{null}</AdministrationPage>
}
