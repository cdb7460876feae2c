/** As much of a JSON Web Key as is looked at here (RFC 7517, RFC 7518 §6.3.1). */
export interface PublicKey {
  readonly kty?: string
  readonly n?: string
  readonly e?: string
}

const SMALLEST_EXPONENT = 65_537n

/** The primes of the public test for ROCA (CVE-2017-15361). */
const PRIMES = [
  3n,
  5n,
  7n,
  11n,
  13n,
  17n,
  19n,
  23n,
  29n,
  31n,
  37n,
  41n,
  43n,
  47n,
  53n,
  59n,
  61n,
  67n,
  71n,
  73n,
  79n,
  83n,
  89n,
  97n,
  101n,
  103n,
  107n,
  109n,
  113n,
  127n,
  131n,
  137n,
  139n,
  149n,
  151n,
  157n,
  163n,
  167n,
] as const

/**
 * Whether a provider's key may vouch for anything. Not when anybody can sign with it: an RSA exponent of 1 makes every text
 * its own signature, and the primes of one generator of smart cards can be found (ROCA). Sizes and curves are judged by the
 * library.
 */
export function isSoundKey({ kty, n, e }: PublicKey): boolean {
  if (kty !== 'RSA') return true
  const exponent = numberOf(e)
  const modulus = numberOf(n)
  if (exponent === undefined || modulus === undefined) return false
  return exponent >= SMALLEST_EXPONENT && exponent % 2n === 1n && !isRoca(modulus)
}

/** Such a modulus is a power of 65537 modulo each small prime; another one hardly ever is modulo all of them. */
function isRoca(modulus: bigint): boolean {
  return PRIMES.every((prime) => {
    const rest = modulus % prime
    let power = 1n
    do {
      if (power === rest) return true
      power = (power * 65_537n) % prime
    } while (power !== 1n)
    return false
  })
}

function numberOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[\w-]+$/.test(text)) return undefined
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  if (bytes.length === 0 || bytes.length > 1024) return undefined
  return BigInt(`0x${Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')}`)
}
