import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '@millrace/base'

const PREFIX = 'mrs'

/**
 * A new session token: `mrs_<enterprise>_<256 random bits>`. It names its tenant, so that a session is looked up inside
 * that tenant's transaction like everything else; guessing the rest is as hard as before.
 */
export function newSessionToken(enterpriseId: string): string {
  return `${PREFIX}_${enterpriseId}_${randomBytes(32).toString('base64url')}`
}

/** The tenant a token names; undefined for a text that is no token of ours. */
export function enterpriseOfToken(token: string): string | undefined {
  const [prefix, enterpriseId, secret] = token.split('_')
  if (prefix !== PREFIX || !enterpriseId || !secret || !isUuid(enterpriseId) || token.length > 200) return undefined
  return enterpriseId
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** What an e-mail address is found by. */
export function emailHash(email: string): Buffer {
  return sha256(`email:${email.trim().toLowerCase()}`)
}
