import { epochMs } from '@millrace/base'
import type { Context, Secrets } from '@millrace/runtime'
import type { WebhookId } from './contract.ts'
import type { DueDelivery } from './delivery-store.ts'

const PURPOSE = 'exchange webhook secret'

/** For the database: opens for this webhook of this company only. */
export function sealSecret(ctx: Context, id: WebhookId, secret: Buffer): Buffer {
  return ctx.secrets.seal(PURPOSE, `${ctx.enterpriseId} ${id}`, secret)
}

/**
 * The secrets that are valid at a time, the present one first.
 *
 * @throws Error when they were sealed with another root key
 */
export function validSecrets(
  secrets: Secrets,
  of: Pick<DueDelivery, 'webhookId' | 'secret' | 'previousSecret' | 'previousUntil'>,
  at: { readonly enterpriseId: string; readonly atMs: number },
): readonly Buffer[] {
  const open = (sealed: Buffer) => secrets.open(PURPOSE, `${at.enterpriseId} ${of.webhookId}`, sealed)
  const { previousSecret, previousUntil } = of
  const still = previousSecret !== null && previousUntil !== null && epochMs(previousUntil) > at.atMs
  return [open(of.secret), ...(still ? [open(previousSecret)] : [])]
}
