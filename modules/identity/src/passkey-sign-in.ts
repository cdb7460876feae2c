import { later, now } from '@millrace/base'
import type { RequestFacts } from '@millrace/http'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { saveSignInChallenge, takeSignInChallenge } from './challenge-store.ts'
import { type PasskeyRequest, type PasskeyShown, passkeyRefused } from './factor-contract.ts'
import { whoseHandle } from './passkey-handle.ts'
import { CHALLENGE_MS, rpIdOf } from './passkey-making.ts'
import { challengeIn, checkPasskey, insistInTime, newChallenge, requestFor } from './passkeys.ts'
import { type OpenedSession, openSession } from './sessions.ts'

/** Asks a browser for whichever passkey the person picks; nobody is known yet. @throws passkeyNeedsName */
export async function requestPasskey(runtime: Runtime, facts: RequestFacts): Promise<PasskeyRequest> {
  const rpId = rpIdOf(facts.origin)
  const challenge = newChallenge()
  const at = now()
  await saveSignInChallenge(runtime.app.kysely, challenge, later(at, CHALLENGE_MS), later(at, -CHALLENGE_MS))
  return requestFor(challenge, rpId, [])
}

/**
 * Signs in with nothing but a passkey. The device has verified its person, so that no second factor is owed.
 *
 * @throws challengeUnknown, challengeExpired, passkeyRefused, passkeyCopied, signInRefused, personLocked
 */
export async function signInWithPasskey(
  runtime: Runtime,
  shown: PasskeyShown,
  facts: RequestFacts,
): Promise<OpenedSession> {
  const challenge = challengeIn(shown.response.clientDataJSON)
  insistInTime(await takeSignInChallenge(runtime.app.kysely, challenge), now())
  const whose = whoseHandle(shown.response.userHandle ?? '')
  if (!whose) throw passkeyRefused('This passkey was not made here.')
  const { enterpriseId, personId } = whose
  return inContext(runtime, systemActor(enterpriseId, 'sign-in'), async (ctx) => {
    await checkPasskey(ctx, shown, { challenge, personId }, facts)
    return openSession(ctx, personId, { method: 'passkey', level: 2 }, facts)
  })
}
