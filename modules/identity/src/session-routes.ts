import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems, signInNeeded } from '@millrace/http'
import { Type } from 'typebox'
import { Email, notADemo, PersonId, personLocked, Session, signInPaused, signInRefused } from './contract.ts'
import { sessionCookie } from './session-cookie.ts'
import * as service from './sessions.ts'

const closed = { additionalProperties: false }

export const sessionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/sessions',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'signIn',
        summary: 'Sign in with e-mail address and password',
        body: Type.Object({ email: Email, password: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
        response: { 201: Session, ...problems(signInRefused, signInPaused, personLocked) },
      },
    },
    async (request, reply) => {
      const { token, session } = await service.signIn(
        request.runtime,
        request.body.email,
        request.body.password,
        factsOf(request),
      )
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.post(
    '/demo-sessions',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'signInToDemo',
        summary: 'Sign in as a person of the demo company',
        body: Type.Object({ personId: PersonId }, closed),
        response: { 201: Session, ...problems(notADemo, personLocked) },
      },
    },
    async (request, reply) => {
      const { token, session } = await service.signInToDemo(request.runtime, request.body.personId, factsOf(request))
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.get(
    '/session',
    {
      config: { permission: 'half-signed-in', atStation: true },
      schema: {
        operationId: 'getSession',
        summary: 'Who is signed in, and what that person may do',
        response: { 200: Session, ...problems(signInNeeded, signInRefused) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.getSession(ctx)),
  )

  app.delete(
    '/session',
    {
      config: { permission: 'half-signed-in', atStation: true },
      schema: {
        operationId: 'signOut',
        summary: 'End this session',
        response: { 204: Type.Null(), ...problems(signInNeeded) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.signOut(ctx))
      return reply.code(204).header('set-cookie', sessionCookie(request, '')).send(null)
    },
  )
}
