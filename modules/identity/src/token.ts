import { createHash, randomBytes } from 'node:crypto'
import { isUuid } from '@millrace/base'

/**
 * `mrs` opens a session, `mrk` is a program's key, `mrp` an identity provider's for provisioning, `mrt` a station, `mrc` makes
 * one, `mri` is an invitation, `mrr` a link to a new password.
 */
const PREFIXES = {
  ...{ session: 'mrs', key: 'mrk', provisioning: 'mrp', station: 'mrt', 'station-code': 'mrc', invitation: 'mri' },
  reset: 'mrr',
} as const
type TokenKind = keyof typeof PREFIXES
const KINDS = new Map<string, TokenKind>(Object.entries(PREFIXES).map(([kind, prefix]) => [prefix, kind as TokenKind]))

/**
 * A new token: `mrs_<enterprise>_<256 random bits>`. It names its tenant, so that it is looked up inside that tenant's
 * transaction like everything else; guessing the rest is as hard as before.
 */
export function newToken(kind: TokenKind, enterpriseId: string): string {
  return `${PREFIXES[kind]}_${enterpriseId}_${randomBytes(32).toString('base64url')}`
}

/** The kind and tenant a token names; undefined for a text that is no token of ours. */
export function tokenFacts(token: string): { kind: TokenKind; enterpriseId: string } | undefined {
  const [, prefix, enterpriseId] = /^(mr[a-z])_([0-9a-f-]{36})_[\w-]{43}$/.exec(token) ?? []
  const kind = KINDS.get(prefix ?? '')
  if (kind === undefined || enterpriseId === undefined || !isUuid(enterpriseId)) return undefined
  return { kind, enterpriseId }
}

/** The tenant that a token of this kind names; undefined for a text that is no such token. */
export function enterpriseOf(kind: TokenKind, token: string): string | undefined {
  const facts = tokenFacts(token)
  return facts?.kind === kind ? facts.enterpriseId : undefined
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** What an e-mail address is found by. */
export function emailHash(email: string): Buffer {
  return sha256(`email:${email.trim().toLowerCase()}`)
}
