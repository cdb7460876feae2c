import { DAY_MS, instant, MINUTE_MS } from '@millrace/base'
import { createSetPoints } from '@millrace/control'
import {
  createEnterprise,
  createKey,
  createPerson,
  createRole,
  createStation,
  createZone,
  type EnterpriseId,
  endPerson,
  givePin,
  type NewGrant,
  type PersonId,
} from '@millrace/identity'
import {
  type ConnectionId,
  createConnection,
  createEquipment,
  createGateway,
  createSite,
  type EquipmentId,
} from '@millrace/plant'
import type { Context } from '@millrace/runtime'
import { changeShaft, createSignals, type NewSignal, type Signal } from '@millrace/telemetry'
import * as store from './store.ts'
import {
  apiKeys,
  areas,
  connections,
  enterpriseName,
  machines,
  networkZones,
  people,
  pins,
  roles,
  type SiteKey,
  setPoints,
  sites,
  stations,
  type WorldGrant,
  type WorldSignal,
  workCenters,
} from './world.ts'

/** Where a connection points to until the simulator has said where it listens. */
const NOWHERE = { 'opc-ua': 'opc.tcp://127.0.0.1:1', sparkplug: 'mqtt://127.0.0.1:1' } as const

/** The signals of the new company, found by machine and tag. */
export type SignalIndex = ReadonlyMap<string, Signal>

export function signalKey(machineKey: string, tag: string): string {
  return `${machineKey}/${tag}`
}

/** Creates the company with everything but its past: plants, machines, people, gateways, signals, set-points. */
export async function installMasterData(ctx: Context, anchorMs: number): Promise<SignalIndex> {
  await createEnterprise(ctx, { id: ctx.enterpriseId as EnterpriseId, name: enterpriseName, demo: true })
  await store.saveWorld(ctx.db, instant(anchorMs))
  const siteIds = await installSites(ctx)
  const connectionIds = await installConnections(ctx, siteIds)
  const { placeIds, machineIds } = await installMachines(ctx, siteIds)
  await installPeople(ctx, anchorMs, placeIds)
  for (const { name, placeKey } of stations) await createStation(ctx, { name, placeId: known(placeIds, placeKey) })

  const index = new Map<string, Signal>()
  for (const machine of machines) {
    const wanted = machine.signals.map((signal) =>
      newSignal(signal, known(machineIds, machine.key), known(connectionIds, machine.connectionKey)),
    )
    const waveforms = machine.signals.flatMap((signal) =>
      waveformSignals(signal, known(machineIds, machine.key), known(connectionIds, machine.connectionKey)),
    )
    const created = await createSignals(ctx, [...wanted, ...waveforms])
    for (const signal of created) index.set(signalKey(machine.key, signal.name), signal)
    const teeth = TEETH[machine.kind]
    if (teeth !== undefined) {
      await changeShaft(ctx, { workUnitId: known(machineIds, machine.key), teeth, ...SPINDLE_BEARING })
    }
  }
  await createSetPoints(
    ctx,
    setPoints.map(({ machineKey, tag, title, unit, min, max, maxStep, maxPerMinute, address }) => {
      const signal = known(index, signalKey(machineKey, tag))
      if (signal.connectionId === null) throw new Error(`${signal.name} has no connection.`)
      const { workUnitId, connectionId, series } = signal
      return { workUnitId, name: tag, title, unit, min, max, maxStep, maxPerMinute, connectionId, address, series }
    }),
  )
  return index
}

async function installSites(ctx: Context): Promise<Map<string, EquipmentId>> {
  const ids = new Map<string, EquipmentId>()
  for (const { key, name, country, timeZone, currency, shifts } of sites) {
    const site = await createSite(ctx, {
      ...{ name, country, timeZone, currency },
      shifts: shifts.map(({ name, weekdays, startMinute, endMinute }) => ({
        ...{ name, weekdays: [...weekdays], startMinute, endMinute },
      })),
    })
    ids.set(key, site.id)
  }
  return ids
}

async function installConnections(
  ctx: Context,
  siteIds: ReadonlyMap<string, EquipmentId>,
): Promise<Map<string, ConnectionId>> {
  const ids = new Map<string, ConnectionId>()
  for (const site of sites) {
    const { gateway } = await createGateway(ctx, {
      siteId: known(siteIds, site.key),
      name: `Gateway ${site.name}`,
      local: true,
    })
    for (const { key, name, protocol, groupId } of connections.filter((one) => one.siteKey === site.key)) {
      const connection = await createConnection(ctx, {
        ...{ gatewayId: gateway.id, name, protocol, endpoint: NOWHERE[protocol] },
        options: groupId === undefined ? {} : { groupId },
      })
      ids.set(key, connection.id)
    }
  }
  return ids
}

async function installMachines(
  ctx: Context,
  siteIds: ReadonlyMap<string, EquipmentId>,
): Promise<{ placeIds: Map<string, EquipmentId>; machineIds: Map<string, EquipmentId> }> {
  const ids = new Map<string, EquipmentId>()
  const parents = new Map<string, EquipmentId>()
  for (const { key, siteKey, name } of areas) {
    const parentId = known(siteIds, siteKey satisfies SiteKey)
    parents.set(key, (await createEquipment(ctx, { parentId, level: 'area', name })).id)
  }
  for (const { key, areaKey, name } of workCenters) {
    const parentId = known(parents, areaKey)
    parents.set(key, (await createEquipment(ctx, { parentId, level: 'work-center', name })).id)
  }
  for (const { key, workCenterKey, name, kind } of machines) {
    const parentId = known(parents, workCenterKey)
    ids.set(key, (await createEquipment(ctx, { parentId, level: 'work-unit', name, kind })).id)
  }
  return { placeIds: new Map([...siteIds, ...parents, ...ids]), machineIds: ids }
}

/** People with what they may do, and what that stands on: roles of the company's own, network zones; and API keys. */
async function installPeople(
  ctx: Context,
  anchorMs: number,
  placeIds: ReadonlyMap<string, EquipmentId>,
): Promise<void> {
  const roleIds = new Map<string, string>()
  for (const { key, name, permissions } of roles) {
    roleIds.set(key, (await createRole(ctx, { name, permissions: [...permissions] })).id)
  }
  for (const { name, ranges } of networkZones) await createZone(ctx, { name, ranges: [...ranges] })

  const granted = ({ role, placeKey, shifts, zones, days }: WorldGrant): NewGrant => ({
    role: roleIds.get(role) ?? role,
    placeId: placeKey === null ? null : known(placeIds, placeKey),
    conditions: {
      ...(shifts && { shifts: [...shifts] }),
      ...(zones && { zones: [...zones] }),
      ...(days !== undefined && { expiresAt: instant(anchorMs + days * DAY_MS) }),
    },
  })
  const personIds = new Map<string, PersonId>()
  for (const { name, email, title, grants, left } of people) {
    const id = await createPerson(ctx, { name, email, title, grants: grants.map(granted), passwordHash: null })
    personIds.set(name, id)
    const pin = pins.get(name)
    if (pin !== undefined) await givePin(ctx, id, pin)
    if (left !== undefined) await endPerson(ctx, id, true, left)
  }
  for (const { name, madeBy, days, grants } of apiKeys) {
    const key = { name, expiresAt: instant(anchorMs + days * DAY_MS), grants: grants.map(granted) }
    await createKey(ctx, key, { id: known(personIds, madeBy), name: madeBy })
  }
}

/** Cutting edges of the usual tool. */
const TEETH: Readonly<Record<string, number>> = { 'cnc-mill': 4, lathe: 6 }
/** The front bearing of the spindles: 16 balls, the outer race at order 6.72. */
const SPINDLE_BEARING = { nominalRpm: null, ballCount: 16, ballMm: 9, pitchMm: 56.25, contactDegrees: 0 }

/** A waveform is recorded every so often, beside its spectra: it is large. */
const WAVEFORM_EVERY_MS = 5 * MINUTE_MS

/** The waveform of a machine as it is, beside the spectrum that its gateway makes of it. */
function waveformSignals(signal: WorldSignal, workUnitId: EquipmentId, connectionId: ConnectionId): NewSignal[] {
  const { unit, waveform, address } = signal
  if (!waveform) return []
  return [
    {
      ...{ workUnitId, connectionId, address, unit, kind: 'vector', measurand: 'vibration-waveform' },
      ...{ name: 'waveform', title: 'Vibration waveform' },
      ...{ sampleRateHz: waveform.rateHz, recordEveryMs: WAVEFORM_EVERY_MS },
    },
  ]
}

function newSignal(signal: WorldSignal, workUnitId: EquipmentId, connectionId: ConnectionId): NewSignal {
  const { name, title, measurand, unit, kind, normalLow, normalHigh, waveform, address } = signal
  return {
    ...{ workUnitId, name, title, measurand, kind, connectionId, address },
    ...(unit !== '' && { unit }),
    ...(normalLow !== undefined && { normalLow }),
    ...(normalHigh !== undefined && { normalHigh }),
    ...(waveform && { transform: 'spectrum' as const, sampleRateHz: waveform.rateHz }),
  }
}

/** What a key of the world stands for. @throws Error when the world contradicts itself, which its tests exclude. */
function known<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key)
  if (value === undefined) throw new Error(`The world knows no ${key}.`)
  return value
}
