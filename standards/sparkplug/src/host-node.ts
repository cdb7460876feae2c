import { Problem } from '@millrace/base'
import { type AliasTable, type BirthTable, type BornMetric, type Reading, readBirth, readData } from './birth-table.ts'
import type { Payload } from './payload.ts'
import { payloadInvalid } from './problems.ts'
import type { MessageType } from './topic.ts'

/** What a host application knows of one edge node, as a value: `receive` and `tick` return the next one. */
export type HostNode = {
  /** `unborn` also after a loss of messages: only a new birth makes what follows trustworthy again. */
  readonly phase: 'unborn' | 'online' | 'offline'
  readonly bdSeq: number | undefined
  readonly nextSeq: number
  readonly table: BirthTable
  readonly devices: ReadonlyMap<string, BirthTable>
  readonly aliases: AliasTable
  /** Messages that came too early, by sequence number, while the missing ones may still come. */
  readonly early: ReadonlyMap<number, NodeMessage>
  readonly gapSinceMs: number | undefined
}

/** A message of an edge node, decoded. */
export type NodeMessage = {
  readonly type: Exclude<MessageType, 'NCMD' | 'DCMD'>
  readonly deviceId: string | undefined
  readonly payload: Payload
}

/** What a host application has to do or may show. Effects come in the order in which they happened. */
export type HostEffect =
  /** The metrics of the node (`deviceId` undefined) or of one device, all of them, with their first values. */
  | { readonly type: 'born'; readonly deviceId: string | undefined; readonly metrics: readonly BornMetric[] }
  | { readonly type: 'readings'; readonly readings: readonly Reading[] }
  /** Every metric of the device is stale; without a device, those of the node and all its devices. */
  | { readonly type: 'stale'; readonly deviceId: string | undefined; readonly atMs: number }
  /** Publish NCMD Node Control/Rebirth. The caller limits the rate. */
  | { readonly type: 'rebirth-wanted'; readonly reason: string }
  /** The message was refused or without effect; count it. */
  | { readonly type: 'refused' | 'ignored'; readonly reason: string }

/** Messages kept while one before them is missing; a node that loses more than these needs a rebirth anyway. */
const EARLY_MAX = 32
const DEVICES_MAX = 1_000

export const UNBORN_NODE: HostNode = {
  phase: 'unborn',
  bdSeq: undefined,
  nextSeq: 0,
  table: new Map(),
  devices: new Map(),
  aliases: new Map(),
  early: new Map(),
  gapSinceMs: undefined,
}

type Step = { node: HostNode; effects: HostEffect[] }

/**
 * One message of an edge node.
 *
 * Checks the sequence (§5.6.2, tck-id-operational-behavior-host-reordering-…): a message that comes early waits for the missing
 * ones until `tick` finds the reorder timeout passed. A message that cannot be what the birth declared has no effect beyond
 * its sequence number. Deaths count only with the bdSeq of the present birth.
 */
export function receive(node: HostNode, message: NodeMessage, nowMs: number): Step {
  try {
    if (message.type === 'NBIRTH') return nodeBirth(message)
    if (message.type === 'NDEATH') return nodeDied(node, message, nowMs)
    if (node.phase !== 'online') return wanting(node, `${message.type} before NBIRTH`)
    const { seq } = message.payload
    if (seq === undefined) return refused(node, `${message.type} without sequence number`)
    if (seq !== node.nextSeq) return outOfOrder(node, seq, message, nowMs)
    return inOrder(node, message, nowMs)
  } catch (error) {
    if (error instanceof Problem) return refused(node, error.message)
    throw error
  }
}

/**
 * Lets the reorder timeout pass. Call it now and then while `gapSinceMs` is set.
 *
 * When it has passed, what waited is taken as it is, everything becomes stale and a rebirth is wanted.
 */
export function tick(node: HostNode, nowMs: number, reorderTimeoutMs: number): Step {
  if (node.gapSinceMs === undefined || nowMs - node.gapSinceMs < reorderTimeoutMs) return { node, effects: [] }
  return lost(node, nowMs)
}

/** The broker is gone: all its nodes are stale until they are born again (§5.6.2). */
export function disconnected(node: HostNode, nowMs: number): Step {
  if (node.phase !== 'online') return { node, effects: [] }
  return { node: { ...UNBORN_NODE }, effects: [{ type: 'stale', deviceId: undefined, atMs: nowMs }] }
}

function nodeBirth(message: NodeMessage): Step {
  const { payload } = message
  const bdSeq = bdSeqOf(payload)
  if (bdSeq === undefined) throw payloadInvalid('NBIRTH has no bdSeq.') // tck-id-payloads-nbirth-bdseq
  if (payload.seq === undefined) throw payloadInvalid('NBIRTH has no sequence number.')
  const birth = readBirth(undefined, payload.metrics, payload.timestampMs, new Map())
  return {
    // The texts of chapters 4 and 6 disagree on whether NBIRTH starts at 0: any start is accepted.
    node: {
      ...UNBORN_NODE,
      phase: 'online',
      bdSeq,
      nextSeq: (payload.seq + 1) % 256,
      table: birth.table,
      aliases: birth.aliases,
    },
    effects: [
      { type: 'born', deviceId: undefined, metrics: [...birth.table.values()] },
      { type: 'readings', readings: birth.readings },
    ],
  }
}

function nodeDied(node: HostNode, message: NodeMessage, nowMs: number): Step {
  const bdSeq = bdSeqOf(message.payload)
  // The will of an earlier connection may arrive after the birth of the next one.
  if (bdSeq === undefined || bdSeq !== node.bdSeq || node.phase === 'offline') {
    return { node, effects: [{ type: 'ignored', reason: 'NDEATH of another connection' }] }
  }
  return {
    node: { ...UNBORN_NODE, phase: 'offline' },
    effects: [{ type: 'stale', deviceId: undefined, atMs: nowMs }],
  }
}

/** Applies a message that has its turn, then those that waited for it. */
function inOrder(node: HostNode, message: NodeMessage, nowMs: number): Step {
  const effects: HostEffect[] = []
  let current = node
  let next: NodeMessage | undefined = message
  while (next) {
    const step = apply({ ...current, nextSeq: (current.nextSeq + 1) % 256 }, next, nowMs)
    current = step.node
    effects.push(...step.effects)
    next = current.early.get(current.nextSeq)
    if (next) {
      const early = new Map(current.early)
      early.delete(current.nextSeq)
      current = { ...current, early }
    }
  }
  return { node: { ...current, gapSinceMs: current.early.size === 0 ? undefined : current.gapSinceMs }, effects }
}

function outOfOrder(node: HostNode, seq: number, message: NodeMessage, nowMs: number): Step {
  if (node.early.size >= EARLY_MAX || node.early.has(seq)) return lost(node, nowMs)
  const early = new Map(node.early).set(seq, message)
  return { node: { ...node, early, gapSinceMs: node.gapSinceMs ?? nowMs }, effects: [] }
}

function lost(node: HostNode, nowMs: number): Step {
  const effects: HostEffect[] = []
  // Order of arrival from the missing one on; the numbers wrap at 256.
  const waiting = [...node.early].sort(([a], [b]) => ((a - node.nextSeq) & 255) - ((b - node.nextSeq) & 255))
  let current = node
  for (const [, message] of waiting) {
    const step = apply(current, message, nowMs)
    current = step.node
    effects.push(...step.effects)
  }
  effects.push({ type: 'stale', deviceId: undefined, atMs: nowMs })
  effects.push({ type: 'rebirth-wanted', reason: `message ${node.nextSeq} is missing` })
  return { node: { ...UNBORN_NODE, bdSeq: node.bdSeq }, effects }
}

function apply(node: HostNode, message: NodeMessage, nowMs: number): Step {
  try {
    switch (message.type) {
      case 'DBIRTH':
        return deviceBorn(node, message)
      case 'DDEATH':
        return deviceDied(node, message, nowMs)
      default:
        return data(node, message)
    }
  } catch (error) {
    // Its turn is used up although it was refused: the next message is not out of order because of it.
    if (error instanceof Problem) return refused(node, error.message)
    throw error
  }
}

function deviceBorn(node: HostNode, message: NodeMessage): Step {
  const { deviceId, payload } = message
  if (deviceId === undefined) return refused(node, 'DBIRTH without device')
  if (node.devices.size >= DEVICES_MAX && !node.devices.has(deviceId)) return refused(node, 'too many devices')
  const others = new Map([...node.aliases].filter(([, metric]) => metric.deviceId !== deviceId))
  const birth = readBirth(deviceId, payload.metrics, payload.timestampMs, others)
  return {
    node: { ...node, devices: new Map(node.devices).set(deviceId, birth.table), aliases: birth.aliases },
    effects: [
      { type: 'born', deviceId, metrics: [...birth.table.values()] },
      { type: 'readings', readings: birth.readings },
    ],
  }
}

function deviceDied(node: HostNode, message: NodeMessage, nowMs: number): Step {
  const { deviceId, payload } = message
  if (deviceId === undefined || !node.devices.has(deviceId)) {
    return { node, effects: [{ type: 'ignored', reason: 'DDEATH of an unknown device' }] }
  }
  const devices = new Map(node.devices)
  devices.delete(deviceId)
  const aliases = new Map([...node.aliases].filter(([, metric]) => metric.deviceId !== deviceId))
  return {
    node: { ...node, devices, aliases },
    effects: [{ type: 'stale', deviceId, atMs: payload.timestampMs ?? nowMs }],
  }
}

function data(node: HostNode, message: NodeMessage): Step {
  const { deviceId, payload } = message
  const table = deviceId === undefined ? node.table : node.devices.get(deviceId)
  if (!table) return wanting(node, 'data of a device that was never born')
  const { readings, unknown } = readData(deviceId, payload.metrics, payload.timestampMs, table, node.aliases)
  const effects: HostEffect[] = [{ type: 'readings', readings }]
  if (unknown) effects.push({ type: 'rebirth-wanted', reason: 'a metric was never born' })
  return { node, effects }
}

function bdSeqOf(payload: Payload): number | undefined {
  const metric = payload.metrics.find(({ name }) => name === 'bdSeq')
  const value = metric?.wire?.value ?? metric?.value
  // Some nodes send it as UInt64 or without a type; it is a small number either way.
  return (typeof value === 'number' || typeof value === 'bigint') && value >= 0 && value <= 255
    ? Number(value)
    : undefined
}

function wanting(node: HostNode, reason: string): Step {
  return { node, effects: [{ type: 'rebirth-wanted', reason }] }
}

function refused(node: HostNode, reason: string): Step {
  return { node, effects: [{ type: 'refused', reason }] }
}
