import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { orderMissing, productMissing } from './contract.ts'
import { applyChanges, discardDraft, previewEdit, publishDraft } from './draft.ts'
import { fenceClosed } from './fence-contract.ts'
import { findFixes, readFixWish } from './fixes.ts'
import { cancelRun, requestPlan } from './planner.ts'
import { getPromise } from './promises.ts'
import { getSchedule } from './schedule.ts'
import {
  Changes,
  DraftState,
  EditWish,
  FixAnswer,
  FixQuery,
  noDraft,
  nothingToPlan,
  notPlanning,
  Outcome,
  PlanWish,
  PromiseAnswer,
  PromiseWish,
  PublishWish,
  planBusy,
  planInvalid,
  planStale,
  Schedule,
  ScheduleQuery,
} from './schedule-contract.ts'

const atSite = Type.Object({ siteId: EquipmentId }, { additionalProperties: false })

/** The schedule of a site. Mounted at /api/v1/planning. */
export const scheduleRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/schedule',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getSchedule',
        summary: 'The schedule of a site: the draft, or the published plan while there is none',
        querystring: ScheduleQuery,
        response: { 200: Schedule, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getSchedule(ctx, request.query)),
  )

  app.get(
    '/promise',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getPromise',
        summary: 'When an order that does not exist yet could be done, if nothing else moved',
        querystring: PromiseWish,
        response: { 200: PromiseAnswer, ...problems(equipmentMissing, forbidden, productMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => getPromise(ctx, request.query)),
  )

  app.get(
    '/fixes',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'listFixes',
        summary: 'What would make a late order earlier, each tried on a copy of the plan',
        querystring: FixQuery,
        response: { 200: FixAnswer, ...problems(equipmentMissing, forbidden, orderMissing) },
      },
    },
    async (request) => findFixes(await app.inContext(request, (ctx) => readFixWish(ctx, request.query))),
  )

  app.post(
    '/runs',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'startPlanning',
        summary: 'Plan a site anew in the background; what is frozen or locked stays',
        body: PlanWish,
        response: { 202: Type.Null(), ...problems(equipmentMissing, forbidden, nothingToPlan, planBusy) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => requestPlan(ctx, request.body))
      return reply.code(202).send(null)
    },
  )

  app.post(
    '/runs/cancel',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'cancelPlanning',
        summary: 'End the planning of a site; the best plan so far stays in the draft',
        body: atSite,
        response: { 204: Type.Null(), ...problems(equipmentMissing, forbidden, notPlanning) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => cancelRun(ctx, request.body.siteId))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/draft/preview',
    {
      // Changes nothing, and comes many times while a bar is dragged.
      config: { permission: 'planning:schedule:plan', trail: 'none' },
      schema: {
        operationId: 'previewEdit',
        summary: 'What an edit would do to the draft, successors and all; or why it may not be',
        body: EditWish,
        response: { 200: Outcome, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => previewEdit(ctx, request.body)),
  )

  app.post(
    '/draft/changes',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'changeDraft',
        summary: 'Make changes in the draft as they were previewed, or take them back',
        body: Changes,
        response: {
          200: DraftState,
          ...problems(equipmentMissing, forbidden, planBusy, planStale, planInvalid, fenceClosed),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => applyChanges(ctx, request.body)),
  )

  app.post(
    '/draft/discard',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'discardDraft',
        summary: 'Throw the draft away',
        body: atSite,
        response: { 204: Type.Null(), ...problems(equipmentMissing, forbidden, planBusy, noDraft) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => discardDraft(ctx, request.body.siteId))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/draft/publish',
    {
      config: { permission: 'planning:schedule:publish' },
      schema: {
        operationId: 'publishDraft',
        summary: 'Make the draft the plan that the shop floor works by',
        body: PublishWish,
        response: {
          204: Type.Null(),
          ...problems(equipmentMissing, forbidden, planBusy, noDraft, planStale, planInvalid),
        },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => publishDraft(ctx, request.body))
      return reply.code(204).send(null)
    },
  )
}
