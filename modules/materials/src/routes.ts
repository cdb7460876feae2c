import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { definitionRoutes } from './definition-routes.ts'
import { outlookRoutes } from './outlook-routes.ts'
import { stockRoutes } from './stock-routes.ts'

/** Mounted at /api/v1/materials. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(definitionRoutes)
  await app.register(stockRoutes)
  await app.register(outlookRoutes)
}
