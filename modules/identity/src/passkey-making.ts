import { isIP } from 'node:net'
import { MINUTE_MS, newId } from '@millrace/base'
import { violates } from '@millrace/db'
import type { RequestFacts } from '@millrace/http'
import type { Context } from '@millrace/runtime'
import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { Person, PersonId } from './contract.ts'
import {
  type PasskeyId,
  type PasskeyMade,
  type PasskeyOffer,
  type PasskeyShown,
  passkeyInvalid,
  passkeyKnown,
  passkeyNeedsName,
} from './factor-contract.ts'
import { handleOf } from './passkey-handle.ts'
import * as store from './passkey-store.ts'

/** How long somebody may take to find the key and touch it (THREATS T-A5). */
export const CHALLENGE_MS = 5 * MINUTE_MS
/** EdDSA, ES256 and RS256 of RFC 9053 and RFC 8812: what authenticators have. */
const ALGORITHMS = [-8, -7, -257]

/**
 * The host name passkeys are bound to here.
 *
 * @throws passkeyNeedsName browsers have none for an IP address
 */
export function rpIdOf(origin: string | undefined): string {
  const name = origin === undefined ? '' : new URL(origin).hostname
  if (name === '' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) {
    throw passkeyNeedsName('Passkeys work at a host name only. Open this page by its name, such as localhost.')
  }
  return name
}

/** How a browser is to make one more passkey of a person. @param of known: those the person has already */
export async function registrationFor(
  ctx: Context,
  person: Pick<Person, 'id' | 'name' | 'email'>,
  of: { challenge: string; rpId: string; known: readonly Pick<store.PasskeyRow, 'credentialId' | 'transports'>[] },
): Promise<PasskeyOffer> {
  const options = await generateRegistrationOptions({
    ...{ rpName: 'Millrace', rpID: of.rpId, userName: person.email, userDisplayName: person.name },
    userID: handleOf(ctx.enterpriseId, person.id),
    challenge: Uint8Array.from(Buffer.from(of.challenge, 'base64url')),
    attestationType: 'none',
    supportedAlgorithmIDs: [...ALGORITHMS],
    timeout: CHALLENGE_MS,
    excludeCredentials: of.known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
    // Discoverable and verified by the device: it signs in without a name or a password.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { ...options }
}

/**
 * Keeps a passkey that a browser has made for a person.
 *
 * @param expectedChallenge already taken
 * @throws passkeyInvalid, passkeyKnown, passkeyNeedsName
 */
export async function saveMade(
  ctx: Context,
  { personId, name }: { personId: PersonId; name: string },
  made: PasskeyMade,
  expectedChallenge: string,
  facts: RequestFacts,
): Promise<PasskeyId> {
  const rpId = rpIdOf(facts.origin)
  const verified = await verifyRegistrationResponse({
    response: withoutNulls(made),
    supportedAlgorithmIDs: [...ALGORITHMS],
    expectedChallenge,
    ...{ expectedOrigin: facts.origin ?? '', expectedRPID: rpId, requireUserVerification: true },
  }).catch((error: unknown) => {
    throw passkeyInvalid('The browser made a passkey that cannot be used here.', {}, { cause: error })
  })
  if (!verified.verified) throw passkeyInvalid('The browser made a passkey that cannot be used here.')
  const { credential } = verified.registrationInfo
  const id = newId<'Passkey'>(ctx.nowMs)
  try {
    await store.savePasskey(ctx.db, {
      ...{ id, personId, credentialId: credential.id, publicKey: Buffer.from(credential.publicKey) },
      ...{ counter: credential.counter, transports: credential.transports ?? [], rpId, name, createdAt: ctx.now },
    })
  } catch (error) {
    if (violates(error, 'passkey_credential')) throw passkeyKnown('This passkey is registered already.')
    throw error
  }
  ctx.audit({ action: 'identity.passkey.create', object: `person ${personId}`, detail: { passkeyId: id, name } })
  return id
}

/** The library knows of fields that are missing, not of null. */
export function withoutNulls<T extends PasskeyMade | PasskeyShown>(answer: T) {
  const { authenticatorAttachment: _, clientExtensionResults: __, ...rest } = answer
  return { ...rest, response: strip(answer.response), clientExtensionResults: {} } as never
}

function strip(response: object): object {
  return Object.fromEntries(Object.entries(response).filter(([, value]) => value !== null))
}
