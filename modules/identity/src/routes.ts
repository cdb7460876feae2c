import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { accessRoutes } from './access-routes.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import { badgeRoutes } from './badge-routes.ts'
import { breakGlassRoutes } from './break-glass-routes.ts'
import { enterpriseRoutes } from './enterprise-routes.ts'
import { factorRoutes } from './factor-routes.ts'
import { identityProviderRoutes } from './identity-provider-routes.ts'
import { invitationRoutes } from './invitation-routes.ts'
import { joiningRoutes } from './joining-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { passwordResetRoutes } from './password-reset-routes.ts'
import { peopleCsvRoutes } from './people-csv-routes.ts'
import { personRoutes } from './person-routes.ts'
import { provisioningRoutes } from './provisioning-routes.ts'
import { quotaRoutes } from './quota-routes.ts'
import { roleRoutes } from './role-routes.ts'
import { scimRoutes } from './scim-routes.ts'
import { sessionListRoutes } from './session-list-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { singleSignOnRoutes } from './single-sign-on-routes.ts'
import { stationRoutes } from './station-routes.ts'
import { stepUpRoutes } from './step-up-routes.ts'
import { trailRoutes } from './trail-routes.ts'

/** Mounted at /api/v1/identity. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  await enterpriseRoutes(app, {})
  await quotaRoutes(app, {})
  await sessionRoutes(app, {})
  await sessionListRoutes(app, {})
  await factorRoutes(app, {})
  await passkeyRoutes(app, {})
  await stepUpRoutes(app, {})
  await breakGlassRoutes(app, {})
  await personRoutes(app, {})
  await peopleCsvRoutes(app, {})
  await invitationRoutes(app, {})
  await joiningRoutes(app, {})
  await passwordResetRoutes(app, {})
  await roleRoutes(app, {})
  await accessRoutes(app, {})
  await apiKeyRoutes(app, {})
  await stationRoutes(app, {})
  await badgeRoutes(app, {})
  await provisioningRoutes(app, {})
  await app.register(scimRoutes, { prefix: '/scim/v2' })
  await trailRoutes(app, {})
  await identityProviderRoutes(app, {})
  await singleSignOnRoutes(app, {})
}
