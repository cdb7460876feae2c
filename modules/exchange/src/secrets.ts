import { epochMs } from '@millrace/base'
import type { Context } from '@millrace/runtime'
import type { WebhookId } from './contract.ts'
import type { DueDelivery } from './delivery-store.ts'

const PURPOSE = 'exchange webhook secret'

/** For the database: opens for this webhook of this company only. */
export function sealSecret(ctx: Context, id: WebhookId, secret: Buffer): Buffer {
  return ctx.secrets.seal(PURPOSE, `${ctx.enterpriseId} ${id}`, secret)
}

/** The secrets that are valid now, the present one first. */
export function validSecrets(
  ctx: Context,
  of: Pick<DueDelivery, 'webhookId' | 'secret' | 'previousSecret' | 'previousUntil'>,
): readonly Buffer[] {
  const open = (sealed: Buffer) => ctx.secrets.open(PURPOSE, `${ctx.enterpriseId} ${of.webhookId}`, sealed)
  const { previousSecret, previousUntil } = of
  const still = previousSecret !== null && previousUntil !== null && epochMs(previousUntil) > ctx.nowMs
  return [open(of.secret), ...(still ? [open(previousSecret)] : [])]
}
