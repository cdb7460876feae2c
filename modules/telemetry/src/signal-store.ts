import { type Database, type Db, within } from '@millrace/db'
import type { ConnectionId, EquipmentId, GatewayId, Tag } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import { type Insertable, sql } from 'kysely'
import type { SignalMeta } from './acceptance-rules.ts'
import { type Measurand, type Series, SIGNAL_LIMIT } from './contract.ts'

const COLUMNS = [
  ...(['signal.id', 'signal.series', 'signal.siteId', 'signal.workUnitId', 'signal.name', 'signal.title'] as const),
  ...(['signal.measurand', 'signal.kind', 'signal.unit', 'signal.normalLow', 'signal.normalHigh'] as const),
  ...(['signal.connectionId', 'signal.address', 'signal.sampleRateHz', 'connection.gatewayId'] as const),
] as const

function signals(db: Db) {
  return db
    .selectFrom('telemetry.signal as signal')
    .leftJoin('plant.connection as connection', 'connection.id', 'signal.connectionId')
    .select(COLUMNS)
}

/** As they were made. At most {@link SIGNAL_LIMIT}. */
export function listSignals(
  db: Db,
  filter: { reach: Reach; siteId?: EquipmentId; workUnitId?: EquipmentId },
): Promise<SignalMeta[]> {
  const { reach, siteId, workUnitId } = filter
  return signals(db)
    .where(within(reach, 'signal.siteId', 'signal.workUnitId'))
    .$if(siteId !== undefined, (query) => query.where('signal.siteId', '=', siteId as EquipmentId))
    .$if(workUnitId !== undefined, (query) => query.where('signal.workUnitId', '=', workUnitId as EquipmentId))
    .orderBy('signal.series')
    .limit(SIGNAL_LIMIT)
    .execute()
}

/** Number signals of one machine, or, given its connection, of all machines behind that. */
export function listNumberSignals(
  db: Db,
  { connectionId, workUnitId }: Pick<SignalMeta, 'connectionId' | 'workUnitId'>,
): Promise<SignalMeta[]> {
  return signals(db)
    .where('signal.kind', '=', 'number')
    .$if(connectionId !== null, (query) => query.where('signal.connectionId', '=', connectionId))
    .$if(connectionId === null, (query) => query.where('signal.workUnitId', '=', workUnitId))
    .orderBy('signal.series')
    .limit(SIGNAL_LIMIT)
    .execute()
}

/** Number signals of one machine that measure one thing, as they were made. */
export function listNumberSignalsOf(db: Db, workUnitId: EquipmentId, measurand: Measurand): Promise<SignalMeta[]> {
  return signals(db)
    .where('signal.kind', '=', 'number')
    .where('signal.workUnitId', '=', workUnitId)
    .where('signal.measurand', '=', measurand)
    .orderBy('signal.series')
    .limit(SIGNAL_LIMIT)
    .execute()
}

/** Number signals of one measurand, of all sites or one. At most {@link SIGNAL_LIMIT}. */
export function listNumberSignalsAt(
  db: Db,
  { reach, measurand, siteId }: { reach: Reach; measurand: Measurand; siteId?: EquipmentId },
): Promise<SignalMeta[]> {
  return signals(db)
    .where(within(reach, 'signal.siteId', 'signal.workUnitId'))
    .where('signal.kind', '=', 'number')
    .where('signal.measurand', '=', measurand)
    .$if(siteId !== undefined, (query) => query.where('signal.siteId', '=', siteId as EquipmentId))
    .orderBy('signal.series')
    .limit(SIGNAL_LIMIT)
    .execute()
}

/** Every signal of the enterprise, for ingest. */
export function listAllSignals(db: Db): Promise<SignalMeta[]> {
  return signals(db).execute()
}

export function findSignals(db: Db, series: readonly Series[]): Promise<SignalMeta[]> {
  const possible = series.filter((number) => number <= SERIES_MAX)
  if (possible.length === 0) return Promise.resolve([])
  return signals(db).where('signal.series', 'in', possible).execute()
}

/** The largest number the column holds; a larger one in a query names no signal. */
const SERIES_MAX = 2_147_483_647

/** Reserves the next numbers of series. @returns the first of them. */
export async function takeSeries(db: Db, count: number): Promise<Series> {
  const { rows } = await sql<{ lastSeries: number }>`
    insert into telemetry.series_counter as counter (last_series) values (${count})
    on conflict (enterprise_id) do update set last_series = counter.last_series + excluded.last_series
    returning last_series`.execute(db)
  return (rows[0]?.lastSeries ?? count) - count + 1
}

export async function addSignals(db: Db, rows: readonly Insertable<Database['telemetry.signal']>[]): Promise<void> {
  await db.insertInto('telemetry.signal').values(rows).execute()
}

export interface ConnectionPlace {
  readonly id: ConnectionId
  readonly siteId: EquipmentId
  readonly gatewayId: GatewayId
}

/** Where connections lie, of those that exist. */
export function findConnections(db: Db, ids: readonly ConnectionId[]): Promise<ConnectionPlace[]> {
  if (ids.length === 0) return Promise.resolve([])
  return db.selectFrom('plant.connection').select(['id', 'siteId', 'gatewayId']).where('id', 'in', ids).execute()
}

/** What a gateway has to read. */
export async function listTags(db: Db, gatewayId: GatewayId): Promise<Tag[]> {
  const rows = await db
    .selectFrom('telemetry.signal as signal')
    .innerJoin('plant.connection as connection', 'connection.id', 'signal.connectionId')
    .select(['signal.series', 'signal.connectionId', 'signal.address', 'signal.name', 'signal.kind'])
    .select(['signal.transform', 'signal.sampleRateHz', 'signal.recordEveryMs'])
    .where('connection.gatewayId', '=', gatewayId)
    .orderBy('signal.series')
    .execute()
  return rows.flatMap(({ connectionId, address, transform, sampleRateHz, recordEveryMs, ...tag }) =>
    connectionId === null || address === null
      ? []
      : [
          {
            ...{ ...tag, connectionId, address },
            ...(transform && { transform }),
            ...(sampleRateHz && { sampleRateHz }),
            ...(recordEveryMs && { recordEveryMs }),
          },
        ],
  )
}
