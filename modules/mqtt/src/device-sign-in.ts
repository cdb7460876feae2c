import { epochMs, type Instant, isUuid, now } from '@millrace/base'
import { keepDirectGatewaysSeen } from '@millrace/plant'
import type { GatewayId } from '@millrace/plant/contract'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { deviceState, type SignInGuard } from './device-rules.ts'
import { parseDeviceSecret } from './device-secret.ts'
import * as store from './device-store.ts'
import { rootOf } from './topic-rules.ts'

/** Who is connected. */
export interface SignedIn {
  readonly id: GatewayId
  readonly enterpriseId: string
  /** Where its topics begin. */
  readonly root: string
  /** Another secret makes it somebody else. */
  readonly secretMadeAt: Instant
}

const ADDRESS_LENGTH_MAX = 100

/**
 * Recognises a device by its user name, which is its id, and its password.
 *
 * @returns undefined for whatever is wrong with it, unknown, expired and revoked alike, and while too many were wrong.
 */
export async function signInDevice(
  runtime: Runtime,
  guard: SignInGuard,
  said: { readonly userName: string; readonly password: string; readonly address: string },
): Promise<SignedIn | undefined> {
  const { userName, address } = said
  const nowMs = epochMs(now())
  if (guard.isPaused(address, userName, nowMs)) return undefined
  const parsed = parseDeviceSecret(said.password)
  const found =
    parsed && isUuid(userName)
      ? await inContext(runtime, systemActor(parsed.enterpriseId, 'mqtt.sign-in'), (ctx) =>
          recognise(ctx, userName as GatewayId, parsed.sha256, address),
        )
      : undefined
  if (!found) guard.failed(address, userName, nowMs)
  return found
}

async function recognise(ctx: Context, id: GatewayId, sha256: Buffer, address: string): Promise<SignedIn | undefined> {
  const row = await store.findDeviceBySecret(ctx.db, id, sha256)
  const state = row && deviceState(row, ctx.nowMs)
  if (!row || state === 'revoked' || state === 'expired') return undefined
  await keepDirectGatewaysSeen(ctx, [id])
  await store.saveAddress(ctx.db, id, address.slice(0, ADDRESS_LENGTH_MAX))
  const { enterpriseId } = ctx
  return { id, enterpriseId, root: rootOf(id), secretMadeAt: row.secretMadeAt }
}

/** Says that devices of one company are here. @returns those that may no longer be. */
export async function keepSeen(
  runtime: Runtime,
  enterpriseId: string,
  devices: readonly SignedIn[],
): Promise<SignedIn[]> {
  const ids = [...new Set(devices.map(({ id }) => id))]
  return inContext(runtime, systemActor(enterpriseId, 'mqtt.keep-seen'), async (ctx) => {
    const seen = new Set(await keepDirectGatewaysSeen(ctx, ids))
    const madeAt = new Map((await store.listLiving(ctx.db, ids, ctx.now)).map((one) => [one.id, one.secretMadeAt]))
    return devices.filter(({ id, secretMadeAt }) => !seen.has(id) || madeAt.get(id) !== secretMadeAt)
  })
}
