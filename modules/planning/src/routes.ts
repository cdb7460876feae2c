import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { attainmentRoutes } from './attainment-routes.ts'
import { demandRoutes } from './demand-routes.ts'
import { energyRoutes } from './energy-routes.ts'
import { fenceRoutes } from './fence-routes.ts'
import { forecastRoutes } from './forecast-routes.ts'
import { orderRoutes } from './order-routes.ts'
import { reactionRoutes } from './reaction-routes.ts'
import { requirementRoutes } from './requirement-routes.ts'
import { resourceRoutes } from './resource-routes.ts'
import { scenarioRoutes } from './scenario-routes.ts'
import { scheduleRoutes } from './schedule-routes.ts'

/** Mounted at /api/v1/planning. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(orderRoutes)
  await app.register(resourceRoutes)
  await app.register(scheduleRoutes)
  await app.register(forecastRoutes)
  await app.register(demandRoutes)
  await app.register(requirementRoutes)
  await app.register(scenarioRoutes)
  await app.register(reactionRoutes)
  await app.register(energyRoutes)
  await app.register(fenceRoutes)
  await app.register(attainmentRoutes)
}
