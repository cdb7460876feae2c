import type { Instant } from '@millrace/base'
import { addDirectGateway, endDirectGateway, getEquipment, hangUpDirectly, placeOfEquipment } from '@millrace/plant'
import { equipmentMisplaced, type GatewayId } from '@millrace/plant/contract'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import {
  type Device,
  type DeviceHearing,
  type DeviceWithSecret,
  deviceMissing,
  deviceRevoked,
  expiryInvalid,
  type NewDevice,
  type Renewal,
} from './contract.ts'
import { deviceState, isExpiry } from './device-rules.ts'
import { newDeviceSecret } from './device-secret.ts'
import * as store from './device-store.ts'
import { doorOf } from './open-doors.ts'

/** Screens hear on it that a device came, went, was changed, or said something new. */
export const DEVICES_TOPIC = 'mqtt.devices'

/** The devices at the places the actor may see, oldest first. */
export async function listDevices(ctx: Context): Promise<Device[]> {
  const reach = reachOf(ctx.actor, 'mqtt:device:read')
  if (reach === undefined) return []
  const rows = await store.listDevices(ctx.db, reach)
  return rows.map((row) => present(ctx, row))
}

/** @throws deviceMissing */
export async function getDevice(ctx: Context, id: GatewayId): Promise<Device> {
  const row = await findRow(ctx, id)
  authorize(ctx.actor, 'mqtt:device:read', placeOf(row))
  return present(ctx, row)
}

/** As many as a person will look at. */
const UNKNOWN_LIMIT = 500

/** What a device said that became nothing. @throws deviceMissing */
export async function getHearing(ctx: Context, id: GatewayId): Promise<DeviceHearing> {
  const { connectionId } = await getDevice(ctx, id)
  const unknown = await store.listUnknown(ctx.db, connectionId, UNKNOWN_LIMIT)
  return { unknown, faults: doorOf(ctx)?.faultsOf(id) ?? [] }
}

/**
 * Makes a device of a machine. Its password is in the answer and nowhere else afterwards.
 *
 * @throws equipmentMissing   there is no such machine
 * @throws equipmentMisplaced it is no work unit
 * @throws nameTaken          the plant has a gateway or device of that name
 * @throws expiryInvalid
 */
export async function createDevice(ctx: Context, device: NewDevice): Promise<DeviceWithSecret> {
  const machine = await getEquipment(ctx, device.workUnitId)
  authorize(ctx.actor, 'mqtt:device:write', placeOfEquipment(machine))
  if (machine.level !== 'work-unit') throw equipmentMisplaced(`${machine.name} is no machine.`)
  const expiresAt = device.expiresAt ?? null
  insistOnExpiry(ctx, expiresAt)
  const { name } = device
  const { gatewayId: id, connectionId } = await addDirectGateway(ctx, { siteId: machine.siteId, name })
  const { secret, sha256: secretSha256 } = newDeviceSecret(ctx.enterpriseId)
  await store.addDevice(ctx.db, {
    ...{ id, siteId: machine.siteId, workUnitId: machine.id, connectionId, secretSha256, secretMadeAt: ctx.now },
    ...{ expiresAt, createdAt: ctx.now, lastAddress: null },
  })
  ctx.audit({
    action: 'mqtt.device.create',
    object: `device ${id}`,
    detail: { name, workUnitId: machine.id, expiresAt },
  })
  announce(ctx, id)
  return { device: present(ctx, await findRow(ctx, id)), secret }
}

/**
 * Gives a device another password. The one before is refused from then on, and whoever is connected with it is hung up.
 *
 * @throws deviceMissing, deviceRevoked, expiryInvalid
 */
export async function renewDevice(ctx: Context, id: GatewayId, renewal: Renewal): Promise<DeviceWithSecret> {
  const row = await findRow(ctx, id)
  authorize(ctx.actor, 'mqtt:device:write', placeOf(row))
  if (row.revokedAt !== null) throw deviceRevoked(`${row.name} was revoked. Add it anew.`)
  const expiresAt = renewal.expiresAt === undefined ? row.expiresAt : renewal.expiresAt
  insistOnExpiry(ctx, expiresAt)
  const { secret, sha256: secretSha256 } = newDeviceSecret(ctx.enterpriseId)
  await store.saveSecret(ctx.db, id, { secretSha256, secretMadeAt: ctx.now, expiresAt })
  ctx.audit({ action: 'mqtt.device.renew', object: `device ${id}`, detail: { name: row.name, expiresAt } })
  ctx.afterCommit(() => hangUpDirectly(ctx, id))
  announce(ctx, id)
  return { device: present(ctx, await findRow(ctx, id)), secret }
}

/** Ends a device for good: it is hung up at once. @throws deviceMissing */
export async function revokeDevice(ctx: Context, id: GatewayId): Promise<Device> {
  const row = await findRow(ctx, id)
  authorize(ctx.actor, 'mqtt:device:write', placeOf(row))
  if (row.revokedAt !== null) return present(ctx, row)
  await endDirectGateway(ctx, id)
  ctx.audit({ action: 'mqtt.device.revoke', object: `device ${id}`, detail: { name: row.name } })
  announce(ctx, id)
  return present(ctx, { ...row, revokedAt: ctx.now })
}

async function findRow(ctx: Context, id: GatewayId): Promise<store.DeviceRow> {
  const row = await store.findDevice(ctx.db, id)
  if (!row) throw deviceMissing(`There is no device ${id}.`)
  return row
}

function insistOnExpiry(ctx: Context, expiresAt: Instant | null): void {
  if (!isExpiry(expiresAt, ctx.nowMs)) throw expiryInvalid('A password ends in the future, within twenty years.')
}

function placeOf({ siteId, workUnitId }: store.DeviceRow) {
  return { siteId, equipmentId: workUnitId }
}

function announce(ctx: Context, deviceId: GatewayId): void {
  ctx.afterCommit(() => ctx.live.publish(ctx.enterpriseId, DEVICES_TOPIC, { deviceId }))
}

function present(ctx: Context, { revokedAt, ...row }: store.DeviceRow): Device {
  return { ...row, state: deviceState({ ...row, revokedAt }, ctx.nowMs) }
}
