import { shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import { AdministrationPage } from './AdministrationPage.tsx'
import { texts } from './texts.ts'

export const zonesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/zones',
  component: ZonesPage,
})

function ZonesPage() {
  return <AdministrationPage name={texts.tabs.zones}>{null}</AdministrationPage>
}
