import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Uuid } from '@millrace/base'
import { factsOf, problems, signInNeeded } from '@millrace/http'
import { Type } from 'typebox'
import { signInPaused } from './contract.ts'
import {
  challengeUnknown,
  codeUsed,
  codeWrong,
  passkeyCopied,
  passkeyNeedsName,
  passkeyRefused,
} from './factor-contract.ts'
import {
  Confirmation,
  StepUpProof,
  stepUpExpired,
  stepUpInPerson,
  stepUpMismatch,
  stepUpMissing,
  stepUpRefused,
  stepUpReplayed,
} from './step-up-contract.ts'
import { confirmStepUp } from './step-ups.ts'

const closed = { additionalProperties: false }

export const stepUpRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/step-ups/:id/confirm',
    {
      config: { permission: 'signed-in' },
      schema: {
        operationId: 'confirmStepUp',
        summary: 'Confirm a risky act',
        description:
          'A risky act is refused with `identity/step-up-needed`, whose data name this step-up. The proof goes with the act, repeated unchanged, in the header `millrace-step-up`.',
        params: Type.Object({ id: Uuid }, closed),
        body: Confirmation,
        response: {
          201: StepUpProof,
          ...problems(
            signInNeeded,
            stepUpMissing,
            stepUpInPerson,
            stepUpExpired,
            stepUpReplayed,
            stepUpRefused,
            stepUpMismatch,
            challengeUnknown,
            codeWrong,
            codeUsed,
            passkeyRefused,
            passkeyCopied,
            passkeyNeedsName,
            signInPaused,
          ),
        },
      },
    },
    async (request, reply) => {
      const { actor } = request
      if (!actor) throw signInNeeded('Sign in to do this.')
      const proof = await confirmStepUp(request.runtime, actor, request.params.id, request.body, factsOf(request))
      return reply.code(201).send(proof)
    },
  )
}
