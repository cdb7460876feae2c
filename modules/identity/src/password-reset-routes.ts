import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factsOf, problems } from '@millrace/http'
import { Type } from 'typebox'
import { personLocked, signInPaused, signInRefused } from './contract.ts'
import { providerRequired } from './identity-provider-contract.ts'
import {
  LinkShown,
  mailMissing,
  ResetAsk,
  ResetDone,
  ResetFacts,
  ResetUse,
  resetExpired,
  resetUnknown,
  resetUsed,
  resetWithdrawn,
} from './joining-contract.ts'
import * as service from './password-resets.ts'
import { passwordWeak } from './session-contract.ts'

/** Why a link sets no password. */
const REFUSALS = [
  ...[resetUnknown, resetUsed, resetWithdrawn, resetExpired],
  ...[signInPaused, signInRefused, providerRequired, personLocked],
] as const

export const passwordResetRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/password-resets',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'askForReset',
        summary: 'Ask for a mail with a link to a new password',
        body: ResetAsk,
        response: { 202: Type.Null(), ...problems(mailMissing, signInPaused) },
      },
    },
    async (request, reply) => {
      // With the runtime of the process: what comes of it outlives this request.
      await service.askForReset(app.runtime, request.body.email, factsOf(request))
      return reply.code(202).send(null)
    },
  )

  app.post(
    '/password-resets/look',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'lookAtReset',
        summary: 'Whose password a link sets anew',
        body: LinkShown,
        response: { 200: ResetFacts, ...problems(...REFUSALS) },
      },
    },
    (request) => service.lookAtReset(request.runtime, request.body.token, factsOf(request)),
  )

  app.post(
    '/password-resets/use',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password by a link; every session of the person ends',
        body: ResetUse,
        response: { 200: ResetDone, ...problems(...REFUSALS, passwordWeak) },
      },
    },
    (request) => service.resetPassword(request.runtime, request.body, factsOf(request)),
  )
}
