import { randomBytes } from 'node:crypto'
import { later } from '@millrace/base'
import type { RequestFacts } from '@millrace/http'
import type { Context } from '@millrace/runtime'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import * as challenges from './challenge-store.ts'
import { type PersonId, personMissing } from './contract.ts'
import {
  challengeExpired,
  challengeUnknown,
  type Passkey,
  type PasskeyId,
  type PasskeyMade,
  type PasskeyOffer,
  type PasskeyRequest,
  type PasskeyShown,
  passkeyCopied,
  passkeyMissing,
  passkeyRefused,
  passkeysTooMany,
} from './factor-contract.ts'
import { oneself } from './oneself.ts'
import { CHALLENGE_MS, registrationFor, rpIdOf, saveMade, withoutNulls } from './passkey-making.ts'
import * as store from './passkey-store.ts'
import { findPerson } from './person-store.ts'

/** More would be a list nobody looks through any more. */
const PASSKEYS_MAX = 20

export function newChallenge(): string {
  return randomBytes(32).toString('base64url')
}

/** What a browser is asked to sign. @param passkeys whose; none = whichever the person picks */
export function requestFor(
  challenge: string,
  rpId: string,
  passkeys: readonly Pick<store.PasskeyRow, 'credentialId' | 'transports'>[],
): PasskeyRequest {
  return {
    challenge,
    rpId,
    timeout: CHALLENGE_MS,
    userVerification: 'required',
    allowCredentials: passkeys.map(({ credentialId, transports }) => ({
      ...{ id: credentialId, type: 'public-key' as const },
      ...(transports.length > 0 && { transports: [...transports] }),
    })),
  }
}

/** The passkeys of a person. */
export function passkeysOf(ctx: Context, personId: PersonId): Promise<store.PasskeyRow[]> {
  return store.listPasskeys(ctx.db, personId, PASSKEYS_MAX)
}

/** The actor's own passkeys, as they are shown. */
export async function listPasskeys(ctx: Context): Promise<Passkey[]> {
  const passkeys = await passkeysOf(ctx, oneself(ctx))
  return passkeys.map(({ id, name, rpId, createdAt, lastUsedAt }) => ({ id, name, rpId, createdAt, lastUsedAt }))
}

/**
 * How the actor's browser is to make one more passkey. The route asks for a step-up.
 *
 * @throws passkeyNeedsName, passkeysTooMany
 */
export async function offerPasskey(ctx: Context, facts: RequestFacts): Promise<PasskeyOffer> {
  const personId = oneself(ctx)
  const rpId = rpIdOf(facts.origin)
  const person = await findPerson(ctx.db, personId)
  if (!person || !ctx.actor.signIn) throw personMissing('Only people have passkeys.')
  const known = await passkeysOf(ctx, personId)
  if (known.length >= PASSKEYS_MAX) throw passkeysTooMany(`You have ${known.length} passkeys. Remove one first.`)
  const challenge = newChallenge()
  await challenges.saveChallenge(ctx.db, {
    ...{ challenge, sessionId: ctx.actor.signIn.sessionId, purpose: 'register' },
    expiresAt: later(ctx.now, CHALLENGE_MS),
  })
  return registrationFor(ctx, person, { challenge, rpId, known })
}

/**
 * Keeps a passkey that the actor's browser has made.
 *
 * @throws challengeUnknown, challengeExpired, passkeyInvalid, passkeyKnown, passkeyNeedsName
 */
export async function keepPasskey(
  ctx: Context,
  name: string,
  made: PasskeyMade,
  facts: RequestFacts,
): Promise<PasskeyId> {
  const personId = oneself(ctx)
  const expectedChallenge = await takeOwnChallenge(ctx, made.response.clientDataJSON, 'register')
  return saveMade(ctx, { personId, name }, made, expectedChallenge, facts)
}

/** Renames one of the actor's passkeys. @throws passkeyMissing */
export async function renamePasskey(ctx: Context, id: PasskeyId, name: string): Promise<void> {
  const found = await store.renamePasskey(ctx.db, oneself(ctx), id, name)
  if (!found) throw passkeyMissing(`You have no passkey ${id}.`)
  ctx.audit({
    action: 'identity.passkey.change',
    object: `person ${ctx.actor.id}`,
    detail: { passkeyId: id, after: { name } },
  })
}

/** Removes one of the actor's passkeys. The route asks for a step-up. @throws passkeyMissing */
export async function removePasskey(ctx: Context, id: PasskeyId): Promise<void> {
  const name = await store.deletePasskey(ctx.db, oneself(ctx), id)
  if (name === undefined) throw passkeyMissing(`You have no passkey ${id}.`)
  ctx.audit({
    action: 'identity.passkey.remove',
    object: `person ${ctx.actor.id}`,
    detail: { passkeyId: id, before: { name } },
  })
}

/** Asks the actor's browser for a passkey as the second factor. @throws passkeyNeedsName */
export async function requestFactor(ctx: Context, facts: RequestFacts): Promise<PasskeyRequest> {
  const challenge = newChallenge()
  const sessionId = ctx.actor.signIn?.sessionId
  if (sessionId === undefined) throw personMissing('Only people have passkeys.')
  const expiresAt = later(ctx.now, CHALLENGE_MS)
  await challenges.saveChallenge(ctx.db, { challenge, sessionId, purpose: 'factor', expiresAt })
  return requestFor(challenge, rpIdOf(facts.origin), await passkeysOf(ctx, oneself(ctx)))
}

/** The challenge an answer of the actor's browser is about, taken. @throws challengeUnknown, challengeExpired */
export async function takeOwnChallenge(
  ctx: Context,
  clientDataJSON: string,
  purpose: challenges.ChallengePurpose,
): Promise<string> {
  const challenge = challengeIn(clientDataJSON)
  const sessionId = ctx.actor.signIn?.sessionId
  if (sessionId === undefined) throw challengeUnknown('Nobody was asked for a passkey here.')
  insistInTime(await challenges.takeChallenge(ctx.db, { challenge, sessionId, purpose }), ctx.now)
  return challenge
}

/** @throws challengeUnknown, challengeExpired */
export function insistInTime(expiresAt: string | undefined, at: string): void {
  if (expiresAt === undefined)
    throw challengeUnknown('This passkey answers something that was not asked, or was before.')
  if (expiresAt <= at) throw challengeExpired('This took longer than five minutes. Start again.')
}

/** What a browser says it has signed. @throws challengeUnknown for what is no client data at all */
export function challengeIn(clientDataJSON: string): string {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
    if (typeof data === 'object' && data !== null && 'challenge' in data && typeof data.challenge === 'string') {
      return data.challenge
    }
  } catch (error) {
    throw challengeUnknown('This is not what a browser signs.', {}, { cause: error })
  }
  throw challengeUnknown('This is not what a browser signs.')
}

/**
 * Checks what a passkey has signed: this challenge, at our own address, with the person verified by the device.
 *
 * @param of the challenge, already taken, and whose passkey it must be
 * @throws passkeyRefused, passkeyNeedsName
 * @throws passkeyCopied its counter goes backwards: there may be a second copy of it
 */
export async function checkPasskey(
  ctx: Context,
  shown: PasskeyShown,
  of: { challenge: string; personId: PersonId },
  facts: RequestFacts,
): Promise<store.PasskeyRow> {
  const rpId = rpIdOf(facts.origin)
  const passkey = await store.lockPasskey(ctx.db, shown.id)
  if (!passkey || passkey.personId !== of.personId || passkey.rpId !== rpId) {
    throw passkeyRefused('This passkey is not known here.')
  }
  const { authenticationInfo, verified } = await verifyAuthenticationResponse({
    response: withoutNulls(shown),
    expectedChallenge: of.challenge,
    ...{ expectedOrigin: facts.origin ?? '', expectedRPID: rpId, requireUserVerification: true },
    // The counter is compared below, with a word of its own for one that goes backwards.
    credential: { id: passkey.credentialId, publicKey: Uint8Array.from(passkey.publicKey), counter: 0 },
  }).catch((error: unknown) => {
    throw passkeyRefused('What this passkey has signed is not what was asked.', {}, { cause: error })
  })
  if (!verified) throw passkeyRefused('What this passkey has signed is not what was asked.')
  const { newCounter } = authenticationInfo
  // WebAuthn Level 3 §6.1.1: an authenticator that counts counts up; one that does not stays at 0.
  if ((newCounter > 0 || passkey.counter > 0) && newCounter <= passkey.counter) {
    ctx.auditRefusal({
      action: 'identity.passkey.refuse',
      object: `person ${passkey.personId}`,
      detail: { passkeyId: passkey.id, counter: newCounter, known: passkey.counter },
    })
    throw passkeyCopied('This passkey counts backwards: there may be a copy of it. Remove it and make a new one.')
  }
  await store.touchPasskey(ctx.db, passkey.id, newCounter, ctx.now)
  return passkey
}
