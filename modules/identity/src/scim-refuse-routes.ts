import { isProblem, type Problem } from '@millrace/base'
import { type ProblemDocument, sendProblem } from '@millrace/http'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { errorDocument, versionStale } from '@millrace/scim'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { emailTaken } from './contract.ts'
import { lastAdministrator } from './grant-contract.ts'
import {
  groupNameTaken,
  madeByHand,
  provisioningTokenEnded,
  provisioningTokenExpired,
  userNameTaken,
} from './scim-contract.ts'
import { rememberRefusal } from './scim-overview.ts'
import { tokenFacts } from './token.ts'

export const SCIM_TYPE = 'application/scim+json'

/** RFC 7644 §3.12: `uniqueness`. */
const TAKEN = new Set([emailTaken, userNameTaken, groupNameTaken, madeByHand].map((one) => one.type.code))

function scimDocument(problem: Problem, status: number, instance: string): ProblemDocument {
  return { ...errorDocument(problem, status, instance, TAKEN), mediaType: SCIM_TYPE }
}

/** Answers what was thrown as SCIM writes it, and remembers what an administrator should know. */
export async function refuse(
  runtime: Runtime,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (isProblem(error)) {
    await remember(runtime, error, request).catch((cause: unknown) =>
      runtime.log.error('A refusal of provisioning could not be kept.', {}, cause),
    )
  }
  return sendProblem(runtime.log, error, request, reply, scimDocument)
}

async function remember(runtime: Runtime, problem: Problem, request: FastifyRequest): Promise<void> {
  const { code, kind } = problem.type
  // What is not there, and what changed in the meantime, identity providers meet every day.
  if (kind === 'missing' || kind === 'unavailable' || code === versionStale.type.code) return
  const actor = actorOf(problem, request)
  if (!actor) return
  const tokenName = String(problem.data.tokenName ?? actor.name)
  const act = `${request.method} ${request.routeOptions.url?.split('/')[6] ?? ''}`
  const subject = subjectOf(request)
  await inContext(runtime, actor, async (ctx) => {
    await rememberRefusal(ctx, { tokenName, act, subject, code, detail: problem.message.slice(0, 1000) })
  })
  const { request: trace } = request.runtime
  if (trace && code === lastAdministrator.type.code) {
    trace.refused = [{ action: 'identity.provisioning.refuse', object: `user ${subject}`, detail: { act, code } }]
  }
}

const OURS = new Set([provisioningTokenEnded, provisioningTokenExpired].map((one) => one.type.code))

/** Whoever brought a token of ours, even one that holds no longer. */
function actorOf(problem: Problem, request: FastifyRequest) {
  if (request.actor?.permissions.has('identity:person:provision')) return request.actor
  const facts = OURS.has(problem.type.code)
    ? tokenFacts(request.headers.authorization?.replace(/^Bearer\s+/, '') ?? '')
    : undefined
  return facts && systemActor(facts.enterpriseId, 'provisioning')
}

/** Whom it was about, as the identity provider names it. */
function subjectOf(request: FastifyRequest): string {
  const body = (request.body ?? {}) as { userName?: unknown; displayName?: unknown }
  const { id } = request.params as { id?: string }
  const name = [body.userName, body.displayName, id].find((one) => typeof one === 'string') ?? ''
  return String(name).replaceAll('\0', '').toWellFormed().slice(0, 254)
}
