import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page, Uuid } from '@millrace/base'
import { factsOf, problems, signInNeeded } from '@millrace/http'
import { Type } from 'typebox'
import { PersonId, personMissing, signInPaused } from './contract.ts'
import { changePassword, setPassword } from './passwords.ts'
import {
  EndedSessions,
  NewPassword,
  PasswordChange,
  passwordWeak,
  passwordWrong,
  SessionShown,
} from './session-contract.ts'
import * as service from './session-lists.ts'

const closed = { additionalProperties: false }

/** What somebody has of one's own besides factors: sessions and a password; and an administrator's hand on them. */
export const sessionListRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/sessions',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'listSessions',
        summary: 'My sessions and devices',
        response: { 200: page(SessionShown), ...problems() },
      },
    },
    (request) => app.inContext(request, service.listOwnSessions),
  )

  app.delete(
    '/sessions/:id',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'endSession',
        summary: 'End one of my sessions',
        params: Type.Object({ id: Uuid }, closed),
        response: { 204: Type.Null(), ...problems() },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.endOwnSession(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/sessions/end-others',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'endOtherSessions',
        summary: 'End all my sessions but this one',
        response: { 200: EndedSessions, ...problems() },
      },
    },
    (request) => app.inContext(request, service.endOtherSessions),
  )

  app.put(
    '/password',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'changePassword',
        summary: 'Change my password',
        body: PasswordChange,
        response: { 204: Type.Null(), ...problems(passwordWrong, passwordWeak, signInPaused) },
      },
    },
    async (request, reply) => {
      if (!request.actor) throw signInNeeded('Sign in to do this.')
      const { password, newPassword } = request.body
      await changePassword(request.runtime, request.actor, password, newPassword, factsOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/password',
    {
      config: { permission: 'signed-in', stepUp: true },
      schema: {
        operationId: 'setPassword',
        summary: 'Set a new password',
        body: NewPassword,
        response: { 204: Type.Null(), ...problems(passwordWeak) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => setPassword(ctx, request.body.newPassword))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/people/:id/sessions',
    {
      config: { permission: 'identity:person:write', records: true },
      schema: {
        operationId: 'listSessionsOfPerson',
        summary: 'Sessions and devices of a person',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: page(SessionShown), ...problems(personMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listSessionsOf(ctx, request.params.id)),
  )

  app.delete(
    '/people/:id/sessions/:sessionId',
    {
      config: { permission: 'identity:person:write' },
      schema: {
        operationId: 'endSessionOfPerson',
        summary: 'End a session of a person',
        params: Type.Object({ id: PersonId, sessionId: Uuid }, closed),
        response: { 204: Type.Null(), ...problems(personMissing) },
      },
    },
    async (request, reply) => {
      const { id, sessionId } = request.params
      await app.inContext(request, (ctx) => service.endSessionOf(ctx, id, sessionId))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/people/:id/sessions/end',
    {
      config: { permission: 'identity:person:write' },
      schema: {
        operationId: 'endSessionsOfPerson',
        summary: 'End all sessions of a person',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: EndedSessions, ...problems(personMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.endSessionsOf(ctx, request.params.id)),
  )
}
