import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import { assignMessages, dismissMessages, doMessages, snoozeMessages } from './message-acts.ts'
import {
  Assignment,
  Done,
  GridQuery,
  gridMissing,
  MessageDismissal,
  MessageQuery,
  messageMissing,
  RequirementGrid,
  Selection,
  Snooze,
  snoozePast,
  Worklist,
} from './requirement-contract.ts'
import { getRequirementGrid, getWorklist, requestRequirements } from './requirements.ts'

/** What has to be made, bought and sent, and the messages about it. Mounted at /api/v1/planning. */
export const requirementRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/messages',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'listMessages',
        summary: 'What to do about materials, the most urgent first, and how fresh that is',
        querystring: MessageQuery,
        response: { 200: Worklist, ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => getWorklist(ctx, request.query)),
  )

  app.get(
    '/requirements',
    {
      config: { permission: 'planning:order:read' },
      schema: {
        operationId: 'getRequirementGrid',
        summary: 'A material at a site week by week: wanted, coming, planned, left',
        querystring: GridQuery,
        response: { 200: RequirementGrid, ...problems(gridMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => getRequirementGrid(ctx, request.query)),
  )

  app.post(
    '/requirements/reckon',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'reckonRequirements',
        summary: 'Have requirements reckoned anew within seconds',
        response: { 202: Type.Null(), ...problems(forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, requestRequirements)
      return reply.code(202).send(null)
    },
  )

  app.post(
    '/messages/do',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'doMessages',
        summary: 'Do what messages say; what cannot be done any more is refused in words',
        body: Selection,
        response: { 200: Done, ...problems(messageMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => doMessages(ctx, request.body.messageIds)),
  )

  app.post(
    '/messages/snooze',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'snoozeMessages',
        summary: 'Put messages off until a time',
        body: Snooze,
        response: { 204: Type.Null(), ...problems(messageMissing, forbidden, snoozePast) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => snoozeMessages(ctx, request.body))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/messages/dismiss',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'dismissMessages',
        summary: 'Dismiss messages with a reason; they come back only when their cause changes',
        body: MessageDismissal,
        response: { 204: Type.Null(), ...problems(messageMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => dismissMessages(ctx, request.body))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/messages/assign',
    {
      config: { permission: 'planning:order:write' },
      schema: {
        operationId: 'assignMessages',
        summary: 'Say whose matter messages are',
        body: Assignment,
        response: { 204: Type.Null(), ...problems(messageMissing, forbidden) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => assignMessages(ctx, request.body))
      return reply.code(204).send(null)
    },
  )
}
