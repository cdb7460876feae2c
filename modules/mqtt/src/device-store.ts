import type { Instant } from '@millrace/base'
import { type Database, type Db, within } from '@millrace/db'
import type { ConnectionId, DiscoveredTag, EquipmentId, GatewayId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import type { Insertable } from 'kysely'
import { DEVICE_LIMIT } from './contract.ts'
import './tables.ts'

/** A device as it is stored: its state follows from these. */
export interface DeviceRow {
  readonly id: GatewayId
  readonly siteId: EquipmentId
  readonly workUnitId: EquipmentId
  readonly connectionId: ConnectionId
  readonly name: string
  readonly createdAt: Instant
  readonly secretMadeAt: Instant
  readonly expiresAt: Instant | null
  readonly lastSeenAt: Instant | null
  readonly lastAddress: string | null
  readonly revokedAt: Instant | null
}

const COLUMNS = [
  ...(['device.id', 'device.siteId', 'device.workUnitId', 'device.connectionId', 'device.createdAt'] as const),
  ...(['device.secretMadeAt', 'device.expiresAt', 'device.lastAddress'] as const),
  ...(['gateway.name', 'gateway.lastSeenAt', 'gateway.revokedAt'] as const),
] as const

function devices(db: Db) {
  return db
    .selectFrom('mqtt.device as device')
    .innerJoin('plant.gateway as gateway', 'gateway.id', 'device.id')
    .select(COLUMNS)
}

/** As they were made. At most {@link DEVICE_LIMIT}. */
export function listDevices(db: Db, reach: Reach): Promise<DeviceRow[]> {
  return devices(db)
    .where(within(reach, 'device.siteId', 'device.workUnitId'))
    .orderBy('device.id')
    .limit(DEVICE_LIMIT)
    .execute()
}

export function findDevice(db: Db, id: GatewayId): Promise<DeviceRow | undefined> {
  return devices(db).where('device.id', '=', id).executeTakeFirst()
}

export function findDeviceBySecret(db: Db, id: GatewayId, secretSha256: Buffer): Promise<DeviceRow | undefined> {
  return devices(db).where('device.id', '=', id).where('device.secretSha256', '=', secretSha256).executeTakeFirst()
}

export async function addDevice(db: Db, row: Insertable<Database['mqtt.device']>): Promise<void> {
  await db.insertInto('mqtt.device').values(row).execute()
}

export async function saveSecret(
  db: Db,
  id: GatewayId,
  change: Pick<Database['mqtt.device'], 'secretSha256' | 'secretMadeAt' | 'expiresAt'>,
): Promise<void> {
  await db.updateTable('mqtt.device').set(change).where('id', '=', id).execute()
}

export async function saveAddress(db: Db, id: GatewayId, lastAddress: string | null): Promise<void> {
  await db.updateTable('mqtt.device').set({ lastAddress }).where('id', '=', id).execute()
}

/** Of these devices those that have not ended, each with when its secret was made. */
export function listLiving(
  db: Db,
  ids: readonly GatewayId[],
  at: Instant,
): Promise<{ id: GatewayId; secretMadeAt: Instant }[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db
    .selectFrom('mqtt.device')
    .select(['id', 'secretMadeAt'])
    .where('id', 'in', ids)
    .where((one) => one.or([one('expiresAt', 'is', null), one('expiresAt', '>', at)]))
    .execute()
}

/** What was heard at a connection and is no signal of it. By address. */
export async function listUnknown(db: Db, connectionId: ConnectionId, limit: number): Promise<DiscoveredTag[]> {
  const rows = await db
    .selectFrom('plant.discoveredTag as tag')
    .select(['tag.connectionId', 'tag.address', 'tag.name', 'tag.kind', 'tag.unit'])
    .where('tag.connectionId', '=', connectionId)
    .where((one) =>
      one.not(
        one.exists(
          one
            .selectFrom('telemetry.signal as signal')
            .select('signal.id')
            .whereRef('signal.connectionId', '=', 'tag.connectionId')
            .whereRef('signal.address', '=', 'tag.address'),
        ),
      ),
    )
    .orderBy('tag.address')
    .limit(limit)
    .execute()
  return rows.map(({ unit, ...tag }) => (unit === null ? tag : { ...tag, unit }))
}
