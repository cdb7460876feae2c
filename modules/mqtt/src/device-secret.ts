import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '@millrace/base'

/**
 * A new password of a device: the enterprise, so that it is looked up behind row-level security, and 256 random bits. Only its hash
 * is stored; with so many bits a slow hash would add nothing but work.
 */
export function newDeviceSecret(enterpriseId: string): { secret: string; sha256: Buffer } {
  const secret = `mrd_${enterpriseId}_${randomBytes(32).toString('base64url')}`
  return { secret, sha256: sha256Of(secret) }
}

/** What a password says, whether it is right or not; undefined when it is none of ours. */
export function parseDeviceSecret(secret: string): { enterpriseId: string; sha256: Buffer } | undefined {
  const [, enterpriseId] = /^mrd_([0-9a-f-]{36})_[\w-]{43}$/.exec(secret) ?? []
  return enterpriseId !== undefined && isUuid(enterpriseId) ? { enterpriseId, sha256: sha256Of(secret) } : undefined
}

function sha256Of(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
