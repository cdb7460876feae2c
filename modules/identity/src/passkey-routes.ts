import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems } from '@millrace/http'
import { Type } from 'typebox'
import { personLocked, Session, signInRefused } from './contract.ts'
import {
  challengeExpired,
  challengeUnknown,
  NewRecoveryCodes,
  Passkey,
  PasskeyId,
  PasskeyMade,
  PasskeyName,
  PasskeyOffer,
  PasskeyRequest,
  PasskeyShown,
  passkeyCopied,
  passkeyInvalid,
  passkeyKnown,
  passkeyMissing,
  passkeyNeedsName,
  passkeyRefused,
  passkeysTooMany,
} from './factor-contract.ts'
import { firstRecoveryCodes } from './factors.ts'
import { requestPasskey, signInWithPasskey } from './passkey-sign-in.ts'
import * as service from './passkeys.ts'
import { sessionCookie } from './session-cookie.ts'

const closed = { additionalProperties: false }

export const passkeyRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/passkey-requests',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'requestPasskey',
        summary: 'Begin to sign in with a passkey',
        response: { 201: PasskeyRequest, ...problems(passkeyNeedsName) },
      },
    },
    async (request, reply) => reply.code(201).send(await requestPasskey(request.runtime, factsOf(request))),
  )

  app.post(
    '/passkey-sessions',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'signInWithPasskey',
        summary: 'Sign in with a passkey',
        body: Type.Object({ passkey: PasskeyShown }, closed),
        response: {
          201: Session,
          ...problems(
            challengeUnknown,
            challengeExpired,
            passkeyRefused,
            passkeyCopied,
            passkeyNeedsName,
            signInRefused,
            personLocked,
          ),
        },
      },
    },
    async (request, reply) => {
      const { token, session } = await signInWithPasskey(request.runtime, request.body.passkey, factsOf(request))
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.get(
    '/passkeys',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'listPasskeys',
        summary: 'My passkeys',
        response: { 200: Type.Object({ items: Type.Array(Passkey) }), ...problems() },
      },
    },
    (request) => app.inContext(request, async (ctx) => ({ items: await service.listPasskeys(ctx) })),
  )

  app.post(
    '/passkey-offers',
    {
      config: { permission: 'signed-in', stepUp: true },
      schema: {
        operationId: 'offerPasskey',
        summary: 'Add a passkey',
        response: { 201: PasskeyOffer, ...problems(passkeyNeedsName, passkeysTooMany) },
      },
    },
    async (request, reply) => {
      const offer = await app.inContext(request, (ctx) => service.offerPasskey(ctx, factsOf(request)))
      return reply.code(201).send(offer)
    },
  )

  app.post(
    '/passkeys',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'keepPasskey',
        summary: 'Keep a passkey that the browser has made',
        body: Type.Object({ name: PasskeyName, passkey: PasskeyMade }, closed),
        response: {
          201: NewRecoveryCodes,
          ...problems(challengeUnknown, challengeExpired, passkeyInvalid, passkeyKnown, passkeyNeedsName),
        },
      },
    },
    async (request, reply) => {
      const { name, passkey } = request.body
      const kept = await app.inContext(request, async (ctx) => {
        await service.keepPasskey(ctx, name, passkey, factsOf(request))
        return firstRecoveryCodes(ctx)
      })
      return reply.code(201).send(kept)
    },
  )

  app.patch(
    '/passkeys/:id',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'renamePasskey',
        summary: 'Rename a passkey',
        params: Type.Object({ id: PasskeyId }, closed),
        body: Type.Object({ name: PasskeyName }, closed),
        response: { 204: Type.Null(), ...problems(passkeyMissing) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.renamePasskey(ctx, request.params.id, request.body.name))
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/passkeys/:id',
    {
      config: { permission: 'signed-in', stepUp: true },
      schema: {
        operationId: 'removePasskey',
        summary: 'Remove a passkey',
        params: Type.Object({ id: PasskeyId }, closed),
        response: { 204: Type.Null(), ...problems(passkeyMissing) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, (ctx) => service.removePasskey(ctx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
