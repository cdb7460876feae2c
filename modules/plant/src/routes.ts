import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { connectionRoutes } from './connection-routes.ts'
import { equipmentRoutes } from './equipment-routes.ts'
import { gatewayRoutes, gatewaySelfRoutes } from './gateway-routes.ts'
import { gatewayStreamRoutes } from './gateway-stream-routes.ts'

/** Mounted at /api/v1/plant. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(equipmentRoutes)
  await app.register(connectionRoutes)
  await app.register(gatewayRoutes)
  await app.register(gatewaySelfRoutes)
  await app.register(gatewayStreamRoutes)
}
