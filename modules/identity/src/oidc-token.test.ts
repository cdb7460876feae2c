import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type JWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { SigningAlgorithm } from './identity-provider-contract.ts'
import { isSoundKey } from './oidc-key-rules.ts'
import { isSignedBy } from './oidc-token.ts'

// The vectors are kept beside the checkout, not in it.
const VECTORS = fileURLToPath(new URL('../../../../shared/security/corpora/crypto/wycheproof/', import.meta.url))

interface Vectors {
  readonly testGroups: readonly {
    readonly public?: JWK | { readonly keys: JWK[] }
    readonly private?: JWK | { readonly keys: JWK[] }
    readonly tests: readonly {
      readonly tcId: number
      readonly comment: string
      readonly jws: unknown
      readonly result: string
    }[]
  }[]
}

const files = ['json_web_signature_test.json', 'json_web_key_test.json'].filter((file) => existsSync(VECTORS + file))
if (files.length === 0) process.stderr.write(`There are no JOSE vectors at ${VECTORS}: their test is skipped.\n`)

const ALGORITHMS: readonly string[] = SigningAlgorithm.enum as readonly string[]

/** The keys as a provider would publish them: without their secret halves. */
function published(keys: JWK | { readonly keys: JWK[] } | undefined): JWK[] {
  const listed = keys === undefined ? [] : 'keys' in keys && Array.isArray(keys.keys) ? keys.keys : [keys as JWK]
  return listed.map(({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open }) => open)
}

const bytes = (value: bigint) =>
  Buffer.from(value.toString(16).padStart(514, '0').slice(-512), 'hex').toString('base64url')

// proves: T-A8
test('a key with which anybody could sign vouches for nothing', () => {
  const { n = '' } = createPublicKey(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'pem', type: 'spki' }),
  ).export({ format: 'jwk' })
  expect(isSoundKey({ kty: 'RSA', n, e: 'AQAB' })).toBe(true)
  for (const e of ['AQ', 'Ag', 'Aw', 'AQAA', '', '*', undefined])
    expect([e, isSoundKey({ kty: 'RSA', n, ...(e !== undefined && { e }) })]).toEqual([e, false])
  expect(isSoundKey({ kty: 'RSA', e: 'AQAB' })).toBe(false)
  // As the primes of that generator come: a power of 65537 modulo every small prime (CVE-2017-15361).
  expect(isSoundKey({ kty: 'RSA', n: bytes(65_537n ** 120n), e: 'AQAB' })).toBe(false)
  expect(isSoundKey({ kty: 'EC' })).toBe(true)
})

test('a text without a key, or signed with a shared secret, is believed by nobody', async () => {
  const secret = new TextEncoder().encode('a secret that both sides would know')
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(secret)
  for (const keys of [[], [{ kty: 'oct', k: Buffer.from(secret).toString('base64url'), alg: 'HS256' }]]) {
    for (const algorithm of ALGORITHMS)
      expect(await isSignedBy(token, { keys }, algorithm as SigningAlgorithm)).toBe(false)
  }
})

// proves: T-A8
test.skipIf(files.length === 0)('of the vectors none that is invalid is believed', async () => {
  for (const file of files) await believeNone(file)
})

async function believeNone(file: string): Promise<void> {
  const { testGroups } = JSON.parse(readFileSync(VECTORS + file, 'utf8')) as Vectors
  const wrong: string[] = []
  let believed = 0
  for (const group of testGroups) {
    const keys = { keys: published(group.public ?? group.private) }
    for (const { tcId, comment, jws, result } of group.tests) {
      const token = typeof jws === 'string' ? jws : JSON.stringify(jws)
      // Whatever a provider was set to: an administrator may pin any of the algorithms.
      for (const algorithm of ALGORITHMS) {
        const isBelieved = await isSignedBy(token, keys, algorithm as SigningAlgorithm)
        if (isBelieved && result === 'invalid') wrong.push(`${tcId} ${comment} with ${algorithm}`)
        if (isBelieved) believed += 1
      }
    }
  }
  expect(wrong).toEqual([])
  // One that believes nothing fails as well.
  expect(believed).toBeGreaterThan(0)
}
