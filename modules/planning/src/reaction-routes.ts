import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { EquipmentId, equipmentMissing } from '@millrace/plant/contract'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { listAbsences, removeAbsence, reportAbsence } from './absences.ts'
import { spanInvalid } from './contract.ts'
import { getReactionPolicy, setReactionPolicy } from './policies.ts'
import { acceptProposal, dismissProposal, takeBackProposal } from './proposals.ts'
import {
  Absence,
  AbsenceId,
  absenceMissing,
  absenceTooLarge,
  groupMissing,
  NewAbsence,
  NewReactionPolicy,
  notApplied,
  ReactionPolicy,
} from './reaction-contract.ts'
import {
  Dismissal,
  ProposalId,
  planBusy,
  planInvalid,
  planStale,
  proposalDecided,
  proposalMissing,
} from './schedule-contract.ts'

const oneProposal = Type.Object({ id: ProposalId })
const atSite = Type.Object({ siteId: EquipmentId }, { additionalProperties: false })

/** What plans react to: proposals, absences, the policy. Mounted at /api/v1/planning. */
export const reactionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/proposals/:id/accept',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'acceptProposal',
        summary: 'Make the moves of a proposal in the draft, and note what it takes to be so',
        params: oneProposal,
        response: {
          204: Type.Null(),
          ...problems(proposalMissing, forbidden, proposalDecided, planBusy, planStale, planInvalid),
        },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => acceptProposal(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/proposals/:id/dismiss',
    {
      config: { permission: 'planning:schedule:plan' },
      schema: {
        operationId: 'dismissProposal',
        summary: 'Dismiss a proposal, and say why',
        params: oneProposal,
        body: Dismissal,
        response: { 204: Type.Null(), ...problems(proposalMissing, forbidden, proposalDecided) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => dismissProposal(ctx, request.params.id, request.body.reason))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/proposals/:id/take-back',
    {
      config: { permission: 'planning:schedule:publish' },
      schema: {
        operationId: 'takeBackProposal',
        summary: 'Take back what the policy applied: everything goes back to where it was',
        params: oneProposal,
        response: {
          204: Type.Null(),
          ...problems(proposalMissing, forbidden, notApplied, planBusy, planStale, planInvalid),
        },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => takeBackProposal(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/absences',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'listAbsences',
        summary: 'Who is missing at a site, or was during the last week',
        querystring: atSite,
        response: { 200: Type.Object({ items: Type.Array(Absence) }), ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => listAbsences(ctx, request.query.siteId)),
  )

  app.post(
    '/absences',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'reportAbsence',
        summary: 'Say that people of a group are missing; planning counts without them',
        body: NewAbsence,
        response: {
          201: Absence,
          ...problems(equipmentMissing, forbidden, groupMissing, spanInvalid, absenceTooLarge),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await app.inContext(request, (ctx) => reportAbsence(ctx, request.body))),
  )

  app.delete(
    '/absences/:id',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'removeAbsence',
        summary: 'Say that people are there after all',
        params: Type.Object({ id: AbsenceId }),
        response: { 204: Type.Null(), ...problems(absenceMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => removeAbsence(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/reaction-policy',
    {
      config: { permission: 'planning:schedule:read' },
      schema: {
        operationId: 'getReactionPolicy',
        summary: 'Which small proposals a site applies by itself',
        querystring: atSite,
        response: { 200: ReactionPolicy, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getReactionPolicy(ctx, request.query.siteId)),
  )

  app.put(
    '/reaction-policy',
    {
      config: { permission: 'planning:schedule:publish' },
      schema: {
        operationId: 'setReactionPolicy',
        summary: 'Set which small proposals a site applies by itself',
        body: NewReactionPolicy,
        response: { 200: ReactionPolicy, ...problems(equipmentMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => setReactionPolicy(ctx, request.body)),
  )
}
