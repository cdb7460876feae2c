import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { type ConnectionId, type EquipmentId, type GatewayId, gatewayOfConnection, getEquipment } from '@millrace/plant'
import { type AllowedWrite, gatewayConfigurationChanged } from '@millrace/plant/contract'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import { type SetPoint, setPointMisplaced, setPointTaken } from './contract.ts'
import * as store from './set-point-store.ts'
import type { Interlock } from './tables.ts'

/** A set-point to be listed. Numbers only: a switch is 0 to 1. */
export interface NewSetPoint {
  readonly workUnitId: EquipmentId
  /** Unique within its machine. */
  readonly name: string
  /** For people: "Feed override". */
  readonly title: string
  readonly unit?: string | null
  readonly min: number
  readonly max: number
  readonly maxStep?: number | null
  readonly maxPerMinute: number
  readonly connectionId: ConnectionId
  readonly address: string
  /** Where the value is read back, when not at the same address. */
  readonly readBackAddress?: string
  readonly interlock?: Interlock
  /** The signal that shows the present value. */
  readonly series: number
}

/** The set-points of a machine, or of all machines the actor may see. */
export async function listSetPoints(ctx: Context, workUnitId?: EquipmentId): Promise<SetPoint[]> {
  const reach = reachOf(ctx.actor, 'control:set-point:read')
  return reach === undefined ? [] : store.listSetPoints(ctx.db, reach, workUnitId)
}

/**
 * Lists values that may be written from now on. Their gateways write them only after somebody confirmed them there.
 *
 * @throws equipmentMissing   there is no such machine
 * @throws setPointMisplaced  the connection is missing or of another site, or the bounds make no sense
 * @throws setPointTaken      the machine has a set-point of that name, or the address has one
 */
export async function createSetPoints(ctx: Context, setPoints: readonly NewSetPoint[]): Promise<SetPoint[]> {
  const gateways = new Set<GatewayId>()
  const rows: store.SetPointRow[] = []
  for (const { unit, maxStep = null, readBackAddress = null, interlock = null, ...setPoint } of setPoints) {
    const { siteId } = await getEquipment(ctx, setPoint.workUnitId)
    authorize(ctx.actor, 'control:set-point:write', { siteId, equipmentId: setPoint.workUnitId })
    const gateway = await gatewayOfConnection(ctx, setPoint.connectionId)
    if (gateway?.siteId !== siteId) throw setPointMisplaced(`${setPoint.title} and its connection are not at one site.`)
    if (!(setPoint.min <= setPoint.max)) throw setPointMisplaced(`${setPoint.title} has no value between its bounds.`)
    gateways.add(gateway.gatewayId)
    const id = newId<'SetPoint'>(ctx.nowMs)
    rows.push({ id, siteId, ...setPoint, unit: unit || null, maxStep, readBackAddress, interlock })
  }
  if (rows.length === 0) return []
  try {
    await store.addSetPoints(ctx.db, rows)
  } catch (error) {
    if (violates(error, 'set_point_name') || violates(error, 'set_point_address')) {
      throw setPointTaken('A set-point of that name or address is there already.', {}, { cause: error })
    }
    throw error
  }
  for (const { id, title, min, max, maxStep, address } of rows) {
    const detail = { title, min, max, maxStep, address }
    ctx.audit({ action: 'control.set-point.create', object: `set-point ${id}`, detail })
  }
  for (const gatewayId of gateways) await ctx.emit(gatewayConfigurationChanged({ gatewayId }))
  return rows.map(withoutAddress)
}

/** What a gateway may write, as its configuration says it. */
export async function allowedWrites(ctx: Context, gatewayId: GatewayId): Promise<AllowedWrite[]> {
  const rows = await store.listSetPointsOf(ctx.db, gatewayId)
  return rows.map(({ connectionId, address, min, max, maxStep, maxPerMinute, readBackAddress, interlock }) => ({
    connectionId,
    address,
    kind: 'number',
    min,
    max,
    maxPerMinute,
    ...(maxStep !== null && { maxStep }),
    ...(readBackAddress !== null && { readBackAddress }),
    ...(interlock !== null && { interlock }),
  }))
}

function withoutAddress(row: store.SetPointRow): SetPoint {
  const { connectionId, address, readBackAddress, interlock, ...setPoint } = row
  return setPoint
}
