import { newId } from '@millrace/base'
import { createConnection, createEquipment, createGateway, createSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Actor, type Context, holding, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { sql } from 'kysely'
import type { NewSignal, Signal } from '../contract.ts'
import { createSignals } from '../signals.ts'

/** A company with one machine behind one gateway, for tests. */
export interface GivenPlant {
  readonly enterpriseId: string
  readonly siteId: EquipmentId
  readonly workUnitId: EquipmentId
  readonly gateway: Actor
  readonly signals: readonly Signal[]
  readonly asSystem: <T>(act: (ctx: Context) => Promise<T>) => Promise<T>
}

/** Makes a company whose machine has these signals. */
export async function givenPlant(
  runtime: Runtime,
  signals: readonly (Pick<NewSignal, 'name' | 'kind'> & Partial<NewSignal>)[],
): Promise<GivenPlant> {
  const enterpriseId = newId<'Enterprise'>(0)
  const asSystem = <T>(act: (ctx: Context) => Promise<T>) => inContext(runtime, systemActor(enterpriseId, 'test'), act)
  return asSystem(async (ctx) => {
    await sql`insert into runtime.tenant (enterprise_id) values (${enterpriseId})`.execute(ctx.db)
    const weekdays = [1, 2, 3, 4, 5, 6, 7]
    const shifts = [
      { name: 'Early', weekdays, startMinute: 375, endMinute: 855 },
      { name: 'Late', weekdays, startMinute: 855, endMinute: 1335 },
    ]
    const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts }
    const site = await createSite(ctx, { name: 'Sursee', ...place })
    const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Milling' })
    const mill = await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name: 'Mill 1', kind: 'mill' })
    const { gateway } = await createGateway(ctx, { siteId: site.id, name: 'Gateway', local: false })
    const endpoint = 'opc.tcp://127.0.0.1:4840'
    const connection = await createConnection(ctx, {
      gatewayId: gateway.id,
      name: 'Mills',
      protocol: 'opc-ua',
      endpoint,
    })
    const created = await createSignals(
      ctx,
      signals.map((signal) => ({
        ...{ workUnitId: mill.id, connectionId: connection.id, address: `ns=1;s=${signal.name}` },
        ...signal,
      })),
    )
    return {
      ...{ enterpriseId, siteId: site.id, workUnitId: mill.id, signals: created, asSystem },
      gateway: {
        ...{ kind: 'gateway', id: gateway.id, name: 'Gateway', enterpriseId },
        permissions: new Map([['telemetry:batch:write', holding([site.id])]]),
      },
    }
  })
}
