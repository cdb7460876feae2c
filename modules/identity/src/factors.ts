import type { RequestFacts } from '@millrace/http'
import { type Actor, type Context, inContext, type Runtime } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { insistOnAdministered } from './administered-person.ts'
import { type PersonId, personMissing, type SignInMethod } from './contract.ts'
import {
  type Factors,
  factorNotOwed,
  type NewRecoveryCodes,
  type PasskeyShown,
  type TotpOffer,
  totpMissing,
} from './factor-contract.ts'
import { guessFactor } from './factor-guess.ts'
import { oneself } from './oneself.ts'
import { countPasskeys, deletePasskeysOf } from './passkey-store.ts'
import { checkPasskey, takeOwnChallenge } from './passkeys.ts'
import { findPasswordHash, findPerson } from './person-store.ts'
import { recordPersonOpened } from './read-budget.ts'
import { countRecoveryCodes, deleteRecoveryCodes } from './recovery-code-store.ts'
import { makeRecoveryCodes, takeRecoveryCode } from './recovery-codes.ts'
import { deleteSessionsOf } from './session-store.ts'
import { type OpenedSession, raiseSession } from './sessions.ts'
import { offerTotp, takeTotp } from './totp.ts'
import { deleteTotp, hasTotp } from './totp-store.ts'

/** What the actor can show besides a password. */
export function ownFactors(ctx: Context): Promise<Factors> {
  return factorsOf(ctx, oneself(ctx))
}

/** What a person can show besides a password. */
export async function factorsOf(ctx: Context, personId: PersonId): Promise<Factors> {
  return {
    password: (await findPasswordHash(ctx.db, personId)) !== undefined,
    totp: await hasTotp(ctx.db, personId),
    passkeyCount: await countPasskeys(ctx.db, personId),
    recoveryCodesLeft: await countRecoveryCodes(ctx.db, personId),
  }
}

/** What somebody shows after the password. */
export type SecondFactor =
  | { readonly totp: string }
  | { readonly recoveryCode: string }
  | { readonly passkey: PasskeyShown }

/**
 * Takes the second factor of a half-signed-in person: the session is raised and gets another token.
 *
 * @throws factorNotOwed, signInPaused
 * @throws totpMissing, codeWrong, codeUsed, recoveryCodeWrong, recoveryCodeUsed
 * @throws challengeUnknown, challengeExpired, passkeyRefused, passkeyCopied
 */
export function showFactor(
  runtime: Runtime,
  actor: Actor,
  factor: SecondFactor,
  facts: RequestFacts,
): Promise<OpenedSession> {
  if (actor.signIn?.level !== 1) throw factorNotOwed('You are signed in already.')
  const personId = actor.id as PersonId
  const look = () =>
    inContext(runtime, actor, async (ctx) => raiseSession(ctx, await takeFactor(ctx, personId, factor, facts), facts))
  // A signature cannot be guessed; digits can.
  return 'passkey' in factor ? look() : guessFactor(runtime, personId, facts, look)
}

async function takeFactor(
  ctx: Context,
  personId: PersonId,
  factor: SecondFactor,
  facts: RequestFacts,
): Promise<SignInMethod> {
  if ('totp' in factor) {
    await takeTotp(ctx, personId, factor.totp)
    return 'totp'
  }
  if ('recoveryCode' in factor) {
    await takeRecoveryCode(ctx, personId, factor.recoveryCode)
    return 'recovery-code'
  }
  const challenge = await takeOwnChallenge(ctx, factor.passkey.response.clientDataJSON, 'factor')
  await checkPasskey(ctx, factor.passkey, { challenge, personId }, facts)
  return 'passkey'
}

/** Recovery codes for who has none yet, so that a lost device locks nobody out. */
export async function firstRecoveryCodes(ctx: Context): Promise<NewRecoveryCodes> {
  const left = await countRecoveryCodes(ctx.db, oneself(ctx))
  return left > 0 ? { recoveryCodes: null } : renewRecoveryCodes(ctx)
}

/** New recovery codes for the actor; the old ones are void. The route asks for a step-up. */
export async function renewRecoveryCodes(ctx: Context): Promise<NewRecoveryCodes> {
  const recoveryCodes = await makeRecoveryCodes(ctx, oneself(ctx))
  ctx.audit({ action: 'identity.recovery-codes.make', object: `person ${ctx.actor.id}` })
  return { recoveryCodes }
}

/** A new secret for the actor's authenticator app. The route asks for a step-up. @throws personMissing */
export async function offerOwnTotp(ctx: Context): Promise<TotpOffer> {
  const person = await findPerson(ctx.db, oneself(ctx))
  if (!person) throw personMissing('Only people have authenticator apps.')
  ctx.audit({ action: 'identity.totp.offer', object: `person ${person.id}` })
  return offerTotp(ctx, person.id, person.email)
}

/**
 * Takes the first code of the actor's new authenticator app.
 *
 * @throws totpMissing, codeWrong, codeUsed, signInPaused
 */
export function confirmOwnTotp(
  runtime: Runtime,
  actor: Actor,
  code: string,
  facts: RequestFacts,
): Promise<NewRecoveryCodes> {
  const personId = actor.id as PersonId
  return guessFactor(runtime, personId, facts, () =>
    inContext(runtime, actor, async (ctx) => {
      await takeTotp(ctx, personId, code, true)
      ctx.audit({ action: 'identity.totp.create', object: `person ${personId}` })
      return firstRecoveryCodes(ctx)
    }),
  )
}

/** Removes the actor's authenticator app. The route asks for a step-up. @throws totpMissing */
export async function removeOwnTotp(ctx: Context): Promise<void> {
  const personId = oneself(ctx)
  if (!(await deleteTotp(ctx.db, personId))) throw totpMissing('There is no authenticator app set up.')
  ctx.audit({ action: 'identity.totp.remove', object: `person ${personId}` })
}

/** What somebody could show, for an administrator. @throws personMissing, forbidden */
export async function getFactorsOf(ctx: Context, personId: PersonId): Promise<Factors> {
  await recordPersonOpened(ctx, 'identity.factors.open', await insistOnAdministered(ctx, personId))
  return factorsOf(ctx, personId)
}

/**
 * Takes away all factors of somebody who has lost them, so that the password alone signs in again, and ends the sessions.
 * The route asks for a step-up.
 *
 * @throws personMissing, forbidden
 */
export async function resetFactors(ctx: Context, personId: PersonId, reason: string): Promise<Factors> {
  await insistOnAdministered(ctx, personId)
  const before = await factorsOf(ctx, personId)
  await deletePasskeysOf(ctx.db, personId)
  await deleteTotp(ctx.db, personId)
  await deleteRecoveryCodes(ctx.db, personId)
  await deleteSessionsOf(ctx.db, personId)
  ctx.audit({ action: 'identity.factors.reset', object: `person ${personId}`, reason, detail: { before } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return factorsOf(ctx, personId)
}
