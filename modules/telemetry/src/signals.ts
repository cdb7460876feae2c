import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { getEquipment } from '@millrace/plant'
import {
  type ConnectionId,
  connectionMissing,
  type EquipmentId,
  equipmentMisplaced,
  type GatewayId,
  gatewayConfigurationChanged,
  type Tag,
} from '@millrace/plant/contract'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import type { SignalMeta } from './acceptance-rules.ts'
import { type LatestValue, type NewSignal, type Series, type Signal, signalMissing, signalTaken } from './contract.ts'
import { CATALOGUE_TOPIC, hubOf } from './hub.ts'
import * as store from './signal-store.ts'

/** The signals of the sites the actor may see, of one site or of one machine, each with its newest sample. At most 2,000. */
export async function listSignals(
  ctx: Context,
  filter: { siteId?: EquipmentId; workUnitId?: EquipmentId } = {},
): Promise<Signal[]> {
  const reach = reachOf(ctx.actor, 'telemetry:signal:read')
  if (reach === undefined) return []
  const signals = await store.listSignals(ctx.db, { reach, ...filter })
  await hubOf(ctx).newestLine?.ready(ctx)
  return signals.map((signal) => present(ctx, signal))
}

/**
 * The signals with these numbers, in the order asked.
 *
 * @throws signalMissing  for the first that does not exist
 * @throws forbidden      the actor may not see the signals of its site
 */
export async function getSignals(ctx: Context, series: readonly Series[]): Promise<SignalMeta[]> {
  const found = new Map((await store.findSignals(ctx.db, series)).map((signal) => [signal.series, signal]))
  return series.map((number) => {
    const signal = found.get(number)
    if (!signal) throw signalMissing(`There is no signal ${number}.`, { series: number })
    authorize(ctx.actor, 'telemetry:signal:read', { siteId: signal.siteId, equipmentId: signal.workUnitId })
    return signal
  })
}

/** The signal with this number; undefined when there is none. For other modules, which authorize by themselves. */
export async function findSignal(ctx: Context, series: Series): Promise<SignalMeta | undefined> {
  const [signal] = await store.findSignals(ctx.db, [series])
  return signal
}

/** The newest sample of those that have one. For other modules, which authorize by themselves. */
export function latestValues(ctx: Context, series: Iterable<Series>): Map<Series, LatestValue> {
  const { newest } = hubOf(ctx)
  const values = new Map<Series, LatestValue>()
  for (const number of series) {
    const value = newest.find(ctx.enterpriseId, number)
    if (value) values.set(number, value)
  }
  return values
}

/**
 * Makes signals, all or none, and tells the gateways that read them.
 *
 * @returns them in the order given.
 * @throws equipmentMissing    there is no such machine
 * @throws equipmentMisplaced  it is no work unit, or the connection is at another site
 * @throws connectionMissing   there is no such connection
 * @throws forbidden           the actor may not change signals of that site
 * @throws signalTaken         a machine has two of one name
 */
export async function createSignals(ctx: Context, newSignals: readonly NewSignal[]): Promise<Signal[]> {
  if (newSignals.length === 0) return []
  const sites = await sitesOf(ctx, new Set(newSignals.map((one) => one.workUnitId)))
  for (const [equipmentId, siteId] of sites) authorize(ctx.actor, 'telemetry:signal:write', { siteId, equipmentId })
  const connectionIds = newSignals.flatMap((one) => one.connectionId ?? [])
  const connections = await connectionsOf(ctx, new Set(connectionIds))

  const firstSeries = await store.takeSeries(ctx.db, newSignals.length)
  const signals = newSignals.map((one, index): SignalMeta => {
    const siteId = sites.get(one.workUnitId) as EquipmentId // each was looked up
    const connection = one.connectionId === undefined ? undefined : connections.get(one.connectionId)
    if (connection && connection.siteId !== siteId) {
      throw equipmentMisplaced('The connection belongs to another site than the machine.', { name: one.name })
    }
    return {
      id: newId(ctx.nowMs),
      series: firstSeries + index,
      siteId,
      workUnitId: one.workUnitId,
      name: one.name,
      title: one.title ?? one.name,
      measurand: one.measurand ?? 'other',
      kind: one.kind,
      unit: one.unit ?? null,
      normalLow: one.normalLow ?? null,
      normalHigh: one.normalHigh ?? null,
      connectionId: one.connectionId ?? null,
      address: one.address ?? null,
      sampleRateHz: one.sampleRateHz ?? null,
      gatewayId: connection?.gatewayId ?? null,
    }
  })
  await save(ctx, signals, newSignals)
  const gatewayIds = new Set(signals.flatMap((signal) => signal.gatewayId ?? []))
  for (const gatewayId of gatewayIds) await ctx.emit(gatewayConfigurationChanged({ gatewayId }))
  for (const [workUnitId] of sites) {
    const names = signals.filter((signal) => signal.workUnitId === workUnitId).map((signal) => signal.name)
    ctx.audit({ action: 'telemetry.signal.create', object: `equipment ${workUnitId}`, detail: { names } })
  }
  ctx.afterCommit(() => ctx.live.publish(ctx.enterpriseId, CATALOGUE_TOPIC, {}))
  return signals.map((signal) => present(ctx, signal))
}

async function save(ctx: Context, signals: readonly SignalMeta[], asked: readonly NewSignal[]): Promise<void> {
  try {
    await store.addSignals(
      ctx.db,
      signals.map(({ gatewayId: _, ...signal }, index) => ({
        ...signal,
        transform: asked[index]?.transform ?? null,
        recordEveryMs: asked[index]?.recordEveryMs ?? null,
        createdAt: ctx.now,
      })),
    )
  } catch (error) {
    if (violates(error, 'signal_name')) {
      throw signalTaken('A machine cannot have two signals of one name.', {}, { cause: error })
    }
    throw error
  }
}

async function sitesOf(ctx: Context, workUnitIds: ReadonlySet<EquipmentId>): Promise<Map<EquipmentId, EquipmentId>> {
  const sites = new Map<EquipmentId, EquipmentId>()
  for (const id of workUnitIds) {
    const { level, name, siteId } = await getEquipment(ctx, id)
    if (level !== 'work-unit') throw equipmentMisplaced(`${name} is no machine: only a work unit has signals.`)
    sites.set(id, siteId)
  }
  return sites
}

async function connectionsOf(ctx: Context, ids: ReadonlySet<ConnectionId>) {
  const connections = new Map((await store.findConnections(ctx.db, [...ids])).map((one) => [one.id, one]))
  for (const id of ids) if (!connections.has(id)) throw connectionMissing(`There is no connection ${id}.`)
  return connections
}

/** What a gateway has to read, for its configuration. */
export function listTags(ctx: Context, gatewayId: GatewayId): Promise<Tag[]> {
  return store.listTags(ctx.db, gatewayId)
}

function present(ctx: Context, { gatewayId: _, ...signal }: SignalMeta): Signal {
  return { ...signal, latest: hubOf(ctx).newest.find(ctx.enterpriseId, signal.series) ?? null }
}
