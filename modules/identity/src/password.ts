import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

// RFC 7914 scrypt. 2^15 takes about 0.2 s on a small machine; the parameters travel with each hash.
export const COST = 2 ** 15
const BLOCK = 8
const KEY_BYTES = 32

let costNow = COST

/** For tests, which make and compare thousands of hashes that protect nobody. Those made before stay good. */
export function setCost(cost: number): void {
  costNow = cost
}

function derive(password: string, salt: Buffer, cost: number, block: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: cost, r: block, p: 1, maxmem: 256 * cost * block }
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

/** Hashes a password for storage: `scrypt$N$r$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const cost = costNow
  const key = await derive(password, salt, cost, BLOCK)
  return ['scrypt', cost, BLOCK, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether a password belongs to a hash. Takes the same time without a hash, so that names cannot be listed (T-A2). */
export async function verifyPassword(password: string, hash: string | null | undefined): Promise<boolean> {
  const [, cost, block, salt, key] = (hash ?? '').split('$')
  if (!cost || !block || !salt || !key) {
    await derive(password, Buffer.alloc(16), costNow, BLOCK)
    return false
  }
  const expected = Buffer.from(key, 'base64url')
  const actual = await derive(password, Buffer.from(salt, 'base64url'), Number(cost), Number(block))
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
