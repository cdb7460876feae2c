import { shellRoute } from '@millrace/ui'
import { createRoute } from '@tanstack/react-router'
import { AdministrationPage } from './AdministrationPage.tsx'
import { texts } from './texts.ts'

export const apiKeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/identity/api-keys',
  component: ApiKeysPage,
})

function ApiKeysPage() {
  return <AdministrationPage name={texts.tabs.apiKeys}>{null}</AdministrationPage>
}
