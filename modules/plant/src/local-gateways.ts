import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import type { GatewayId } from './contract.ts'
import { issueCode } from './enrolment.ts'
import * as store from './gateway-store.ts'

/** A gateway that is to run beside the server; the code is there until it has enrolled. */
export interface LocalGateway {
  readonly id: GatewayId
  readonly name: string
  readonly enrolmentCode?: string
}

/**
 * The gateways of all enterprises that are to run beside the server. Each call gives those that have not enrolled yet
 * a fresh code, good for ten minutes; codes given before stay good for theirs.
 *
 * @param without an enterprise whose gateways are not wanted yet.
 */
export async function localGateways(runtime: Runtime, without?: string): Promise<LocalGateway[]> {
  const found: LocalGateway[] = []
  for (const enterpriseId of await store.listTenants(runtime.app.kysely)) {
    if (enterpriseId === without) continue
    found.push(...(await inContext(runtime, systemActor(enterpriseId, 'plant.local-gateways'), listLocal)))
  }
  return found
}

async function listLocal(ctx: Context): Promise<LocalGateway[]> {
  const found: LocalGateway[] = []
  for (const { id, name, enrolledAt } of await store.listLocalGateways(ctx.db)) {
    found.push(enrolledAt === null ? { id, name, enrolmentCode: await issueCode(ctx, id) } : { id, name })
  }
  return found
}
