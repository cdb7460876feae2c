import { isProblem } from '@millrace/base'
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import {
  oidcNonceWrong,
  oidcTokenExpired,
  oidcTokenInvalid,
  type SigningAlgorithm,
} from './identity-provider-contract.ts'
import { isSoundKey } from './oidc-key-rules.ts'

/** Clocks of others may be wrong by this much. */
export const CLOCK_SKEW_S = 60

/**
 * The claims of an ID token, after its signature, algorithm, issuer, audience, time and nonce were checked (OpenID Connect
 * Core §3.1.3.7). The algorithm is the one pinned for the provider, and the key is one of the provider's own set: neither
 * what the token says of itself nor a key it brings counts (THREATS T-A8).
 *
 * @throws oidcTokenInvalid, oidcTokenExpired, oidcNonceWrong
 */
export async function verifyIdToken(
  token: string,
  expected: { keys: JSONWebKeySet; algorithm: SigningAlgorithm; issuer: string; clientId: string; nonce: string },
): Promise<JWTPayload & { sub: string }> {
  try {
    const { payload } = await jwtVerify(token, soundSet(expected.keys), {
      algorithms: [expected.algorithm],
      issuer: expected.issuer,
      audience: expected.clientId,
      clockTolerance: CLOCK_SKEW_S,
      requiredClaims: ['sub', 'iat', 'exp'],
    })
    if (payload.nonce !== expected.nonce) throw oidcNonceWrong('The token belongs to another sign-in.')
    return { ...payload, sub: String(payload.sub) }
  } catch (error) {
    throw isProblem(error) ? error : tokenProblem(error)
  }
}

/** Whether a signed text is signed with this algorithm by one of these keys. What {@link verifyIdToken} stands on. */
export async function isSignedBy(token: string, keys: JSONWebKeySet, algorithm: SigningAlgorithm): Promise<boolean> {
  try {
    await compactVerify(token, soundSet(keys), { algorithms: [algorithm] })
    return true
  } catch {
    return false
  }
}

function soundSet({ keys }: JSONWebKeySet) {
  return createLocalJWKSet({ keys: keys.filter(isSoundKey) })
}

const CLAIMS: Readonly<Record<string, string>> = {
  aud: 'The token is meant for another application than ours.',
  iss: 'The token comes from another issuer.',
  nbf: 'The token is not valid yet. Compare the clocks.',
}

function tokenProblem(error: unknown): Error {
  const options = { cause: error }
  if (error instanceof errors.JWTExpired)
    return oidcTokenExpired('The token is no longer valid. Compare the clocks.', {}, options)
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim } = error
    const detail = CLAIMS[claim] ?? `The token's ${claim} is missing or wrong.`
    return oidcTokenInvalid(detail, { claim }, options)
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return oidcTokenInvalid(
      'The token is signed with another algorithm than the one set for this provider.',
      {},
      options,
    )
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return oidcTokenInvalid("None of the provider's own keys fits the token.", {}, options)
  }
  return oidcTokenInvalid('The signature of the token is not right.', {}, options)
}
