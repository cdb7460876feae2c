import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems } from '@millrace/http'
import { Type } from 'typebox'
import { Email, emailTaken, enterpriseExists, Password, PersonName, Session, Welcome } from './contract.ts'
import * as service from './enterprises.ts'
import { passwordWeak } from './session-contract.ts'
import { sessionCookie } from './session-cookie.ts'

const closed = { additionalProperties: false }

export const enterpriseRoutes: FastifyPluginAsyncTypebox = async (app) => {
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
    (request) => service.welcome(request.runtime),
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
        response: { 201: Session, ...problems(enterpriseExists, emailTaken, passwordWeak) },
      },
    },
    async (request, reply) => {
      const { token, session } = await service.foundEnterprise(request.runtime, request.body, factsOf(request))
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )
}
