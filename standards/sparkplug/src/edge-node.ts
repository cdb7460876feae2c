import type { DataType } from './data-type.ts'
import { decodePayload } from './decode.ts'
import { encodePayload } from './encode.ts'
import type { Metric, MetricValue } from './payload.ts'
import { formatTopic, parseTopic } from './topic.ts'
import { valueAs } from './value.ts'

/** One MQTT message to publish. */
export type OutgoingMessage = { topic: string; payload: Uint8Array; qos: 0 | 1; retain: boolean }

/**
 * An edge node's session with a broker, as a value. Every function below returns the next one; keep only the newest.
 * `bdSeq` belongs to one CONNECT and stays for all births in it; `nextSeq` counts all messages of the node and its devices.
 */
export type EdgeNode = {
  readonly groupId: string
  readonly edgeNodeId: string
  readonly bdSeq: number
  readonly nextSeq: number
}

/** Everything a birth certificate lists: all metrics with name, data type and value (or null). */
export type Birth = {
  metrics: readonly Metric[]
  devices: readonly { deviceId: string; metrics: readonly Metric[] }[]
}

const REBIRTH = 'Node Control/Rebirth'

/**
 * Begins a session: call it before every CONNECT, also before an automatic reconnect, and give the will to that CONNECT.
 *
 * @param previousBdSeq of the last CONNECT, kept across restarts; undefined the first time.
 * @see Sparkplug 3.0 §6.4.19 and §5.4: bdSeq is 0…255 and grows by one with each CONNECT
 */
export function connectEdgeNode(
  identity: { groupId: string; edgeNodeId: string },
  previousBdSeq: number | undefined,
): { node: EdgeNode; will: OutgoingMessage } {
  const bdSeq = previousBdSeq === undefined ? 0 : (previousBdSeq + 1) % 256
  const node: EdgeNode = { groupId: identity.groupId, edgeNodeId: identity.edgeNodeId, bdSeq, nextSeq: 0 }
  return { node, will: nodeDeath(node) }
}

/** The topics an edge node subscribes to, with QoS 1, before its birth. */
export function commandTopics(node: EdgeNode): string[] {
  return [
    formatTopic({ kind: 'node', groupId: node.groupId, type: 'NCMD', edgeNodeId: node.edgeNodeId }),
    `spBv1.0/${node.groupId}/DCMD/${node.edgeNodeId}/#`,
  ]
}

/** NBIRTH with sequence number 0 and every DBIRTH after it; the same again answers a rebirth request. */
export function birthMessages(
  node: EdgeNode,
  birth: Birth,
  nowMs: number,
): { node: EdgeNode; messages: OutgoingMessage[] } {
  const controls: Metric[] = [
    { name: 'bdSeq', timestampMs: nowMs, datatype: 'Int64', value: node.bdSeq },
    { name: REBIRTH, timestampMs: nowMs, datatype: 'Boolean', value: false },
  ]
  const topic = formatTopic({ kind: 'node', groupId: node.groupId, type: 'NBIRTH', edgeNodeId: node.edgeNodeId })
  const payload = encodePayload({ timestampMs: nowMs, seq: 0, metrics: [...controls, ...birth.metrics] })
  const messages: OutgoingMessage[] = [{ topic, payload, qos: 0, retain: false }]
  let after: EdgeNode = { ...node, nextSeq: 1 }
  for (const device of birth.devices) {
    const step = deviceMessage(after, 'DBIRTH', device.deviceId, device.metrics, nowMs)
    messages.push(step.message)
    after = step.node
  }
  return { node: after, messages }
}

/** DBIRTH of a device that appeared (again) while the node is online. */
export function deviceBirth(node: EdgeNode, deviceId: string, metrics: readonly Metric[], nowMs: number) {
  return deviceMessage(node, 'DBIRTH', deviceId, metrics, nowMs)
}

/** DDEATH: the node lost the device. */
export function deviceDeath(node: EdgeNode, deviceId: string, nowMs: number) {
  return deviceMessage(node, 'DDEATH', deviceId, [], nowMs)
}

/** NDATA without a device id, DDATA with one. Data types are left out, as the standard advises. */
export function dataMessage(
  node: EdgeNode,
  deviceId: string | undefined,
  metrics: readonly Metric[],
  nowMs: number,
): { node: EdgeNode; message: OutgoingMessage } {
  if (deviceId !== undefined) return deviceMessage(node, 'DDATA', deviceId, metrics, nowMs)
  const topic = formatTopic({ kind: 'node', groupId: node.groupId, type: 'NDATA', edgeNodeId: node.edgeNodeId })
  const payload = encodePayload({ timestampMs: nowMs, seq: node.nextSeq, metrics }, { omitDataTypes: true })
  return { node: advanced(node), message: { topic, payload, qos: 0, retain: false } }
}

/** NDEATH: the will of the session, also published before an intentional disconnect. It has no sequence number. */
export function nodeDeath(node: EdgeNode): OutgoingMessage {
  const topic = formatTopic({ kind: 'node', groupId: node.groupId, type: 'NDEATH', edgeNodeId: node.edgeNodeId })
  const payload = encodePayload({ metrics: [{ name: 'bdSeq', datatype: 'Int64', value: node.bdSeq }] })
  return { topic, payload, qos: 1, retain: false }
}

/** What a host asks for: a rebirth, or values to write; `deviceId` is undefined for metrics of the node itself. */
export type HostRequest = {
  rebirth: boolean
  deviceId: string | undefined
  writes: { name: string; value: MetricValue | null }[]
}

/**
 * Reads an NCMD or DCMD for this node.
 *
 * @param metricOf the metric a name or alias stands for, from the last birth; metrics it does not know are left out.
 * @returns undefined when the topic is not a command to this node.
 * @throws payloadInvalid, topicInvalid when the message cannot be read.
 */
export function readHostRequest(
  node: EdgeNode,
  topicText: string,
  bytes: Uint8Array,
  metricOf: (
    deviceId: string | undefined,
    key: string | number | bigint,
  ) => { name: string; datatype: DataType } | undefined,
): HostRequest | undefined {
  const topic = parseTopic(topicText)
  if (topic.kind === 'state' || (topic.type !== 'NCMD' && topic.type !== 'DCMD')) return undefined
  if (topic.groupId !== node.groupId || topic.edgeNodeId !== node.edgeNodeId) return undefined
  const deviceId = topic.kind === 'device' ? topic.deviceId : undefined
  const request: HostRequest = { rebirth: false, deviceId, writes: [] }
  for (const metric of decodePayload(bytes).metrics) {
    if (deviceId === undefined && metric.name === REBIRTH) {
      if (metric.value === true || metric.wire?.value === true) request.rebirth = true
      continue
    }
    const known = metricOf(deviceId, metric.name ?? metric.alias ?? '')
    if (!known) continue
    const value = metric.wire ? valueAs(known.datatype, metric.wire) : metric.value
    if (value !== undefined) request.writes.push({ name: known.name, value })
  }
  return request
}

function deviceMessage(
  node: EdgeNode,
  type: 'DBIRTH' | 'DDEATH' | 'DDATA',
  deviceId: string,
  metrics: readonly Metric[],
  nowMs: number,
): { node: EdgeNode; message: OutgoingMessage } {
  const topic = formatTopic({ kind: 'device', groupId: node.groupId, type, edgeNodeId: node.edgeNodeId, deviceId })
  const payload = encodePayload({ timestampMs: nowMs, seq: node.nextSeq, metrics }, { omitDataTypes: type === 'DDATA' })
  return { node: advanced(node), message: { topic, payload, qos: 0, retain: false } }
}

function advanced(node: EdgeNode): EdgeNode {
  return { ...node, nextSeq: (node.nextSeq + 1) % 256 }
}
