import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { numberTaken, ProductId, ProductionOrder, productMissing, spanInvalid, tooManyOrders } from './contract.ts'
import {
  ComputeAnswer,
  ForecastSummary,
  forecastFailed,
  noForecast,
  OverrideWish,
  ProductForecast,
  SalesFile,
  SalesReading,
  salesFileInvalid,
  weekInvalid,
} from './forecast-contract.ts'
import { computeForecasts, getForecast, listForecasts, overrideForecast } from './forecasts.ts'
import { importSales, previewSales } from './sales.ts'
import { createLotOrders, planWeekly, readWeeklyWish } from './weekly-capacity.ts'
import { capacityUnanswered, LotOrders, WeeklyCapacity, WeeklyCapacityQuery } from './weekly-capacity-contract.ts'

const atSite = Type.Object({ siteId: EquipmentId }, { additionalProperties: false })
const oneProduct = Type.Object({ id: ProductId })

/** What is expected to be sold, and what it takes week by week. Mounted at /api/v1/planning. */
export const forecastRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/forecasts',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'listForecasts',
        summary:
          'What is expected of each product of a site, with its last year and how far the forecast is usually off',
        querystring: atSite,
        response: {
          200: Type.Object({ items: Type.Array(ForecastSummary) }),
          ...problems(equipmentMissing, forbidden),
        },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await listForecasts(ctx, request.query.siteId) })),
  )

  app.post(
    '/forecasts/compute',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'computeForecasts',
        summary: 'Forecast the products of a site anew from what was sold, the oldest forecasts first',
        body: atSite,
        response: { 200: ComputeAnswer, ...problems(equipmentMissing, forbidden, forecastFailed) },
      },
    },
    (request) => computeForecasts((act, access) => app.inContext(request, act, access), request.body.siteId),
  )

  app.get(
    '/products/:id/forecast',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'getForecast',
        summary: 'What was sold of a product and what is expected, week by week',
        params: oneProduct,
        response: { 200: ProductForecast, ...problems(productMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getForecast(ctx, request.params.id)),
  )

  app.put(
    '/products/:id/forecast/weeks',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'overrideForecast',
        summary: 'Say what to count with in some weeks instead, and why; null goes back to what was computed',
        params: oneProduct,
        body: OverrideWish,
        response: { 200: ProductForecast, ...problems(productMissing, forbidden, weekInvalid, noForecast) },
      },
    },
    (request) => app.inContext(request, (ctx) => overrideForecast(ctx, request.params.id, request.body)),
  )

  app.post(
    '/sales/preview',
    {
      // Changes nothing: it only reads the file.
      config: { permission: 'planning:order:write', trail: 'none' },
      schema: {
        operationId: 'previewSales',
        summary: 'What importing a file of weekly sales would do',
        body: SalesFile,
        response: { 200: SalesReading, ...problems(equipmentMissing, forbidden, salesFileInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => previewSales(ctx, request.body)),
  )

  app.post(
    '/sales/import',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'importSales',
        summary: 'Import what was sold by product and week (CSV): all of it, or nothing',
        body: SalesFile,
        response: { 200: SalesReading, ...problems(equipmentMissing, forbidden, salesFileInvalid) },
      },
    },
    (request) => app.inContext(request, (ctx) => importSales(ctx, request.body)),
  )

  app.get(
    '/weekly-capacity',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getWeeklyCapacity',
        summary: 'Load of machines and people by week, overtime, and what to make in which week',
        querystring: WeeklyCapacityQuery,
        response: { 200: WeeklyCapacity, ...problems(equipmentMissing, forbidden, capacityUnanswered) },
      },
    },
    async (request) => planWeekly(await app.inContext(request, (ctx) => readWeeklyWish(ctx, request.query))),
  )

  app.post(
    '/weekly-capacity/orders',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createLotOrders',
        summary: 'Make production orders of weekly lots',
        body: LotOrders,
        response: {
          201: Type.Object({ items: Type.Array(ProductionOrder) }),
          ...problems(
            equipmentMissing,
            forbidden,
            productMissing,
            weekInvalid,
            spanInvalid,
            numberTaken,
            tooManyOrders,
          ),
        },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await app.inContext(request, async (ctx) => ({ items: await createLotOrders(ctx, request.body) }))),
  )
}
