import { topicInvalid } from './problems.ts'

/** Kinds of message; those with N belong to an edge node, those with D to a device behind one. */
export type MessageType = 'NBIRTH' | 'NDEATH' | 'NDATA' | 'NCMD' | 'DBIRTH' | 'DDEATH' | 'DDATA' | 'DCMD'

export type NodeMessageType = Extract<MessageType, `N${string}`>
export type DeviceMessageType = Extract<MessageType, `D${string}`>

export type Topic =
  | { kind: 'node'; groupId: string; type: NodeMessageType; edgeNodeId: string }
  | { kind: 'device'; groupId: string; type: DeviceMessageType; edgeNodeId: string; deviceId: string }
  | { kind: 'state'; hostId: string }

const NAMESPACE = 'spBv1.0'
const NODE_TYPES: readonly string[] = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD'] satisfies NodeMessageType[]
const DEVICE_TYPES: readonly string[] = ['DBIRTH', 'DDEATH', 'DDATA', 'DCMD'] satisfies DeviceMessageType[]

// MQTT allows 65,535 bytes for the whole topic; no plant names things that long, and ids become keys.
const ID_MAX_LENGTH = 256
const FORBIDDEN_IN_ID = /[+#/\p{Cc}\u202a-\u202e\u2066-\u2069]/u

/**
 * Reads a Sparkplug 3.0 topic.
 *
 * @throws topicInvalid for any other topic, also for the `STATE/<host>` of Sparkplug 2.2.
 * @see Sparkplug 3.0 §4.1: namespace/group_id/message_type/edge_node_id/[device_id]
 */
export function parseTopic(text: string): Topic {
  const parts = text.split('/', 6)
  const [namespace, second, type, edgeNodeId, deviceId] = parts
  if (namespace !== NAMESPACE || parts.length > 5) throw topicInvalid('This is no topic of namespace spBv1.0.')
  if (second === 'STATE' && parts.length === 3 && type !== undefined) return { kind: 'state', hostId: id(type) }
  if (second === undefined || type === undefined || edgeNodeId === undefined)
    throw topicInvalid('The topic is too short.')
  if (isNodeType(type)) {
    if (deviceId !== undefined) throw topicInvalid(`${type} has no device.`)
    return { kind: 'node', groupId: id(second), type, edgeNodeId: id(edgeNodeId) }
  }
  if (isDeviceType(type)) {
    if (deviceId === undefined) throw topicInvalid(`${type} needs a device.`)
    return { kind: 'device', groupId: id(second), type, edgeNodeId: id(edgeNodeId), deviceId: id(deviceId) }
  }
  throw topicInvalid('The topic has no known message type.')
}

/** The topic as text. @throws topicInvalid when an id is empty or has a character that topics forbid. */
export function formatTopic(topic: Topic): string {
  if (topic.kind === 'state') return `${NAMESPACE}/STATE/${id(topic.hostId)}`
  const node = `${NAMESPACE}/${id(topic.groupId)}/${topic.type}/${id(topic.edgeNodeId)}`
  return topic.kind === 'device' ? `${node}/${id(topic.deviceId)}` : node
}

function id(text: string): string {
  if (text === '' || text.length > ID_MAX_LENGTH || FORBIDDEN_IN_ID.test(text)) {
    throw topicInvalid('An id in the topic is empty, too long or has a forbidden character.')
  }
  return text
}

function isNodeType(text: string): text is NodeMessageType {
  return NODE_TYPES.includes(text)
}

function isDeviceType(text: string): text is DeviceMessageType {
  return DEVICE_TYPES.includes(text)
}
