import type { WebModule } from '@millrace/ui'
import { PeoplePanel } from './PeoplePanel.tsx'
import { signInRoute } from './SignInPage.tsx'

export { Account } from './Account.tsx'
export { requireSession } from './guard.ts'
export { sessionQuery, useFoundEnterprise, useMay, useSession, welcomeQuery } from './queries.ts'

export const identityWeb: WebModule = {
  name: 'identity',
  routes: [signInRoute],
  panels: [{ place: 'settings', order: 40, Component: PeoplePanel }],
}
