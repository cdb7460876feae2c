import { newId } from '@millrace/base'
import { createEquipment, createSite } from '@millrace/plant'
import type { EquipmentId } from '@millrace/plant/contract'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { createSignals, type NewSignal, type Signal } from '@millrace/telemetry'
import { sql } from 'kysely'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import type { DeviceWithSecret } from '../contract.ts'
import { createDevice } from '../devices.ts'

/** A company with a machine and a device that speaks for it, for tests. */
export interface GivenDevice extends DeviceWithSecret {
  readonly enterpriseId: string
  readonly workUnitId: EquipmentId
  readonly signals: readonly Signal[]
  /** Where its topics begin. */
  readonly root: string
  readonly asSystem: <T>(act: (ctx: Context) => Promise<T>) => Promise<T>
}

/** Makes a company whose device has these signals, each at the address of its name. */
export async function givenDevice(
  runtime: Runtime,
  signals: readonly (Pick<NewSignal, 'name' | 'kind'> & Partial<NewSignal>)[],
): Promise<GivenDevice> {
  const enterpriseId = newId<'Enterprise'>(0)
  const asSystem = <T>(act: (ctx: Context) => Promise<T>) => inContext(runtime, systemActor(enterpriseId, 'test'), act)
  return asSystem(async (ctx) => {
    await sql`insert into runtime.tenant (enterprise_id) values (${enterpriseId})`.execute(ctx.db)
    const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
    const site = await createSite(ctx, { name: 'Sursee', ...place })
    const area = await createEquipment(ctx, { parentId: site.id, level: 'area', name: 'Pressing' })
    const press = await createEquipment(ctx, { parentId: area.id, level: 'work-unit', name: 'Press 4', kind: 'press' })
    const made = await createDevice(ctx, { workUnitId: press.id, name: 'Press 4 sensor' })
    const created = await createSignals(
      ctx,
      signals.map((signal) => ({
        ...{ workUnitId: press.id, connectionId: made.device.connectionId, address: signal.name },
        ...signal,
      })),
    )
    return {
      ...{ ...made, enterpriseId, workUnitId: press.id, signals: created, asSystem },
      root: `millrace/v1/${made.device.id}`,
    }
  })
}

/** Connects as a device. @throws Error when it is refused, with the `code` of its CONNACK. */
export function connectDevice(
  port: number,
  { device, secret }: DeviceWithSecret,
  options: IClientOptions = {},
): Promise<MqttClient> {
  return connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ username: device.id, password: secret, reconnectPeriod: 0, connectTimeout: 5000 },
    ...options,
  })
}
