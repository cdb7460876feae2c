import { isUuid } from '@millrace/base'
import type { PersonId } from './contract.ts'

/**
 * What an authenticator keeps about whose passkey it is (the user handle of WebAuthn): the tenant and the person, 16 bytes
 * each. So whoever signs in with nothing but a passkey is looked up inside the right tenant.
 */
export function handleOf(enterpriseId: string, personId: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from((enterpriseId + personId).replaceAll('-', ''), 'hex'))
}

/** Whom a user handle names; undefined for one that was not made here. */
export function whoseHandle(handle: string): { enterpriseId: string; personId: PersonId } | undefined {
  const hex = Buffer.from(handle, 'base64url').toString('hex')
  if (hex.length !== 64) return undefined
  const [enterpriseId, personId] = [hex.slice(0, 32), hex.slice(32)].map((half) =>
    half.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  )
  if (!enterpriseId || !personId || !isUuid(enterpriseId) || !isUuid(personId)) return undefined
  return { enterpriseId, personId: personId as PersonId }
}
