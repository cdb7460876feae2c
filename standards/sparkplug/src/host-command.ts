import type { BornMetric } from './birth-table.ts'
import type { OutgoingMessage } from './edge-node.ts'
import { encodePayload } from './encode.ts'
import type { MetricValue } from './payload.ts'
import { formatTopic } from './topic.ts'

/** NCMD that asks an edge node for its births. By name: this metric never has an alias. */
export function rebirthRequest(groupId: string, edgeNodeId: string, nowMs: number): OutgoingMessage {
  return {
    topic: formatTopic({ kind: 'node', groupId, type: 'NCMD', edgeNodeId }),
    payload: encodePayload({
      timestampMs: nowMs,
      metrics: [{ name: 'Node Control/Rebirth', timestampMs: nowMs, datatype: 'Boolean', value: true }],
    }),
    qos: 0,
    retain: false,
  }
}

/**
 * NCMD or DCMD that writes one metric. The changed value comes back as data; until then nothing is known.
 *
 * @throws payloadInvalid when the value is not of the metric's data type.
 */
export function writeRequest(
  groupId: string,
  edgeNodeId: string,
  metric: BornMetric,
  value: MetricValue,
  nowMs: number,
): OutgoingMessage {
  const { deviceId, name, datatype } = metric
  return {
    topic:
      deviceId === undefined
        ? formatTopic({ kind: 'node', groupId, type: 'NCMD', edgeNodeId })
        : formatTopic({ kind: 'device', groupId, type: 'DCMD', edgeNodeId, deviceId }),
    payload: encodePayload({ timestampMs: nowMs, metrics: [{ name, timestampMs: nowMs, datatype, value }] }),
    qos: 0,
    retain: false,
  }
}
