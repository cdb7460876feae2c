import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { problems, signInNeeded } from '@millrace/http'
import { Type } from 'typebox'
import {
  AuditEvent,
  Email,
  emailTaken,
  enterpriseExists,
  notADemo,
  Password,
  Person,
  PersonId,
  PersonName,
  Session,
  signInPaused,
  signInRefused,
  Welcome,
} from './contract.ts'
import * as service from './service.ts'
import { sessionCookie } from './session-cookie.ts'

const closed = { additionalProperties: false }

/** Mounted at /api/v1/identity. */
export const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/welcome',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getWelcome',
        summary: 'What a visitor may know before signing in',
        response: { 200: Welcome, ...problems() },
      },
    },
    () => service.welcome(app.runtime),
  )

  app.post(
    '/enterprises',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'foundEnterprise',
        summary: 'Found the company and its first person',
        body: Type.Object(
          {
            enterpriseName: Type.String({ minLength: 1, maxLength: 200 }),
            person: Type.Object({ name: PersonName, email: Email, password: Password }, closed),
          },
          closed,
        ),
        response: { 201: Session, ...problems(enterpriseExists, emailTaken) },
      },
    },
    async (request, reply) => {
      const { token, session } = await service.foundEnterprise(app.runtime, request.body)
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.post(
    '/sessions',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'signIn',
        summary: 'Sign in with e-mail address and password',
        body: Type.Object({ email: Email, password: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
        response: { 201: Session, ...problems(signInRefused, signInPaused) },
      },
    },
    async (request, reply) => {
      const { token, session } = await service.signIn(app.runtime, request.body.email, request.body.password)
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
        response: { 201: Session, ...problems(notADemo) },
      },
    },
    async (request, reply) => {
      const { token, session } = await service.signInToDemo(app.runtime, request.body.personId)
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.get(
    '/session',
    {
      config: { permission: 'signed-in' },
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
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'signOut',
        summary: 'End this session',
        response: { 204: Type.Null(), ...problems(signInNeeded) },
      },
    },
    async (request, reply) => {
      const token = sessionCookie.read(request)
      await app.inContext(request, (ctx) => service.endSession(ctx, token ?? ''))
      return reply.code(204).header('set-cookie', sessionCookie(request, '')).send(null)
    },
  )

  app.get(
    '/people',
    {
      config: { permission: 'identity:person:read' },
      schema: {
        operationId: 'listPeople',
        summary: 'People of the company',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(Person), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listPeople(ctx, request.query)),
  )

  app.get(
    '/audit-events',
    {
      config: { permission: 'identity:audit:read' },
      schema: {
        operationId: 'listAuditEvents',
        summary: 'Who did what, newest first',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(AuditEvent), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listAuditEvents(ctx, request.query)),
  )
}
