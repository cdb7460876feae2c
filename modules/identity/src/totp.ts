import { randomBytes } from 'node:crypto'
import type { Problem } from '@millrace/base'
import type { Context } from '@millrace/runtime'
import { Secret, TOTP } from 'otpauth'
import type { PersonId } from './contract.ts'
import { codeUsed, codeWrong, type TotpOffer, totpMissing } from './factor-contract.ts'
import * as store from './totp-store.ts'

/** RFC 6238 with what every authenticator app takes: SHA-1, six digits, half a minute. */
const PERIOD_S = 30
const SECRET_BYTES = 20
/** Clocks of telephones are half a minute early or late. */
const WINDOW_STEPS = 1
const PURPOSE = 'totp'

/** Bound to whom it belongs to: a row moved to another person opens nothing. */
function boundTo(ctx: Context, personId: PersonId): string {
  return `${ctx.enterpriseId}/${personId}`
}

/** Makes a secret for an authenticator app; it counts once {@link confirmTotp} has seen a code. An old one is gone. */
export async function offerTotp(ctx: Context, personId: PersonId, label: string): Promise<TotpOffer> {
  const bytes = randomBytes(SECRET_BYTES)
  const sealed = ctx.secrets.seal(PURPOSE, boundTo(ctx, personId), bytes)
  await store.replaceTotp(ctx.db, personId, sealed, ctx.now)
  const totp = totpOf(bytes, label)
  return { uri: totp.toString(), secret: totp.secret.base32 }
}

function totpOf(bytes: Uint8Array, label: string): TOTP {
  const secret = new Secret({ buffer: Uint8Array.from(bytes).buffer })
  return new TOTP({ issuer: 'Millrace', label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_S })
}

/**
 * Takes a code of a person's authenticator app. A code counts once, and none from before it either (RFC 6238 §5.2).
 *
 * @param confirming the first code, which shows that the app has the secret
 * @throws totpMissing, codeWrong, codeUsed
 */
export async function takeTotp(ctx: Context, personId: PersonId, code: string, confirming = false): Promise<void> {
  const row = await store.lockTotp(ctx.db, personId)
  if (!row || (row.confirmedAt === null) !== confirming) throw totpMissing('There is no authenticator app set up.')
  const totp = totpOf(ctx.secrets.open(PURPOSE, boundTo(ctx, personId), row.secretSealed), '')
  if (row.lastStep > 0 && code === totp.generate({ timestamp: row.lastStep * PERIOD_S * 1000 })) throw used()
  const delta = totp.validate({ token: code, timestamp: ctx.nowMs, window: WINDOW_STEPS })
  if (delta === null) throw codeWrong('This code is wrong. Look at the app and type the one it shows now.')
  const step = Math.floor(ctx.nowMs / 1000 / PERIOD_S) + delta
  if (step <= row.lastStep) throw used()
  await store.updateTotp(ctx.db, personId, { lastStep: step, ...(confirming && { confirmedAt: ctx.now }) })
}

function used(): Problem {
  return codeUsed('This code was used already. Wait for the next one.')
}
