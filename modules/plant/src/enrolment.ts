import { later, MINUTE_MS } from '@millrace/base'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { commandKey } from './command-key.ts'
import {
  type Enrolled,
  type Enrolment,
  enrolmentPaused,
  enrolmentRefused,
  type GatewayId,
  gatewayChanged,
  type PublicJwk,
} from './contract.ts'
import { newEnrolmentCode, parseEnrolmentCode } from './enrolment-code.ts'
import { announceLocalGateways } from './gateway-line.ts'
import * as store from './gateway-store.ts'

/** How long a code may be used (THREATS T-D1). */
const CODE_LIFETIME_MS = 10 * MINUTE_MS

/** A fresh code for a gateway; those given out before live on until they expire. */
export async function issueCode(ctx: Context, gatewayId: GatewayId): Promise<string> {
  const { code, hash } = newEnrolmentCode(ctx.enterpriseId)
  await store.removeExpiredCodes(ctx.db, ctx.now)
  await store.addCode(ctx.db, gatewayId, hash, later(ctx.now, CODE_LIFETIME_MS))
  return code
}

const WINDOW_MS = 5 * MINUTE_MS
/** Failures in a window after which an address, and then everybody, has to wait. */
const FAILURES_PER_ADDRESS = 10
const FAILURES_IN_ALL = 200

/** Counts failed enrolments in memory: a code has 160 random bits, so this bounds the work, not the risk. */
export interface EnrolmentGuard {
  isPaused(address: string, nowMs: number): boolean
  failed(address: string, nowMs: number): void
}

export function createEnrolmentGuard(): EnrolmentGuard {
  let windowEndsMs = 0
  let inAll = 0
  const byAddress = new Map<string, number>()
  const turn = (nowMs: number) => {
    if (nowMs < windowEndsMs) return
    windowEndsMs = nowMs + WINDOW_MS
    inAll = 0
    byAddress.clear()
  }
  return {
    isPaused(address, nowMs) {
      turn(nowMs)
      return inAll >= FAILURES_IN_ALL || (byAddress.get(address) ?? 0) >= FAILURES_PER_ADDRESS
    },
    failed(address, nowMs) {
      turn(nowMs)
      inAll += 1
      byAddress.set(address, (byAddress.get(address) ?? 0) + 1)
    },
  }
}

/**
 * Takes a gateway's key in exchange for a one-time code. The same code with the same key is answered again while it
 * lives, so that a lost answer does no harm.
 *
 * @param address of the peer, to slow down whoever guesses
 * @throws enrolmentRefused the same for a wrong, used and expired code
 * @throws enrolmentPaused  too many failures just now
 */
export async function enrolByCode(
  runtime: Runtime,
  guard: EnrolmentGuard,
  peer: { address: string; nowMs: number },
  enrolment: Enrolment,
): Promise<Enrolled> {
  if (guard.isPaused(peer.address, peer.nowMs)) throw enrolmentPaused('Too many codes were wrong. Try again later.')
  const parsed = parseEnrolmentCode(enrolment.code)
  const enrolled = parsed
    ? await inContext(runtime, systemActor(parsed.enterpriseId, 'plant.enrolment'), (ctx) =>
        enrol(ctx, parsed.hash, enrolment.publicKey),
      )
    : undefined
  if (enrolled) return enrolled
  guard.failed(peer.address, peer.nowMs)
  throw enrolmentRefused('This code is wrong, used or expired. Make a new one.')
}

async function enrol(ctx: Context, codeHash: Uint8Array, key: PublicJwk): Promise<Enrolled | undefined> {
  const id = await store.findCode(ctx.db, codeHash, ctx.now)
  const gateway = id && (await store.lockGateway(ctx.db, id))
  if (!gateway || gateway.revokedAt) return undefined
  if (gateway.publicKey !== null && gateway.publicKey !== key.x) return undefined

  if (gateway.publicKey === null) {
    await store.saveKey(ctx.db, gateway.id, key.x, ctx.now)
    await ctx.emit(gatewayChanged({ gatewayId: gateway.id, siteId: gateway.siteId }))
    ctx.audit({ action: 'plant.gateway.enrol', object: `gateway ${gateway.id}`, detail: { name: gateway.name } })
    if (gateway.local) announceLocalGateways(ctx)
  }
  return {
    gatewayId: gateway.id,
    enterpriseId: ctx.enterpriseId,
    siteId: gateway.siteId,
    commandKey: await commandKey(ctx),
  }
}
