import { isProblem } from '@millrace/base'
import { type Outbound, outboundFailed, outboundRefused } from '@millrace/runtime'
import type { JSONWebKeySet } from 'jose'
import * as client from 'openid-client'
import {
  type OidcConnection,
  oidcMisconfigured,
  oidcNonceWrong,
  oidcTokenExpired,
  oidcTokenInvalid,
  providerAway,
  providerRefused,
} from './identity-provider-contract.ts'
import { assertsSecondFactor, type Received } from './identity-provider-rules.ts'
import { CLOCK_SKEW_S, verifyIdToken } from './oidc-token.ts'

/** A provider as its client needs it. */
export interface OidcClient {
  readonly connection: Omit<OidcConnection, 'hasSecret'>
  readonly secret: string | undefined
  readonly redirectUri: string
  readonly groupsClaim: string | null
}

/** What of one sign-in is kept here while the person is at the provider. */
export interface OidcSecrets {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

const TIMEOUT_S = 10
const MAX_BYTES = 256 * 1024
const CLAIMS_SHOWN = 60
const CLAIM_LENGTH = 500
/** Nothing that could be used again, and nothing that only machines read. */
const HIDDEN_CLAIMS = new Set(['nonce', 'at_hash', 'c_hash', 's_hash', 'sid', 'jti', 'exp', 'iat', 'auth_time'])

/** Fresh secrets of one sign-in. */
export function newOidcSecrets(): OidcSecrets {
  return { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() }
}

/** Where the browser goes to sign in. @throws providerAway, oidcMisconfigured */
export async function authorizationUrl(outbound: Outbound, of: OidcClient, secrets: OidcSecrets): Promise<string> {
  const config = await discover(outbound, of)
  return client.buildAuthorizationUrl(config, {
    redirect_uri: of.redirectUri,
    scope: of.connection.scopes,
    state: secrets.state,
    nonce: secrets.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: 'S256',
  }).href
}

/**
 * Redeems what the browser brought back.
 *
 * @param query of the callback, as it came.
 * @throws providerRefused  the provider says no
 * @throws oidcTokenInvalid, oidcTokenExpired, oidcNonceWrong, oidcMisconfigured, providerAway
 */
export async function redeem(
  outbound: Outbound,
  of: OidcClient,
  query: string,
  secrets: OidcSecrets,
): Promise<Received> {
  const config = await discover(outbound, of)
  const { issuer, jwks_uri: keysUrl } = config.serverMetadata()
  try {
    const tokens = await client.authorizationCodeGrant(config, new URL(`${of.redirectUri}?${query}`), {
      pkceCodeVerifier: secrets.verifier,
      expectedState: secrets.state,
      expectedNonce: secrets.nonce,
      idTokenExpected: true,
    })
    const { id_token: idToken = '', access_token: accessToken } = tokens
    const keys = await keysOf(outbound, of, keysUrl)
    const { algorithm, clientId } = of.connection
    // The library trusts the connection the token came by; a signature is better than a connection.
    const claims = await verifyIdToken(idToken, { keys, algorithm, issuer, clientId, nonce: secrets.nonce })
    // Many providers tell names and addresses only here; what the signed token says goes before it.
    const more = config.serverMetadata().userinfo_endpoint
      ? await client.fetchUserInfo(config, accessToken, claims.sub)
      : {}
    return receivedFrom({ ...more, ...claims }, of)
  } catch (error) {
    throw asProblem(error)
  }
}

async function discover(outbound: Outbound, of: OidcClient): Promise<client.Configuration> {
  const { connection, secret } = of
  try {
    const config = await client.discovery(
      new URL(connection.issuer),
      connection.clientId,
      { id_token_signed_response_alg: connection.algorithm, [client.clockTolerance]: CLOCK_SKEW_S },
      secret === undefined ? client.None() : client.ClientSecretBasic(secret),
      {
        timeout: TIMEOUT_S,
        [client.customFetch]: guardedFetch(outbound, of),
        // What may be called without TLS is the outbound guard's to say.
        execute: [client.allowInsecureRequests],
      },
    )
    return secret !== undefined && wantsSecretInBody(config) ? withSecretInBody(outbound, of, secret, config) : config
  } catch (error) {
    throw asProblem(error)
  }
}

function wantsSecretInBody(config: client.Configuration): boolean {
  const methods = config.serverMetadata().token_endpoint_auth_methods_supported
  return methods !== undefined && !methods.includes('client_secret_basic') && methods.includes('client_secret_post')
}

function withSecretInBody(
  outbound: Outbound,
  of: OidcClient,
  secret: string,
  found: client.Configuration,
): client.Configuration {
  const { clientId, algorithm } = of.connection
  const metadata = { id_token_signed_response_alg: algorithm, [client.clockTolerance]: CLOCK_SKEW_S }
  const config = new client.Configuration(found.serverMetadata(), clientId, metadata, client.ClientSecretPost(secret))
  config.timeout = TIMEOUT_S
  config[client.customFetch] = guardedFetch(outbound, of)
  client.allowInsecureRequests(config)
  return config
}

/** Every call to the provider, through the guard (THREATS T-H2). */
function guardedFetch(outbound: Outbound, { connection }: OidcClient): client.CustomFetch {
  return async (url, options) => {
    const { body } = options
    const answer = await outbound.fetch(url, {
      method: options.method === 'POST' ? 'POST' : 'GET',
      headers: options.headers,
      ...(body !== undefined && body !== null && { body: typeof body === 'string' ? body : String(body) }),
      timeoutMs: TIMEOUT_S * 1000,
      maxBytes: MAX_BYTES,
      ...(connection.privateHost && { allow: connection.privateHost }),
    })
    const empty = answer.status === 204 || answer.status === 304
    return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers: answer.headers })
  }
}

async function keysOf(outbound: Outbound, of: OidcClient, url: string | undefined): Promise<JSONWebKeySet> {
  if (url === undefined) throw oidcMisconfigured('The provider does not say where its keys are (jwks_uri).')
  const { connection } = of
  const answer = await outbound.fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    timeoutMs: TIMEOUT_S * 1000,
    maxBytes: MAX_BYTES,
    ...(connection.privateHost && { allow: connection.privateHost }),
  })
  if (answer.status !== 200) throw providerAway(`The provider's keys were answered with ${answer.status}.`)
  try {
    const keys = JSON.parse(answer.body.toString('utf8')) as JSONWebKeySet
    if (!Array.isArray(keys.keys)) throw new TypeError('There is no list of keys.')
    return keys
  } catch (error) {
    throw oidcTokenInvalid("The provider's keys cannot be read.", {}, { cause: error })
  }
}

function receivedFrom(claims: Readonly<Record<string, unknown>> & { sub: string }, of: OidcClient): Received {
  const text = (name: string) => (typeof claims[name] === 'string' && claims[name] !== '' ? claims[name] : null)
  const words = (name: string) => listOf(claims[name])
  const full = [text('given_name'), text('family_name')].filter((part) => part !== null).join(' ')
  const { email_verified: verified } = claims
  return {
    subject: claims.sub,
    email: text('email'),
    // Some send the word instead of the value.
    emailVerified: verified === undefined ? null : verified === true || verified === 'true',
    name: text('name') ?? (full === '' ? null : full),
    groups: of.groupsClaim === null ? [] : words(of.groupsClaim),
    secondFactor: assertsSecondFactor(words('amr'), words('acr')),
    told: Object.entries(claims)
      .filter(([name]) => !HIDDEN_CLAIMS.has(name))
      .slice(0, CLAIMS_SHOWN)
      .map(([name, value]) => ({
        name: name.slice(0, CLAIM_LENGTH),
        value: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, CLAIM_LENGTH),
      })),
    passed: [
      `The provider was found at ${of.connection.issuer}.`,
      'It gave a token for this sign-in (state, nonce and PKCE fit).',
      `The token is signed with ${of.connection.algorithm} by one of its keys, is meant for us and is in time.`,
    ],
  }
}

function listOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, 1000) : []
}

/** Codes of the two libraries. Their words are for developers. */
function asProblem(error: unknown): Error {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (isProblem(cause, outboundFailed))
      return providerAway(`The provider does not answer: ${cause.message}`, {}, { cause: error })
    if (isProblem(cause, outboundRefused)) {
      return oidcMisconfigured(
        `${cause.message} If the provider is in your own network, allow its host in the settings.`,
        {},
        { cause: error },
      )
    }
    if (isProblem(cause)) return cause
  }
  const options = { cause: error }
  if (error instanceof client.AuthorizationResponseError) {
    return providerRefused(`The provider did not sign you in (${plain(error.error)}).`, {}, options)
  }
  if (error instanceof client.ResponseBodyError) {
    return oidcMisconfigured(
      `The provider refused our client (${plain(error.error)}). Check client id, client secret and redirect address.`,
      {},
      options,
    )
  }
  if (error instanceof client.ClientError) return clientProblem(error)
  return oidcMisconfigured('What the provider answered makes no sense.', {}, options)
}

function clientProblem(error: client.ClientError): Error {
  const options = { cause: error }
  const inner = error.cause instanceof Error ? error.cause.cause : undefined
  const { claim, attribute } = { claim: undefined, attribute: undefined, ...(inner as object | undefined) }
  switch (error.code) {
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return oidcTokenExpired('The token is not valid now. Compare the clocks.', {}, options)
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return claim === 'nonce'
        ? oidcNonceWrong('The token belongs to another sign-in.', {}, options)
        : oidcTokenInvalid(`The token's ${claim ?? 'content'} is not what it has to be.`, { claim }, options)
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return attribute === 'sub'
        ? oidcTokenInvalid('The user info are of another person than the token.', {}, options)
        : oidcMisconfigured('The provider calls itself otherwise than its issuer address.', {}, options)
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
    case 'OAUTH_PARSE_ERROR':
    case 'OAUTH_INVALID_SERVER_METADATA':
    case 'OAUTH_MISSING_SERVER_METADATA':
      return oidcMisconfigured('At the issuer address there is no OpenID provider.', {}, options)
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return providerAway('The provider does not answer in time.', {}, options)
    default:
      return oidcTokenInvalid('The answer of the provider is not valid.', {}, options)
  }
}

/** An error word of the provider, as far as it is one. */
function plain(word: string): string {
  return /^[\w.-]{1,60}$/.test(word) ? word : 'unnamed'
}
