import { createHmac, randomBytes } from 'node:crypto'
import { epochMs, type Instant, SECOND_MS } from '@millrace/base'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** A new secret: 32 random bytes. */
export function newSecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

/** As Standard Webhooks writes it: `whsec_` and base64. */
export function secretText(secret: Buffer): string {
  return PREFIX + secret.toString('base64')
}

/**
 * The headers that prove who sent a message and when. One signature for each secret, so that a receiver may change over
 * in its own time.
 *
 * @see Standard Webhooks 1.0.0, "Webhook metadata" and "Signature scheme": HMAC-SHA256 of `id.timestamp.body`
 */
export function signedHeaders(
  id: string,
  at: Instant,
  body: string,
  secrets: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(epochMs(at) / SECOND_MS))
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  )
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
