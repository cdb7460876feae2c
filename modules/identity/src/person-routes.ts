import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { problems } from '@millrace/http'
import { forbidden } from '@millrace/runtime'
import { Type } from 'typebox'
import {
  emailTaken,
  GrantsOfPerson,
  NewPerson,
  Person,
  PersonChange,
  PersonFilter,
  PersonId,
  personMissing,
  personProvisioned,
} from './contract.ts'
import {
  grantOfGroup,
  lastAdministrator,
  placeUnknown,
  roleUnknown,
  shiftNeedsPlace,
  zoneUnknown,
} from './grant-contract.ts'
import { setGrants } from './grants.ts'
import * as service from './people.ts'
import { unlockPerson } from './read-budget.ts'

const closed = { additionalProperties: false }

export const personRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/people',
    {
      config: { permission: 'identity:person:read', records: true },
      schema: {
        operationId: 'listPeople',
        summary: 'People of the company',
        querystring: Type.Object({ ...PageQuery, ...PersonFilter }, closed),
        response: { 200: page(Person), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listPeople(ctx, request.query)),
  )

  app.post(
    '/people',
    {
      config: { permission: 'identity:person:write' },
      schema: {
        operationId: 'createPerson',
        summary: 'Add a person',
        body: NewPerson,
        response: { 201: Person, ...problems(emailTaken, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace) },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => service.addPerson(ctx, request.body))
      return reply.code(201).send(made)
    },
  )

  app.get(
    '/people/:id',
    {
      config: { permission: 'signed-in', records: true },
      schema: {
        operationId: 'getPerson',
        summary: 'One person',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: Person, ...problems(personMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.getPerson(ctx, request.params.id)),
  )

  app.patch(
    '/people/:id',
    {
      config: { permission: 'identity:person:write' },
      schema: {
        operationId: 'changePerson',
        summary: 'Change name, title or address of a person',
        params: Type.Object({ id: PersonId }, closed),
        body: PersonChange,
        response: { 200: Person, ...problems(personMissing, personProvisioned, emailTaken) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.changePerson(ctx, request.params.id, request.body)),
  )

  app.put(
    '/people/:id/grants',
    {
      config: { permission: 'identity:grant:write', stepUp: true },
      schema: {
        operationId: 'setGrants',
        summary: 'Set what a person may do',
        params: Type.Object({ id: PersonId }, closed),
        body: GrantsOfPerson,
        response: {
          200: Person,
          ...problems(
            ...[
              personMissing,
              lastAdministrator,
              grantOfGroup,
              roleUnknown,
              placeUnknown,
              zoneUnknown,
              shiftNeedsPlace,
            ],
          ),
        },
      },
    },
    (request) =>
      app.inContext(request, (ctx) => setGrants(ctx, request.params.id, request.body.grants, request.body.reason)),
  )

  app.post(
    '/people/:id/end',
    {
      config: { permission: 'identity:person:write' },
      schema: {
        operationId: 'endPerson',
        summary: 'End a person: nothing can be done in that name any more',
        params: Type.Object({ id: PersonId }, closed),
        body: Type.Object({ reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })) }, closed),
        response: { 200: Person, ...problems(personMissing, personProvisioned, lastAdministrator) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.endPerson(ctx, request.params.id, true, request.body.reason)),
  )

  app.post(
    '/people/:id/unlock',
    {
      config: { permission: 'identity:person:write', stepUp: true },
      schema: {
        operationId: 'unlockPerson',
        summary: 'Let a locked person in again',
        params: Type.Object({ id: PersonId }, closed),
        body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
        response: { 200: Person, ...problems(personMissing, forbidden) },
      },
    },
    (request) => app.inContext(request, (ctx) => unlockPerson(ctx, request.params.id, request.body.reason)),
  )

  app.post(
    '/people/:id/return',
    {
      config: { permission: 'identity:person:write' },
      schema: {
        operationId: 'returnPerson',
        summary: 'Bring an ended person back',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: Person, ...problems(personMissing, personProvisioned) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.endPerson(ctx, request.params.id, false)),
  )
}
