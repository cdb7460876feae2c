import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '@millrace/base'

const PREFIX = 'mre_'
const ENTERPRISE_BYTES = 16
const SECRET_BYTES = 20

/**
 * A new one-time code: the enterprise, so that it can be looked up behind row-level security, and 160 random bits.
 * Only its hash is stored.
 */
export function newEnrolmentCode(enterpriseId: string): { code: string; hash: Uint8Array } {
  const bytes = Buffer.concat([Buffer.from(enterpriseId.replaceAll('-', ''), 'hex'), randomBytes(SECRET_BYTES)])
  const code = PREFIX + bytes.toString('base64url')
  return { code, hash: hashOf(code) }
}

/** What a code says, whether it is valid or not; undefined when it is none of ours. */
export function parseEnrolmentCode(text: string): { enterpriseId: string; hash: Uint8Array } | undefined {
  const code = text.trim()
  if (!code.startsWith(PREFIX)) return undefined
  const bytes = Buffer.from(code.slice(PREFIX.length), 'base64url')
  if (bytes.length !== ENTERPRISE_BYTES + SECRET_BYTES) return undefined
  const hex = bytes.subarray(0, ENTERPRISE_BYTES).toString('hex')
  const enterpriseId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return isUuid(enterpriseId) ? { enterpriseId, hash: hashOf(code) } : undefined
}

function hashOf(code: string): Uint8Array {
  return createHash('sha256').update(code).digest()
}
