import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems } from '@millrace/http'
import { Type } from 'typebox'
import { emailTaken, NewPerson, Person, PersonId, personLocked, personMissing, personProvisioned } from './contract.ts'
import { placeUnknown, roleUnknown, shiftNeedsPlace, zoneUnknown } from './grant-contract.ts'
import { providerRequired } from './identity-provider-contract.ts'
import * as service from './invitations.ts'
import {
  Invited,
  invitationImpossible,
  invitationNeedless,
  invitationNotOpen,
  MadeLink,
  resetNeedless,
} from './joining-contract.ts'
import { makeResetLink } from './password-resets.ts'

const params = Type.Object({ id: PersonId }, { additionalProperties: false })
/** Why somebody gets no link of one's own. */
const NO_LINK = [personMissing, personProvisioned, personLocked, providerRequired, invitationImpossible] as const

/** Links that an administrator makes for others. */
export const invitationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/invitations',
    {
      config: { permission: 'identity:person:write', stepUp: true },
      schema: {
        operationId: 'inviteNewPerson',
        summary: 'Add a person and make an invitation',
        body: NewPerson,
        response: {
          201: Invited,
          ...problems(emailTaken, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace, providerRequired),
        },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => service.inviteNewPerson(ctx, request.body, factsOf(request)))
      return reply.code(201).send(made)
    },
  )

  app.post(
    '/people/:id/invitation',
    {
      config: { permission: 'identity:person:write', stepUp: true },
      schema: {
        operationId: 'invitePerson',
        summary: 'Make an invitation for a person; a former one is void',
        params,
        response: { 201: Invited, ...problems(...NO_LINK, invitationNeedless) },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => service.invitePerson(ctx, request.params.id, factsOf(request)))
      return reply.code(201).send(made)
    },
  )

  app.delete(
    '/people/:id/invitation',
    {
      config: { permission: 'identity:person:write' },
      schema: {
        operationId: 'withdrawInvitation',
        summary: 'Take an open invitation back',
        params,
        response: { 200: Person, ...problems(personMissing, invitationNotOpen) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.withdrawInvitation(ctx, request.params.id)),
  )

  app.post(
    '/people/:id/reset-link',
    {
      config: { permission: 'identity:person:write', stepUp: true },
      schema: {
        operationId: 'makeResetLink',
        summary: 'Make a link by which a person sets a new password',
        params,
        response: { 201: MadeLink, ...problems(...NO_LINK, resetNeedless) },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => makeResetLink(ctx, request.params.id, factsOf(request)))
      return reply.code(201).send(made)
    },
  )
}
