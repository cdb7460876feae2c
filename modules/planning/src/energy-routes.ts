import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { workUnitMisplaced } from './contract.ts'
import {
  changeEnergySite,
  changeTariff,
  createTariff,
  getEnergySetup,
  removeSlots,
  removeTariff,
  saveSlots,
  setMachinePower,
} from './energy.ts'
import {
  acceptAdvice,
  cancelAdvice,
  dismissAdvice,
  getAdvice,
  removeSwitchOff,
  requestAdvice,
} from './energy-advice.ts'
import {
  AdviceAnswer,
  AdviceChoice,
  AdviceId,
  AdviceWish,
  adviceBusy,
  adviceDecided,
  adviceImpossible,
  adviceMissing,
  adviceNotSought,
  choiceIncomplete,
  EnergyOfPlan,
  SwitchOffId,
  switchOffMissing,
} from './energy-advice-contract.ts'
import {
  EnergySetup,
  EnergySite,
  MachinePower,
  MeasuredPowers,
  NewTariff,
  SlotKind,
  SlotSeries,
  slotsInvalid,
  Tariff,
  TariffId,
  tariffInvalid,
  tariffMissing,
  tariffTaken,
  tooManyTariffs,
} from './energy-contract.ts'
import { getMeasuredPowers } from './energy-measured.ts'
import { getEnergyOfPlan } from './energy-of-plan.ts'
import { Dismissal, planBusy, planInvalid, planStale, ScheduleQuery } from './schedule-contract.ts'

const strict = { additionalProperties: false } as const
const atSite = Type.Object({ siteId: EquipmentId }, strict)
const oneTariff = Type.Object({ id: TariffId })
const oneAdvice = Type.Object({ id: AdviceId })

/** What electricity costs, what machines draw, and plans that take less of it. Mounted at /api/v1/planning. */
export const energyRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(masterDataRoutes)
  await app.register(adviceRoutes)
}

const masterDataRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/energy',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'getEnergySetup',
        summary: 'What electricity costs a site, and what its machines draw',
        querystring: atSite,
        response: { 200: EnergySetup, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getEnergySetup(ctx, request.query.siteId)),
  )

  app.put(
    '/energy/site',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'changeEnergySite',
        summary: 'Say what base load, carbon of the grid and reached peak of a site are',
        body: EnergySite,
        response: { 200: EnergySite, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeEnergySite(ctx, request.body)),
  )

  app.post(
    '/energy/tariffs',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'createTariff',
        summary: 'Add an electricity tariff with its hours of the week',
        body: NewTariff,
        response: {
          201: Tariff,
          ...problems(equipmentMissing, forbidden, tariffInvalid, tariffTaken, tooManyTariffs),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => createTariff(ctx, request.body))),
  )

  app.put(
    '/energy/tariffs/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'changeTariff',
        summary: 'Say anew what a tariff is',
        params: oneTariff,
        body: NewTariff,
        response: { 200: Tariff, ...problems(tariffMissing, forbidden, tariffInvalid, tariffTaken) },
      },
    },
    (request) => app.inContext(request, (ctx) => changeTariff(ctx, request.params.id, request.body)),
  )

  app.delete(
    '/energy/tariffs/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'removeTariff',
        summary: 'Remove a tariff',
        params: oneTariff,
        response: { 204: Type.Null(), ...problems(tariffMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeTariff(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.put(
    '/energy/powers',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'setMachinePower',
        summary: 'Say what a machine draws by what it does',
        body: MachinePower,
        response: { 200: MachinePower, ...problems(equipmentMissing, forbidden, workUnitMisplaced) },
      },
    },
    (request) => app.inContext(request, (ctx) => setMachinePower(ctx, request.body)),
  )

  app.get(
    '/energy/measured-powers',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'getMeasuredPowers',
        summary: 'What the machines of a site drew in the last days, by what they did',
        querystring: atSite,
        response: { 200: MeasuredPowers, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getMeasuredPowers(ctx, request.query.siteId)),
  )

  app.put(
    '/energy/slots',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'saveEnergySlots',
        summary: 'Say what day-ahead prices, own generation or the carbon of the grid are, slot by slot',
        body: SlotSeries,
        response: {
          200: Type.Object({ count: Type.Integer() }),
          ...problems(equipmentMissing, forbidden, slotsInvalid),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => saveSlots(ctx, request.body)),
  )

  app.post(
    '/energy/slots/forget',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'removeEnergySlots',
        summary: 'Forget the slots of one kind',
        body: Type.Object({ siteId: EquipmentId, kind: SlotKind }, strict),
        response: { 204: Type.Null(), ...problems(equipmentMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeSlots(ctx, request.body.siteId, request.body.kind))
      return reply.code(204).send(null)
    },
  )
}

const adviceRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/energy/plan',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getEnergyOfPlan',
        summary: 'What the electricity of a plan comes to, by day, with its load curve',
        querystring: ScheduleQuery,
        response: { 200: EnergyOfPlan, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getEnergyOfPlan(ctx, request.query)),
  )

  app.get(
    '/energy/advice',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getEnergyAdvice',
        summary: 'The last recommendation of a site: under way, open or decided',
        querystring: atSite,
        response: { 200: AdviceAnswer, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getAdvice(ctx, request.query.siteId)),
  )

  app.post(
    '/energy/advice',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'startEnergyAdvice',
        summary: 'Look in the background for a plan that takes less electricity',
        body: AdviceWish,
        response: {
          202: Type.Null(),
          ...problems(equipmentMissing, forbidden, planBusy, adviceImpossible, adviceBusy),
        },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => requestAdvice(ctx, request.body))
      return reply.code(202).send(null)
    },
  )

  app.post(
    '/energy/advice/cancel',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'cancelEnergyAdvice',
        summary: 'Stop looking for a plan that takes less electricity',
        body: atSite,
        response: { 204: Type.Null(), ...problems(equipmentMissing, forbidden, adviceNotSought) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => cancelAdvice(ctx, request.body.siteId))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/energy/advice/:id/accept',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'acceptEnergyAdvice',
        summary: 'Make the chosen moves in the draft, and note which machines are switched off',
        params: oneAdvice,
        body: AdviceChoice,
        response: {
          204: Type.Null(),
          ...problems(adviceMissing, forbidden, adviceDecided, planBusy, choiceIncomplete, planStale, planInvalid),
        },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => acceptAdvice(ctx, request.params.id, request.body))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/energy/advice/:id/dismiss',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'dismissEnergyAdvice',
        summary: 'Dismiss a recommendation, and say why',
        params: oneAdvice,
        body: Dismissal,
        response: { 204: Type.Null(), ...problems(adviceMissing, forbidden, adviceDecided) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => dismissAdvice(ctx, request.params.id, request.body.reason))
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/energy/switch-offs/:id',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'removeSwitchOff',
        summary: 'Take back that a machine is to be switched off',
        params: Type.Object({ id: SwitchOffId }),
        response: { 204: Type.Null(), ...problems(switchOffMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeSwitchOff(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
