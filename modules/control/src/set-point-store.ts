import { type Db, within } from '@millrace/db'
import type { ConnectionId, EquipmentId, GatewayId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import type { SetPoint, SetPointId } from './contract.ts'
import type { Interlock } from './tables.ts'

const COLUMNS = [
  'id',
  'siteId',
  'workUnitId',
  'name',
  'title',
  'unit',
  'min',
  'max',
  'maxStep',
  'maxPerMinute',
  'series',
] as const
const WRITE_COLUMNS = [...COLUMNS, 'connectionId', 'address', 'readBackAddress', 'interlock'] as const

/** A set-point with where it is written, which screens have no use for. */
export type SetPointRow = SetPoint & {
  readonly connectionId: ConnectionId
  readonly address: string
  readonly readBackAddress: string | null
  readonly interlock: Interlock | null
}

/** The most set-points a list holds. */
const SET_POINT_LIMIT = 2000

export function listSetPoints(db: Db, reach: Reach, workUnitId: EquipmentId | undefined): Promise<SetPoint[]> {
  let query = db
    .selectFrom('control.setPoint')
    .select(COLUMNS)
    .where(within(reach, 'siteId', 'workUnitId'))
  if (workUnitId !== undefined) query = query.where('workUnitId', '=', workUnitId)
  return query.orderBy('workUnitId').orderBy('name').limit(SET_POINT_LIMIT).execute()
}

/** What a gateway may write. */
export function listSetPointsOf(db: Db, gatewayId: GatewayId): Promise<SetPointRow[]> {
  return db
    .selectFrom('control.setPoint')
    .select(WRITE_COLUMNS)
    .where('connectionId', 'in', (eb) =>
      eb.selectFrom('plant.connection').select('plant.connection.id').where('gatewayId', '=', gatewayId),
    )
    .orderBy('connectionId')
    .orderBy('address')
    .limit(SET_POINT_LIMIT)
    .execute()
}

/** Holds a set-point until the transaction ends, so that its commands are judged one after the other. */
export function lockSetPoint(db: Db, id: SetPointId): Promise<SetPointRow | undefined> {
  return db.selectFrom('control.setPoint').select(WRITE_COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Violates `set_point_name` or `set_point_address` when the machine has such a one. */
export async function addSetPoints(db: Db, rows: readonly SetPointRow[]): Promise<void> {
  await db
    .insertInto('control.setPoint')
    .values(rows.map((row) => ({ ...row, interlock: row.interlock && JSON.stringify(row.interlock) })))
    .execute()
}
