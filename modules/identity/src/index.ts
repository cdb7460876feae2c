import { MINUTE_MS } from '@millrace/base'
import { defineModule } from '@millrace/http'
import { routes } from './routes.ts'
import { actorOfToken, endDeadSessions } from './service.ts'
import { SESSION_COOKIE } from './session-cookie.ts'

/** Identity: companies, their people, what they may do, who is signed in, and the trail. */
export const identity = defineModule({
  name: 'identity',
  routes,
  authenticators: [
    async (request, runtime) => {
      // A browser brings a cookie; the command line the same token as a bearer.
      const token = request.cookie(SESSION_COOKIE) ?? request.bearer
      return token ? actorOfToken(runtime, token) : undefined
    },
  ],
  tasks: [{ name: 'identity.end-dead-sessions', everyMs: 10 * MINUTE_MS, act: endDeadSessions }],
})

export type { EnterpriseId, Grant, Person, PersonId, Role } from './contract.ts'
export { hashPassword } from './password.ts'
export {
  createEnterprise,
  createPerson,
  findDemoEnterprise,
  foundEnterprise,
  removeEnterprise,
  welcome,
} from './service.ts'
