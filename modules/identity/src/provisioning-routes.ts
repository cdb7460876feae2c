import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page, Uuid } from '@millrace/base'
import { problems } from '@millrace/http'
import { Type } from 'typebox'
import { expiryInvalid, Person, PersonId, personMissing, personProvisioned } from './contract.ts'
import { lastAdministrator, placeUnknown, roleUnknown, shiftNeedsPlace, zoneUnknown } from './grant-contract.ts'
import {
  breakGlassStays,
  groupMissing,
  NewProvisioningToken,
  ProvisionedGroup,
  Provisioning,
  ProvisioningToken,
  personNotProvisioned,
  provisioningTokenMissing,
  provisioningTokenNameTaken,
  RolesOfGroup,
} from './scim-contract.ts'
import * as groups from './scim-group-roles.ts'
import { handOverPerson, releasePerson } from './scim-managed.ts'
import { provisioning } from './scim-overview.ts'
import * as tokens from './scim-tokens.ts'

const closed = { additionalProperties: false }

/** What an administrator decides about provisioning. */
export const provisioningRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/provisioning',
    {
      config: { permission: 'identity:provisioning:read' },
      schema: {
        operationId: 'getProvisioning',
        summary: 'How it stands with provisioning by the identity provider',
        response: { 200: Provisioning, ...problems() },
      },
    },
    (request) => app.inContext(request, provisioning),
  )

  app.get(
    '/provisioning/tokens',
    {
      config: { permission: 'identity:provisioning:read', records: true },
      schema: {
        operationId: 'listProvisioningTokens',
        summary: 'What identity providers act with',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(ProvisioningToken), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => tokens.listTokens(ctx, request.query)),
  )

  app.post(
    '/provisioning/tokens',
    {
      config: { permission: 'identity:provisioning:write', stepUp: true },
      schema: {
        operationId: 'createProvisioningToken',
        summary: 'Make a token for an identity provider; its secret is in the answer once',
        body: NewProvisioningToken,
        response: {
          201: Type.Object({ token: ProvisioningToken, secret: Type.String() }),
          ...problems(provisioningTokenNameTaken, expiryInvalid),
        },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => tokens.createToken(ctx, request.body))
      return reply.code(201).send(made)
    },
  )

  app.post(
    '/provisioning/tokens/:id/end',
    {
      config: { permission: 'identity:provisioning:write' },
      schema: {
        operationId: 'endProvisioningToken',
        summary: 'End a token at once',
        params: Type.Object({ id: Uuid }, closed),
        response: { 204: Type.Null(), ...problems(provisioningTokenMissing) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => tokens.endToken(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/provisioning/groups',
    {
      config: { permission: 'identity:provisioning:read' },
      schema: {
        operationId: 'listProvisionedGroups',
        summary: 'Groups of the identity provider, with the roles their people get',
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(ProvisionedGroup), ...problems() },
      },
    },
    (request) => app.inContext(request, (ctx) => groups.listGroups(ctx, request.query)),
  )

  app.put(
    '/provisioning/groups/:id/roles',
    {
      config: { permission: 'identity:provisioning:write', stepUp: true },
      schema: {
        operationId: 'setRolesOfGroup',
        summary: 'Set the roles that the people of a group get',
        params: Type.Object({ id: Uuid }, closed),
        body: RolesOfGroup,
        response: {
          200: ProvisionedGroup,
          ...problems(groupMissing, lastAdministrator, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace),
        },
      },
    },
    (request) => app.inContext(request, (ctx) => groups.setRolesOfGroup(ctx, request.params.id, request.body)),
  )

  app.post(
    '/people/:id/hand-over',
    {
      config: { permission: 'identity:provisioning:write', stepUp: true },
      schema: {
        operationId: 'handOverPerson',
        summary: 'Hand a person over to the identity provider',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: Person, ...problems(personMissing, personProvisioned, breakGlassStays) },
      },
    },
    (request) => app.inContext(request, (ctx) => handOverPerson(ctx, request.params.id)),
  )

  app.post(
    '/people/:id/release',
    {
      config: { permission: 'identity:provisioning:write', stepUp: true },
      schema: {
        operationId: 'releasePerson',
        summary: 'Take a person back from the identity provider',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: Person, ...problems(personMissing, personNotProvisioned) },
      },
    },
    (request) => app.inContext(request, (ctx) => releasePerson(ctx, request.params.id)),
  )
}
