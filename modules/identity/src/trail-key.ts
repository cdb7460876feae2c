import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { headText, type TrailHead } from '@millrace/base'
import type { Secrets } from '@millrace/runtime'
import type { TrailKey } from '@millrace/trail'

const SEED_BYTES = 32
/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SPKI. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_ID_LENGTH = 16

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

interface Pair {
  readonly privateKey: KeyObject
  readonly key: TrailKey
}

const pairs = new WeakMap<Secrets, Pair>()

/** The installation's key for heads, derived from its root key: the same as long as that lives. */
function pairOf(secrets: Secrets): Pair {
  const known = pairs.get(secrets)
  if (known) return known
  const seed = secrets.derive('trail heads', SEED_BYTES)
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  const keyId = sha256(raw).toString('hex').slice(0, KEY_ID_LENGTH)
  const pair = { privateKey, key: { keyId, publicKey: raw.toString('base64url') } }
  pairs.set(secrets, pair)
  return pair
}

/** The public key that heads can be checked with. */
export function trailKey(secrets: Secrets): TrailKey {
  return pairOf(secrets).key
}

export function signHead(secrets: Secrets, head: Omit<TrailHead, 'keyId' | 'signature'>): TrailHead {
  const { privateKey, key } = pairOf(secrets)
  const named = { ...head, keyId: key.keyId }
  return { ...named, signature: sign(null, Buffer.from(headText(named)), privateKey).toString('base64url') }
}

/** Whether Ed25519 over a text fits a public key of 32 bytes in base64url. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const raw = Buffer.from(publicKey, 'base64url')
  if (raw.length !== SEED_BYTES) return false
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
}
