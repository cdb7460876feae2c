import { epochMs, isUuid, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import type { Authenticator } from '@millrace/http'
import { type Actor, holding, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { type CryptoKey, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { type GatewayId, gatewayRefused } from './contract.ts'
import { findGateway } from './gateway-store.ts'

/** What a gateway may do, at its site. */
const PERMISSIONS = ['plant:gateway:report', 'telemetry:batch:write', 'control:command:report']

const AUDIENCE = 'millrace'
const TOKEN_LENGTH_MAX = 2000
const LIFETIME_MS_MAX = 5 * MINUTE_MS
/** Clocks of plants differ a little from ours. */
const CLOCK_TOLERANCE_MS = 30 * SECOND_MS
/** How long a key, and a token it signed, is trusted without looking again: a revoked gateway is refused after this at the latest. */
const CACHE_MS = 5 * SECOND_MS
const CACHE_LIMIT = 1000

interface KnownGateway {
  readonly key: CryptoKey | Uint8Array
  readonly actor: Actor
  readonly untilMs: number
}

/** A token that was found to be good: a gateway sends the same one with many batches. */
interface ProvedToken {
  readonly actor: Actor
  readonly untilMs: number
}

/**
 * Recognises gateways by a token they sign themselves: a JWT (RFC 7519) with EdDSA and nothing else, whose header's
 * `kid` and `iss` are the gateway, `sub` the enterprise, `aud` millrace, valid for five minutes at most.
 */
export function gatewayAuthenticator(): Authenticator {
  const known = new Map<string, KnownGateway>()
  const proved = new Map<string, ProvedToken>()

  return async ({ bearer }, runtime) => {
    // Other kinds of bearer tokens are not three parts between dots.
    if (bearer === undefined || bearer.split('.').length !== 3) return undefined
    if (bearer.length > TOKEN_LENGTH_MAX) throw gatewayRefused('This token is too long.')
    const nowMs = epochMs(now())
    const before = proved.get(bearer)
    if (before && before.untilMs > nowMs) return before.actor
    const { gatewayId, enterpriseId } = claimed(bearer)
    const cacheKey = `${enterpriseId} ${gatewayId}`
    let gateway = known.get(cacheKey)
    if (!gateway || gateway.untilMs <= nowMs) {
      gateway = await look(runtime, enterpriseId, gatewayId, nowMs)
      if (known.size >= CACHE_LIMIT) known.clear()
      known.set(cacheKey, gateway)
    }
    const expiresMs = await verify(bearer, gateway, gatewayId, enterpriseId, nowMs)
    if (proved.size >= CACHE_LIMIT) proved.clear()
    proved.set(bearer, { actor: gateway.actor, untilMs: Math.min(gateway.untilMs, expiresMs) })
    return gateway.actor
  }
}

/** Who the token says it is from, which proves nothing yet. */
function claimed(bearer: string): { gatewayId: GatewayId; enterpriseId: string } {
  try {
    const { kid } = decodeProtectedHeader(bearer)
    const { sub } = decodeJwt(bearer)
    if (kid !== undefined && sub !== undefined && isUuid(kid) && isUuid(sub)) {
      return { gatewayId: kid as GatewayId, enterpriseId: sub }
    }
  } catch (error) {
    throw gatewayRefused('This token cannot be read.', {}, { cause: error })
  }
  throw gatewayRefused('This token does not name a gateway and its enterprise.')
}

async function look(
  runtime: Runtime,
  enterpriseId: string,
  gatewayId: GatewayId,
  nowMs: number,
): Promise<KnownGateway> {
  const row = await inContext(runtime, systemActor(enterpriseId, 'plant.gateway-sign-in'), (ctx) =>
    findGateway(ctx.db, gatewayId),
  )
  // One answer for unknown, waiting and revoked: the caller has proved nothing.
  if (!row?.publicKey || row.revokedAt) throw gatewayRefused('This gateway is not enrolled.')
  const permissions = new Map(PERMISSIONS.map((permission) => [permission, holding([row.siteId])]))
  return {
    key: await importJWK({ kty: 'OKP', crv: 'Ed25519', x: row.publicKey }, 'EdDSA'),
    actor: { kind: 'gateway', id: row.id, name: row.name, enterpriseId, permissions },
    untilMs: nowMs + CACHE_MS,
  }
}

/** @returns when the token expires */
async function verify(
  bearer: string,
  gateway: KnownGateway,
  gatewayId: GatewayId,
  enterpriseId: string,
  nowMs: number,
): Promise<number> {
  let expiresMs: number
  try {
    const { payload } = await jwtVerify(bearer, gateway.key, {
      algorithms: ['EdDSA'],
      audience: AUDIENCE,
      issuer: gatewayId,
      subject: enterpriseId,
      requiredClaims: ['exp', 'jti'],
      clockTolerance: CLOCK_TOLERANCE_MS / SECOND_MS,
    })
    expiresMs = (payload.exp ?? Number.POSITIVE_INFINITY) * SECOND_MS
  } catch (error) {
    throw gatewayRefused('This token is not valid: check the key and the clock of the gateway.', {}, { cause: error })
  }
  if (expiresMs > nowMs + LIFETIME_MS_MAX + CLOCK_TOLERANCE_MS) {
    throw gatewayRefused('This token lives longer than five minutes: check the clock of the gateway.')
  }
  return expiresMs
}
