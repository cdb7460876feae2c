import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems, signInNeeded } from '@millrace/http'
import { Type } from 'typebox'
import { PersonId, personMissing, Session, signInPaused } from './contract.ts'
import {
  challengeExpired,
  challengeUnknown,
  codeUsed,
  codeWrong,
  Factors,
  factorNotOwed,
  NewRecoveryCodes,
  PasskeyRequest,
  PasskeyShown,
  passkeyCopied,
  passkeyNeedsName,
  passkeyRefused,
  RecoveryCode,
  recoveryCodeUsed,
  recoveryCodeWrong,
  TotpCode,
  TotpOffer,
  totpMissing,
} from './factor-contract.ts'
import * as service from './factors.ts'
import { requestFactor } from './passkeys.ts'
import { sessionCookie } from './session-cookie.ts'

const closed = { additionalProperties: false }
const Reason = Type.String({ minLength: 1, maxLength: 500 })

export const factorRoutes: FastifyPluginAsyncTypebox = async (app) => {
  /** Raises the caller's session; the browser gets its new token. */
  const show = (request: Parameters<typeof factsOf>[0], factor: service.SecondFactor) => {
    if (!request.actor) throw signInNeeded('Sign in to do this.')
    return service.showFactor(request.runtime, request.actor, factor, factsOf(request))
  }

  app.get(
    '/factors',
    {
      config: { permission: 'half-signed-in' },
      schema: {
        operationId: 'getFactors',
        summary: 'What I can show besides a password',
        response: { 200: Factors, ...problems(signInNeeded) },
      },
    },
    (request) => app.inContext(request, service.ownFactors),
  )

  app.post(
    '/session/totp',
    {
      config: { permission: 'half-signed-in' },
      schema: {
        operationId: 'showTotp',
        summary: 'Finish signing in with a code of the authenticator app',
        body: Type.Object({ code: TotpCode }, closed),
        response: { 200: Session, ...problems(totpMissing, codeWrong, codeUsed, factorNotOwed, signInPaused) },
      },
    },
    async (request, reply) => {
      const { token, session } = await show(request, { totp: request.body.code })
      return reply.header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.post(
    '/session/recovery-code',
    {
      config: { permission: 'half-signed-in' },
      schema: {
        operationId: 'showRecoveryCode',
        summary: 'Finish signing in with a recovery code',
        body: Type.Object({ code: RecoveryCode }, closed),
        response: {
          200: Session,
          ...problems(recoveryCodeWrong, recoveryCodeUsed, factorNotOwed, signInPaused),
        },
      },
    },
    async (request, reply) => {
      const { token, session } = await show(request, { recoveryCode: request.body.code })
      return reply.header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.post(
    '/session/passkey-requests',
    {
      config: { permission: 'half-signed-in' },
      schema: {
        operationId: 'requestFactor',
        summary: 'Begin to show a passkey as the second factor',
        response: { 201: PasskeyRequest, ...problems(passkeyNeedsName, personMissing) },
      },
    },
    async (request, reply) => {
      const asked = await app.inContext(request, (ctx) => requestFactor(ctx, factsOf(request)))
      return reply.code(201).send(asked)
    },
  )

  app.post(
    '/session/passkey',
    {
      config: { permission: 'half-signed-in' },
      schema: {
        operationId: 'showPasskey',
        summary: 'Finish signing in with a passkey',
        body: Type.Object({ passkey: PasskeyShown }, closed),
        response: {
          200: Session,
          ...problems(
            challengeUnknown,
            challengeExpired,
            passkeyRefused,
            passkeyCopied,
            passkeyNeedsName,
            factorNotOwed,
          ),
        },
      },
    },
    async (request, reply) => {
      const { token, session } = await show(request, { passkey: request.body.passkey })
      return reply.header('set-cookie', sessionCookie(request, token)).send(session)
    },
  )

  app.post(
    '/totp',
    {
      config: { permission: 'signed-in', stepUp: true },
      schema: {
        operationId: 'offerTotp',
        summary: 'Set up an authenticator app',
        response: { 201: TotpOffer, ...problems(personMissing) },
      },
    },
    async (request, reply) => reply.code(201).send(await app.inContext(request, service.offerOwnTotp)),
  )

  app.post(
    '/totp/confirm',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'confirmTotp',
        summary: 'Show that the authenticator app works',
        body: Type.Object({ code: TotpCode }, closed),
        response: { 200: NewRecoveryCodes, ...problems(totpMissing, codeWrong, codeUsed, signInPaused) },
      },
    },
    (request) => {
      if (!request.actor) throw signInNeeded('Sign in to do this.')
      return service.confirmOwnTotp(request.runtime, request.actor, request.body.code, factsOf(request))
    },
  )

  app.delete(
    '/totp',
    {
      config: { permission: 'signed-in', stepUp: true },
      schema: {
        operationId: 'removeTotp',
        summary: 'Remove the authenticator app',
        response: { 204: Type.Null(), ...problems(totpMissing) },
      },
    },
    async (request, reply) => {
      await app.inContext(request, service.removeOwnTotp)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/recovery-codes',
    {
      config: { permission: 'signed-in', stepUp: true },
      schema: {
        operationId: 'makeRecoveryCodes',
        summary: 'Make new recovery codes; the old ones are void',
        response: { 201: NewRecoveryCodes, ...problems() },
      },
    },
    async (request, reply) => reply.code(201).send(await app.inContext(request, service.renewRecoveryCodes)),
  )

  app.get(
    '/people/:id/factors',
    {
      config: { permission: 'identity:person:write', records: true },
      schema: {
        operationId: 'getFactorsOfPerson',
        summary: 'What a person can show besides a password',
        params: Type.Object({ id: PersonId }, closed),
        response: { 200: Factors, ...problems(personMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.getFactorsOf(ctx, request.params.id)),
  )

  app.post(
    '/people/:id/factors/reset',
    {
      config: { permission: 'identity:person:write', stepUp: true },
      schema: {
        operationId: 'resetFactors',
        summary: 'Take away the factors of a person who has lost them',
        params: Type.Object({ id: PersonId }, closed),
        body: Type.Object({ reason: Reason }, closed),
        response: { 200: Factors, ...problems(personMissing) },
      },
    },
    (request) => app.inContext(request, (ctx) => service.resetFactors(ctx, request.params.id, request.body.reason)),
  )
}
