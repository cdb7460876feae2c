import { type Db, ours, within } from '@millrace/db'
import type { Reach } from '@millrace/runtime'
import { sql } from 'kysely'
import { type Connection, type ConnectionId, DISCOVERED_LIMIT, type DiscoveredTag, type GatewayId } from './contract.ts'
import './tables.ts'

const COLUMNS = [
  'id',
  'gatewayId',
  'siteId',
  'name',
  'protocol',
  'endpoint',
  'options',
  'state',
  'detail',
  'stateSince',
] as const

/** The most connections a list holds. */
const CONNECTION_LIMIT = 2000

export function listConnections(db: Db, reach: Reach): Promise<Connection[]> {
  return db
    .selectFrom('plant.connection')
    .select(COLUMNS)
    .where(within(reach, 'siteId'))
    .orderBy('id')
    .limit(CONNECTION_LIMIT)
    .execute()
}

export function listConnectionsOf(db: Db, gatewayId: GatewayId): Promise<Connection[]> {
  return db
    .selectFrom('plant.connection')
    .select(COLUMNS)
    .where('gatewayId', '=', gatewayId)
    .orderBy('id')
    .limit(CONNECTION_LIMIT)
    .execute()
}

export function findConnection(db: Db, id: ConnectionId): Promise<Connection | undefined> {
  return db.selectFrom('plant.connection').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Violates `connection_name` when the gateway has one of that name. */
export function addConnection(
  db: Db,
  connection: Pick<Connection, 'id' | 'gatewayId' | 'siteId' | 'name' | 'protocol' | 'endpoint' | 'options'>,
): Promise<Connection> {
  return db
    .insertInto('plant.connection')
    .values({ ...connection, options: JSON.stringify(connection.options) })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

export function saveEndpoint(db: Db, id: ConnectionId, endpoint: string): Promise<Connection> {
  return db
    .updateTable('plant.connection')
    .set({ endpoint })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

export async function saveState(
  db: Db,
  id: ConnectionId,
  change: Pick<Connection, 'state' | 'detail' | 'stateSince'>,
): Promise<void> {
  await db.updateTable('plant.connection').set(change).where('id', '=', id).execute()
}

/** Adds tags, or corrects those known by their address; beyond the limit, new ones are left out. */
export async function saveDiscoveredTags(
  db: Db,
  connectionId: ConnectionId,
  tags: readonly DiscoveredTag[],
): Promise<void> {
  const rows = tags.map(({ address, name, kind, unit }) => ({ address, name, kind, unit: unit ?? null }))
  await sql`
    with told as (
      select distinct on (address) address, name, kind, unit
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(address text, name text, kind text, unit text)
    ), ranked as (
      select told.*, k.address is not null as is_known,
        row_number() over (partition by k.address is not null order by told.address) as place
      from told left join plant.discovered_tag k on ${ours('k')} and k.connection_id = ${connectionId}
        and k.address = told.address
    )
    insert into plant.discovered_tag (connection_id, address, name, kind, unit)
    select ${connectionId}, address, name, kind, unit from ranked
    where is_known or place <= ${DISCOVERED_LIMIT} - (
      select count(*) from plant.discovered_tag where ${ours()} and connection_id = ${connectionId})
    on conflict (enterprise_id, connection_id, address)
      do update set name = excluded.name, kind = excluded.kind, unit = excluded.unit`.execute(db)
}

export async function listDiscoveredTags(db: Db, connectionId: ConnectionId): Promise<DiscoveredTag[]> {
  const rows = await db
    .selectFrom('plant.discoveredTag')
    .select(['connectionId', 'address', 'name', 'kind', 'unit'])
    .where('connectionId', '=', connectionId)
    .orderBy('address')
    .limit(DISCOVERED_LIMIT)
    .execute()
  return rows.map(({ unit, ...tag }) => (unit === null ? tag : { ...tag, unit }))
}
