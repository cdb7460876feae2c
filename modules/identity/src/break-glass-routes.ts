import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems } from '@millrace/http'
import { Type } from 'typebox'
import * as service from './break-glass.ts'
import {
  BreakGlass,
  BreakGlassSignIn,
  breakGlassNameTaken,
  breakGlassSpent,
  NewBreakGlass,
  PreparedBreakGlass,
} from './break-glass-contract.ts'
import { personLocked, Session, signInPaused, signInRefused } from './contract.ts'
import { sessionCookie } from './session-cookie.ts'

const permission = 'identity:person:write'

export const breakGlassRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/break-glass-sessions',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'signInWithBreakGlass',
        summary: 'Sign in with the break-glass code',
        body: BreakGlassSignIn,
        response: { 201: Session, ...problems(signInRefused, signInPaused, breakGlassSpent, personLocked) },
      },
    },
    async (request, reply) => {
      const { name, code } = request.body
      const { token, session } = await service.signInWithBreakGlass(request.runtime, name, code, factsOf(request))
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.get(
    '/break-glass',
    {
      config: { permission },
      schema: {
        operationId: 'getBreakGlass',
        summary: 'Whether a break-glass account is ready, and when one was used',
        response: { 200: BreakGlass, ...problems() },
      },
    },
    (request) => app.inContext(request, service.getBreakGlass),
  )

  app.post(
    '/break-glass',
    {
      config: { permission, stepUp: true },
      schema: {
        operationId: 'prepareBreakGlass',
        summary: 'Prepare the break-glass account',
        body: NewBreakGlass,
        response: { 201: PreparedBreakGlass, ...problems(breakGlassNameTaken) },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await app.inContext(request, (ctx) => service.prepareBreakGlass(ctx, request.body.name.trim()))),
  )

  app.delete(
    '/break-glass',
    {
      config: { permission, stepUp: true },
      schema: {
        operationId: 'revokeBreakGlass',
        summary: 'Take the break-glass account back',
        response: { 204: Type.Null(), ...problems() },
      },
    },
    async (request, reply) => {
      await app.inContext(request, service.revokeBreakGlass)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/break-glass/acknowledge',
    {
      config: { permission },
      schema: {
        operationId: 'acknowledgeBreakGlass',
        summary: 'Say that the use of the break-glass account was seen',
        response: { 204: Type.Null(), ...problems() },
      },
    },
    async (request, reply) => {
      await app.inContext(request, service.acknowledgeBreakGlass)
      return reply.code(204).send(null)
    },
  )
}
