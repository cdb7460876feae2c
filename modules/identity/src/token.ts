import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '@millrace/base'

/** `mrs` opens a session, `mrk` is a program's key. */
const PREFIXES = { session: 'mrs', key: 'mrk' } as const

/**
 * A new token: `mrs_<enterprise>_<256 random bits>`. It names its tenant, so that it is looked up inside that tenant's
 * transaction like everything else; guessing the rest is as hard as before.
 */
export function newToken(kind: keyof typeof PREFIXES, enterpriseId: string): string {
  return `${PREFIXES[kind]}_${enterpriseId}_${randomBytes(32).toString('base64url')}`
}

/** The kind and tenant a token names; undefined for a text that is no token of ours. */
export function tokenFacts(token: string): { kind: keyof typeof PREFIXES; enterpriseId: string } | undefined {
  const match = /^(mr[sk])_([0-9a-f-]{36})_[\w-]{43}$/.exec(token)
  const [, prefix, enterpriseId] = match ?? []
  if (enterpriseId === undefined || !isUuid(enterpriseId)) return undefined
  return { kind: prefix === PREFIXES.key ? 'key' : 'session', enterpriseId }
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** What an e-mail address is found by. */
export function emailHash(email: string): Buffer {
  return sha256(`email:${email.trim().toLowerCase()}`)
}
