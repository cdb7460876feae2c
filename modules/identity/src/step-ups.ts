import { randomBytes } from 'node:crypto'
import { epochMs, isProblem, later, MINUTE_MS, newId, type Problem } from '@millrace/base'
import type { Act, RequestFacts, StepUp } from '@millrace/http'
import { type Actor, type Context, inContext, type Runtime } from '@millrace/runtime'
import { openedBy } from './break-glass.ts'
import type { PersonId } from './contract.ts'
import { getEnterprise } from './enterprise-store.ts'
import { challengeUnknown } from './factor-contract.ts'
import { guessFactor } from './factor-guess.ts'
import { factorsOf } from './factors.ts'
import { challengeIn, checkPasskey, newChallenge, passkeysOf, requestFor } from './passkeys.ts'
import { verifyPassword } from './password.ts'
import { findPasswordHash } from './person-store.ts'
import { getOpenSession } from './session-store.ts'
import {
  type Confirmation,
  type StepUpMethod,
  type StepUpNeeded,
  type StepUpProof,
  stepUpExpired,
  stepUpImpossible,
  stepUpInPerson,
  stepUpMismatch,
  stepUpMissing,
  stepUpNeeded,
  stepUpRefused,
  stepUpReplayed,
} from './step-up-contract.ts'
import { methodsOf } from './step-up-rules.ts'
import * as store from './step-up-store.ts'
import { sha256 } from './token.ts'
import { takeTotp } from './totp.ts'

/** THREATS T-A5: how old a confirmation may be. */
const FRESH_MS = 5 * MINUTE_MS
/** Kept this long after its time, to say that it was too late rather than unknown. */
const REMEMBERED_MS = 60 * MINUTE_MS

/**
 * Insists that a person has just confirmed exactly this act (THREATS T-A5). Without a proof it says what is needed for one.
 *
 * @throws stepUpNeeded      its data are {@link StepUpNeeded}
 * @throws stepUpImpossible  the person has nothing to confirm with
 * @throws stepUpInPerson    keys and shared stations confirm nothing
 * @throws stepUpMismatch    the proof is for another act, of another session, or none of ours
 * @throws stepUpReplayed, stepUpExpired
 */
export const stepUp: StepUp = async (runtime, actor, act, proof) => {
  // Returned rather than thrown: what is asked, and what was refused, stays.
  const refusal = await inContext(runtime, actor, async (ctx) => {
    const problem = await judge(ctx, act, proof)
    if (problem) {
      ctx.audit({
        action: problem.type.code === stepUpNeeded.type.code ? 'identity.step-up.ask' : 'identity.step-up.refuse',
        object: `person ${actor.id}`,
        detail: { operation: act.operationId, digest: act.digest, code: problem.type.code },
      })
    }
    return problem
  })
  if (refusal) throw refusal
}

async function judge(ctx: Context, act: Act, proof: string | undefined): Promise<Problem | undefined> {
  const { signIn } = ctx.actor
  if (!signIn || signIn.station) return stepUpInPerson('Only a person at a device of their own can confirm this.')
  if (proof === undefined) return ask(ctx, act, signIn.sessionId)
  const proofSha256 = sha256(proof)
  const used = await store.spendProof(ctx.db, {
    ...{ proofSha256, sessionId: signIn.sessionId, digest: act.digest, at: ctx.now },
  })
  if (used) return undefined
  const known = await store.findByProof(ctx.db, proofSha256)
  if (!known || known.sessionId !== signIn.sessionId || known.digest !== act.digest) {
    return stepUpMismatch('What was confirmed is another act than this one.')
  }
  if (known.usedAt !== null) return stepUpReplayed('This confirmation was used already. Confirm again.')
  return stepUpExpired('This was confirmed more than five minutes ago. Confirm again.')
}

async function ask(ctx: Context, act: Act, sessionId: string): Promise<Problem> {
  const { operationId, digest, summary } = act
  const methods = await methodsFor(ctx, operationId, sessionId)
  if (methods.length === 0) {
    return stepUpImpossible('This has to be confirmed with a passkey or an authenticator app. Add one in your profile.')
  }
  const stepUpId = newId<'StepUp'>(ctx.nowMs)
  const challenge = newChallenge()
  const expiresAt = later(ctx.now, FRESH_MS)
  await store.saveStepUp(ctx.db, { id: stepUpId, sessionId, operationId, digest, challenge, expiresAt })
  const { rpId: _, ...request } = requestFor(challenge, '', await passkeysOf(ctx, ctx.actor.id as PersonId))
  const needed: StepUpNeeded = {
    ...{ stepUpId, digest, methods, operationId, summary, expiresAt },
    ...(methods.includes('passkey') && { passkey: request }),
    demo: (await getEnterprise(ctx.db)).demo,
  }
  return stepUpNeeded('Confirm that it is you who does this.', needed)
}

async function methodsFor(ctx: Context, operationId: string, sessionId: string): Promise<StepUpMethod[]> {
  const session = await getOpenSession(ctx.db, sessionId)
  if (!session) return []
  return methodsOf({
    factors: await factorsOf(ctx, ctx.actor.id as PersonId),
    sessionMethod: session.method,
    sessionAgeMs: ctx.nowMs - epochMs(session.createdAt),
    demo: (await getEnterprise(ctx.db)).demo,
    operationId,
  })
}

/**
 * Confirms an act with what its person has. The proof is good for five minutes, for this act in this session, once.
 *
 * @throws stepUpMissing, stepUpExpired, stepUpReplayed, stepUpInPerson
 * @throws stepUpRefused   not what was asked for, or wrong
 * @throws stepUpMismatch  a passkey has signed something else
 * @throws codeWrong, codeUsed, passkeyRefused, passkeyCopied, passkeyNeedsName, signInPaused
 */
export function confirmStepUp(
  runtime: Runtime,
  actor: Actor,
  id: string,
  shown: Confirmation,
  facts: RequestFacts,
): Promise<StepUpProof> {
  const look = () =>
    inContext(runtime, actor, async (ctx) => {
      try {
        return await confirm(ctx, id, shown, facts)
      } catch (error) {
        if (isProblem(error)) {
          ctx.auditRefusal({
            action: 'identity.step-up.refuse',
            object: `person ${actor.id}`,
            detail: { stepUpId: id, code: error.type.code },
          })
        }
        throw error
      }
    })
  const guessable = shown.password !== undefined || shown.code !== undefined || shown.breakGlassCode !== undefined
  return guessable ? guessFactor(runtime, actor.id as PersonId, facts, look) : look()
}

async function confirm(ctx: Context, id: string, shown: Confirmation, facts: RequestFacts): Promise<StepUpProof> {
  const sessionId = ctx.actor.signIn?.sessionId
  if (sessionId === undefined) throw stepUpInPerson('Only a person can confirm this.')
  const asked = await store.lockStepUp(ctx.db, id, sessionId)
  if (!asked) throw stepUpMissing('There is nothing to confirm here.')
  if (asked.confirmedAt !== null) throw stepUpReplayed('This was confirmed already.')
  if (asked.expiresAt <= ctx.now) throw stepUpExpired('This took longer than five minutes. Start again.')
  const [method] = await methodsFor(ctx, asked.operationId, sessionId)
  if (method === undefined) throw stepUpRefused('There is nothing you could confirm this with any more.')
  await insistOn(ctx, method, asked, shown, facts)
  const proof = randomBytes(32).toString('base64url')
  const expiresAt = later(ctx.now, FRESH_MS)
  await store.confirmStepUp(ctx.db, id, { confirmedAt: ctx.now, expiresAt, method, proofSha256: sha256(proof) })
  ctx.audit({
    action: 'identity.step-up.confirm',
    object: `person ${ctx.actor.id}`,
    detail: { operation: asked.operationId, digest: asked.digest, method },
  })
  return { proof, expiresAt }
}

async function insistOn(
  ctx: Context,
  method: StepUpMethod,
  asked: store.StepUpRow,
  shown: Confirmation,
  facts: RequestFacts,
): Promise<void> {
  const personId = ctx.actor.id as PersonId
  if (method === 'passkey') {
    if (!shown.passkey) throw stepUpRefused('You have a passkey: confirm with it.')
    const challenge = challengeIn(shown.passkey.response.clientDataJSON)
    if (challenge !== asked.challenge) {
      const other = await store.findByChallenge(ctx.db, challenge, asked.sessionId)
      if (other) throw stepUpMismatch('Your passkey has confirmed another act than this one.')
      throw challengeUnknown('Your passkey answers something that was not asked.')
    }
    await checkPasskey(ctx, shown.passkey, { challenge, personId }, facts)
  } else if (method === 'password-totp') {
    if (shown.code === undefined) throw stepUpRefused('Type your password and a code of your authenticator app.')
    await insistOnPassword(ctx, personId, shown.password)
    await takeTotp(ctx, personId, shown.code)
  } else if (method === 'password') {
    await insistOnPassword(ctx, personId, shown.password)
  } else if (method === 'break-glass-code') {
    if (shown.breakGlassCode === undefined || !(await openedBy(ctx, shown.breakGlassCode))) {
      throw stepUpRefused('Type the code that opened this session.')
    }
  } else if (shown.press !== true) {
    throw stepUpRefused('Press Confirm.')
  }
}

async function insistOnPassword(ctx: Context, personId: PersonId, password: string | undefined): Promise<void> {
  if (!(await verifyPassword(password ?? '', await findPasswordHash(ctx.db, personId)))) {
    throw stepUpRefused('The password is wrong.')
  }
}

/** Forgets what was asked and confirmed long ago. */
export async function forgetStepUps(ctx: Context): Promise<void> {
  await store.deleteStepUpsBefore(ctx.db, later(ctx.now, -REMEMBERED_MS))
}
