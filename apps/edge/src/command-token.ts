import { isUuid } from '@millrace/base'
import type { PublicJwk } from '@millrace/plant/contract'
import { compactVerify, importJWK } from 'jose'
import type { Writable } from './driver.ts'
import type { Identity } from './identity.ts'

/** What the cloud orders: one value, at one address, once, until a moment. */
export type CommandOrder = {
  commandId: string
  connectionId: string
  address: string
  value: Writable
  /** Used for one command only. */
  nonce: string
  expiresAtMs: number
}

const TOKEN_MAX_CHARACTERS = 8_192
const TEXT_MAX_CHARACTERS = 500

/**
 * Reads a command token: a compact JWS, signed with EdDSA by the one key that the enrolment named.
 *
 * @returns undefined when it is not signed by that key, not for this gateway, or malformed. Nothing in such a token may be
 *   believed, not even which command it claims to be.
 */
export async function readCommandToken(
  token: string,
  commandKey: PublicJwk,
  identity: Identity,
): Promise<CommandOrder | undefined> {
  if (token.length > TOKEN_MAX_CHARACTERS) return undefined
  try {
    const key = await importJWK(commandKey, 'EdDSA')
    const { payload } = await compactVerify(token, key, { algorithms: ['EdDSA'] })
    return orderOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)), identity)
  } catch {
    return undefined
  }
}

function orderOf(json: unknown, identity: Identity): CommandOrder | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const claims = new Map<string, unknown>(Object.entries(json))
  if (claims.get('gatewayId') !== identity.gatewayId) return undefined
  if (claims.get('enterpriseId') !== identity.enterpriseId || claims.get('siteId') !== identity.siteId) return undefined
  const [commandId, connectionId, address, nonce, expiresAt] = [
    'commandId',
    'connectionId',
    'address',
    'nonce',
    'expiresAt',
  ].map((name) => textOf(claims.get(name)))
  const value = claims.get('value')
  const expiresAtMs = Date.parse(expiresAt ?? '')
  if (!commandId || !isUuid(commandId) || !connectionId || !address || !nonce || !isWritable(value)) return undefined
  return Number.isNaN(expiresAtMs) ? undefined : { commandId, connectionId, address, value, nonce, expiresAtMs }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= TEXT_MAX_CHARACTERS ? value : undefined
}

function isWritable(value: unknown): value is Writable {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'boolean' || (typeof value === 'string' && value.length <= TEXT_MAX_CHARACTERS)
}
