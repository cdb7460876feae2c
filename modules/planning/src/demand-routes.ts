import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '@millrace/base'
import { problems } from '@millrace/http'
import { materialMissing } from '@millrace/materials/contract'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  Demand,
  DemandChange,
  DemandFile,
  DemandId,
  DemandImport,
  DemandQuery,
  demandClosed,
  demandFileInvalid,
  demandMissing,
  demandTaken,
  NewDemand,
  quantityZero,
  tooMuchDemand,
  WeeklyDemand,
} from './demand-contract.ts'
import { changeDemand, closeDemand, createDemand, getWeeklyDemand, importDemand, listDemands } from './demands.ts'

const oneDemand = Type.Object({ id: DemandId })

/** What customers want. Mounted at /api/v1/planning. */
export const demandRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/demands',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'listDemands',
        summary: 'What is wanted, by due date',
        querystring: DemandQuery,
        response: { 200: page(Demand), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => listDemands(ctx, request.query)),
  )

  app.get(
    '/weekly-demand',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'getWeeklyDemand',
        summary: 'What is wanted of each material of a site, week by week',
        querystring: Type.Object({ siteId: EquipmentId }, { additionalProperties: false }),
        response: { 200: WeeklyDemand, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getWeeklyDemand(ctx, request.query.siteId)),
  )

  app.post(
    '/demands',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createDemand',
        summary: 'Write down what somebody wants',
        body: NewDemand,
        response: {
          201: Demand,
          ...problems(equipmentMissing, forbidden, materialMissing, quantityZero, demandTaken, tooMuchDemand),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createDemand(ctx, request.body))),
  )

  app.post(
    '/demands/import',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'importDemand',
        summary: 'Take over a CSV file of demand, all of it or nothing; known numbers are changed',
        body: DemandFile,
        response: {
          200: DemandImport,
          ...problems(equipmentMissing, forbidden, demandFileInvalid, demandTaken, tooMuchDemand),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => importDemand(ctx, request.body)),
  )

  app.patch(
    '/demands/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'changeDemand',
        summary: 'Change what is wanted',
        params: oneDemand,
        body: DemandChange,
        response: { 200: Demand, ...problems(demandMissing, forbidden, demandClosed, quantityZero) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeDemand(ctx, request.params.id, request.body)),
  )

  app.post(
    '/demands/:id/complete',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'completeDemand',
        summary: 'Say that it was delivered',
        params: oneDemand,
        response: { 200: Demand, ...problems(demandMissing, forbidden, demandClosed) },
      },
    },
    (request) => app.inContext(request, (ctx) => closeDemand(ctx, request.params.id, 'done')),
  )

  app.post(
    '/demands/:id/cancel',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'cancelDemand',
        summary: 'Say that nobody wants it any more',
        params: oneDemand,
        response: { 200: Demand, ...problems(demandMissing, forbidden, demandClosed) },
      },
    },
    (request) => app.inContext(request, (ctx) => closeDemand(ctx, request.params.id, 'cancelled')),
  )
}
