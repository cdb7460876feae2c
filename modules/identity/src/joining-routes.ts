import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems } from '@millrace/http'
import { personLocked, personProvisioned, Session, signInPaused } from './contract.ts'
import {
  challengeExpired,
  challengeUnknown,
  PasskeyOffer,
  passkeyInvalid,
  passkeyKnown,
  passkeyNeedsName,
} from './factor-contract.ts'
import { providerRequired } from './identity-provider-contract.ts'
import * as service from './joining.ts'
import {
  InvitationFacts,
  invitationExpired,
  invitationImpossible,
  invitationUnknown,
  invitationUsed,
  invitationWithdrawn,
  Joined,
  JoinWithPasskey,
  JoinWithPassword,
  LinkShown,
} from './joining-contract.ts'
import { passwordWeak } from './session-contract.ts'
import { sessionCookie } from './session-cookie.ts'

/** Why an invitation lets nobody in. */
const REFUSALS = [
  ...[invitationUnknown, invitationUsed, invitationWithdrawn, invitationExpired, invitationImpossible],
  ...[signInPaused, providerRequired, personProvisioned, personLocked],
] as const

/** For whoever has an invitation. The token goes in the body: addresses are written down on the way. */
export const joiningRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/joining/look',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'lookAtInvitation',
        summary: 'Whom an invitation means',
        body: LinkShown,
        response: { 200: InvitationFacts, ...problems(...REFUSALS) },
      },
    },
    (request) => service.lookAtInvitation(request.runtime, request.body.token, factsOf(request)),
  )

  app.post(
    '/joining/password',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'joinWithPassword',
        summary: 'Join with a password, and sign in',
        body: JoinWithPassword,
        response: { 201: Session, ...problems(...REFUSALS, passwordWeak) },
      },
    },
    async (request, reply) => {
      const { token, session } = await service.joinWithPassword(request.runtime, request.body, factsOf(request))
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.post(
    '/joining/passkey-offers',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'offerPasskeyToJoin',
        summary: 'Begin to join with a passkey',
        body: LinkShown,
        response: { 201: PasskeyOffer, ...problems(...REFUSALS, passkeyNeedsName) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await service.offerPasskeyToJoin(request.runtime, request.body.token, factsOf(request))),
  )

  app.post(
    '/joining/passkeys',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'joinWithPasskey',
        summary: 'Join with a passkey that the browser has made, and sign in',
        body: JoinWithPasskey,
        response: {
          201: Joined,
          ...problems(...REFUSALS, challengeUnknown, challengeExpired, passkeyInvalid, passkeyKnown, passkeyNeedsName),
        },
      },
    },
    async (request, reply) => {
      const { token, ...joined } = await service.joinWithPasskey(request.runtime, request.body, factsOf(request))
      return reply.code(201).header('set-cookie', sessionCookie(request, token)).send(joined)
    },
  )
}
