export type { BornMetric, Reading } from './birth-table.ts'
export { BOUNDS } from './bounds.ts'
export { type DataType, dataTypeCode, dataTypeOf } from './data-type.ts'
export { decodePayload } from './decode.ts'
export {
  type Birth,
  birthMessages,
  commandTopics,
  connectEdgeNode,
  dataMessage,
  deviceBirth,
  deviceDeath,
  type EdgeNode,
  type HostRequest,
  nodeDeath,
  type OutgoingMessage,
  readHostRequest,
} from './edge-node.ts'
export { encodePayload } from './encode.ts'
export { rebirthRequest, writeRequest } from './host-command.ts'
export {
  disconnected,
  type HostEffect,
  type HostNode,
  type NodeMessage,
  receive,
  tick,
  UNBORN_NODE,
} from './host-node.ts'
export { decodeHostState, encodeHostState, type HostState } from './host-state.ts'
export type {
  DataSet,
  Integer64,
  Metric,
  MetricValue,
  Payload,
  Property,
  PropertySet,
  Scalar,
  Template,
  WireValue,
} from './payload.ts'
export { payloadInvalid, topicInvalid } from './problems.ts'
export {
  type DeviceMessageType,
  formatTopic,
  type MessageType,
  type NodeMessageType,
  parseTopic,
  type Topic,
} from './topic.ts'
export { valueAs } from './value.ts'
