import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { deliveryRoutes } from './delivery-routes.ts'
import { webhookRoutes } from './webhook-routes.ts'

/** Mounted at /api/v1/exchange. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(webhookRoutes)
  await app.register(deliveryRoutes)
}
