import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PageQuery, page } from '@millrace/base'
import { factsOf, problems, signInNeeded } from '@millrace/http'
import { outboundRefused } from '@millrace/runtime'
import { Type } from 'typebox'
import { PersonId } from './contract.ts'
import { placeUnknown, roleUnknown } from './grant-contract.ts'
import {
  breakGlassNeeded,
  IdentityProvider,
  linkMissing,
  metadataInvalid,
  NewProvider,
  originInvalid,
  ProviderChange,
  ProviderId,
  ProviderLink,
  ProviderStateChange,
  providerExists,
  providerKindFixed,
  providerLimit,
  providerMissing,
  providerNameTaken,
  providerNeedsDomains,
  providerNotTried,
  SignInTry,
  SignInTryId,
  StartedTry,
  tryMissing,
} from './identity-provider-contract.ts'
import * as service from './identity-providers.ts'
import { browserSecret, signInCookie } from './sign-in-cookie.ts'
import { getTry } from './sign-in-tries.ts'
import { startTry } from './single-sign-on.ts'

const closed = { additionalProperties: false }
const READ = { permission: 'identity:provider:read' } as const
const ById = Type.Object({ providerId: ProviderId }, closed)
const wrong = [
  ...[providerNameTaken, providerNeedsDomains, metadataInvalid, originInvalid],
  ...[outboundRefused, roleUnknown, placeUnknown],
]

/** Setting up the identity providers of a company. */
export const identityProviderRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/providers',
    {
      config: READ,
      schema: {
        operationId: 'listIdentityProviders',
        summary: 'Identity providers of the company, at most twenty',
        response: { 200: page(IdentityProvider), ...problems() },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await service.listProviders(ctx) })),
  )

  app.post(
    '/providers',
    {
      config: { permission: 'identity:provider:write' },
      schema: {
        operationId: 'createIdentityProvider',
        summary: 'Add an identity provider, switched off',
        body: NewProvider,
        response: { 201: IdentityProvider, ...problems(...wrong, providerExists, providerLimit) },
      },
    },
    async (request, reply) => {
      const made = await app.inContext(request, (ctx) => service.createProvider(ctx, request.body))
      return reply.code(201).send(made)
    },
  )

  app.put(
    '/providers/:providerId',
    {
      config: { permission: 'identity:provider:write', stepUp: true },
      schema: {
        operationId: 'changeIdentityProvider',
        summary: 'Change the settings of an identity provider',
        params: ById,
        body: ProviderChange,
        response: { 200: IdentityProvider, ...problems(...wrong, providerMissing, providerKindFixed) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.changeProvider(ctx, request.params.providerId, request.body)),
  )

  app.put(
    '/providers/:providerId/state',
    {
      config: { permission: 'identity:provider:write', stepUp: true },
      schema: {
        operationId: 'moveIdentityProvider',
        summary: 'Switch a provider off, on, or make it the only way for people of its mail domains',
        params: ById,
        body: ProviderStateChange,
        response: {
          200: IdentityProvider,
          ...problems(providerMissing, providerNeedsDomains, providerNotTried, breakGlassNeeded),
        },
      },
    },
    (request) =>
      app.inContext(request, (ctx) =>
        service.moveProvider(ctx, request.params.providerId, request.body.state, request.body.reason),
      ),
  )

  app.delete(
    '/providers/:providerId',
    {
      config: { permission: 'identity:provider:write', stepUp: true },
      schema: {
        operationId: 'removeIdentityProvider',
        summary: 'Remove an identity provider, with its links and the roles its groups gave',
        params: ById,
        response: { 204: Type.Null(), ...problems(providerMissing) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.removeProvider(ctx, request.params.providerId))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/providers/:providerId/links',
    {
      config: { ...READ, records: true },
      schema: {
        operationId: 'listProviderLinks',
        summary: 'People who are linked to an account at the provider',
        params: ById,
        querystring: Type.Object(PageQuery, closed),
        response: { 200: page(ProviderLink), ...problems(providerMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.listLinks(ctx, request.params.providerId, request.query)),
  )

  app.delete(
    '/providers/:providerId/links/:personId',
    {
      config: { permission: 'identity:provider:write', stepUp: true },
      schema: {
        operationId: 'removeProviderLink',
        summary: 'Undo the link of a person: it is found by the e-mail address at the next sign-in',
        params: Type.Object({ providerId: ProviderId, personId: PersonId }, closed),
        response: { 204: Type.Null(), ...problems(linkMissing) },
      },
    },
    async (request, reply) => {
      const { providerId, personId } = request.params
      await app.inContext(request, (ctx) => service.removeLink(ctx, providerId, personId))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/providers/:providerId/tries',
    {
      config: { permission: 'identity:provider:write' },
      schema: {
        operationId: 'tryIdentityProvider',
        summary: 'Try a provider in this browser; nobody is signed in by it',
        params: ById,
        response: { 201: StartedTry, ...problems(providerMissing) },
      },
    },
    async (request, reply) => {
      if (!request.actor) throw signInNeeded('Sign in to do this.')
      const secret = browserSecret(factsOf(request))
      const started = await startTry(request.runtime, request.actor, request.params.providerId, secret)
      return reply.code(201).header('set-cookie', signInCookie(request.protocol, secret)).send(started)
    },
  )

  app.get(
    '/providers/:providerId/tries/:tryId',
    {
      config: READ,
      schema: {
        operationId: 'getSignInTry',
        summary: 'What came of trying a provider',
        params: Type.Object({ providerId: ProviderId, tryId: SignInTryId }, closed),
        response: { 200: SignInTry, ...problems(providerMissing, tryMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => getTry(ctx, request.params.providerId, request.params.tryId)),
  )
}
