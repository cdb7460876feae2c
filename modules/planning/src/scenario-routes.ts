import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  groupMissing,
  numberTaken,
  orderClosed,
  orderMissing,
  productMissing,
  spanInvalid,
  tooManyOrders,
  workUnitMisplaced,
} from './contract.ts'
import {
  NewScenario,
  noPlan,
  Scenario,
  ScenarioId,
  Scenarios,
  scenarioBusy,
  scenarioIdle,
  scenarioInvalid,
  scenarioMissing,
  scenarioStale,
  tooManyScenarios,
} from './scenario-contract.ts'
import { applyScenario } from './scenario-use.ts'
import {
  cancelScenario,
  createScenario,
  getScenarioSchedule,
  listScenarios,
  recomputeScenario,
  removeScenario,
} from './scenarios.ts'
import { DraftState, planBusy, planInvalid, Schedule } from './schedule-contract.ts'

const oneScenario = Type.Object({ id: ScenarioId })

/** What if. Mounted at /api/v1/planning. */
export const scenarioRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/scenarios',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'listScenarios',
        summary: 'The scenarios of a site beside its plan as it is',
        querystring: Type.Object({ siteId: EquipmentId }, { additionalProperties: false }),
        response: { 200: Scenarios, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => listScenarios(ctx, request.query.siteId)),
  )

  app.post(
    '/scenarios',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'createScenario',
        summary: 'Try changes on a copy of the plan of a site, in the background',
        body: NewScenario,
        response: {
          201: Scenario,
          ...problems(equipmentMissing, forbidden, noPlan, scenarioInvalid, tooManyScenarios),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createScenario(ctx, request.body))),
  )

  app.get(
    '/scenarios/:id/schedule',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getScenarioSchedule',
        summary: 'The plan of a scenario, as the schedule shows plans',
        params: oneScenario,
        response: { 200: Schedule, ...problems(scenarioMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getScenarioSchedule(ctx, request.params.id)),
  )

  app.post(
    '/scenarios/:id/recompute',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'recomputeScenario',
        summary: 'Compute a scenario anew from the plan as it is now',
        params: oneScenario,
        response: { 200: Scenario, ...problems(scenarioMissing, forbidden, scenarioBusy, scenarioInvalid, noPlan) },
      },
    },
    (request) => app.inContext(request, (ctx) => recomputeScenario(ctx, request.params.id)),
  )

  app.post(
    '/scenarios/:id/cancel',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'cancelScenario',
        summary: 'Stop computing a scenario',
        params: oneScenario,
        response: { 204: Type.Null(), ...problems(scenarioMissing, forbidden, scenarioIdle) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => cancelScenario(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/scenarios/:id/use',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'useScenario',
        summary: 'Make a scenario real: write its changes down and make its plan the draft, all or nothing',
        params: oneScenario,
        response: {
          200: DraftState,
          ...problems(
            ...[scenarioMissing, forbidden, planBusy, scenarioStale, planInvalid, equipmentMissing, spanInvalid],
            ...[workUnitMisplaced, productMissing, groupMissing, orderMissing, orderClosed, numberTaken, tooManyOrders],
          ),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => applyScenario(ctx, request.params.id)),
  )

  app.delete(
    '/scenarios/:id',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'removeScenario',
        summary: 'Delete a scenario',
        params: oneScenario,
        response: { 204: Type.Null(), ...problems(scenarioMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeScenario(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
