import { describe, expect, test } from 'vitest'
import { decodePayload } from './decode.ts'
import {
  birthMessages,
  connectEdgeNode,
  dataMessage,
  deviceDeath,
  nodeDeath,
  type OutgoingMessage,
  readHostRequest,
} from './edge-node.ts'
import { rebirthRequest, writeRequest } from './host-command.ts'
import {
  disconnected,
  type HostEffect,
  type HostNode,
  type NodeMessage,
  receive,
  tick,
  UNBORN_NODE,
} from './host-node.ts'
import { parseTopic } from './topic.ts'

const NOW_MS = 1_790_000_000_000
const REORDER_MS = 2_000

const BIRTH = {
  metrics: [{ name: 'Uptime', timestampMs: NOW_MS, datatype: 'Int64', value: 1 } as const],
  devices: [
    {
      deviceId: 'Grinder A',
      metrics: [{ name: 'Power', alias: 11, timestampMs: NOW_MS, datatype: 'Double', value: 4.5 } as const],
    },
  ],
}

const power = (value: number) => [{ alias: 11, timestampMs: NOW_MS, datatype: 'Double' as const, value }]

/** An edge node and the host that listens to it, through the real bytes. */
function world(previousBdSeq?: number) {
  let { node: edge } = connectEdgeNode({ groupId: 'sursee', edgeNodeId: 'cell1' }, previousBdSeq)
  let host: HostNode = UNBORN_NODE
  const hear = (outgoing: OutgoingMessage): HostEffect[] => {
    const step = receive(host, incoming(outgoing), NOW_MS)
    host = step.node
    return step.effects
  }
  return {
    hear,
    host: () => host,
    tick: (nowMs: number) => {
      const step = tick(host, nowMs, REORDER_MS)
      host = step.node
      return step.effects
    },
    edge: () => edge,
    birth: () => {
      const step = birthMessages(edge, BIRTH, NOW_MS)
      edge = step.node
      return step.messages
    },
    data: (value: number) => {
      const step = dataMessage(edge, 'Grinder A', power(value), NOW_MS)
      edge = step.node
      return step.message
    },
    deviceDeath: () => {
      const step = deviceDeath(edge, 'Grinder A', NOW_MS)
      edge = step.node
      return step.message
    },
  }
}

function incoming({ topic: text, payload }: OutgoingMessage): NodeMessage {
  const topic = parseTopic(text)
  if (topic.kind === 'state' || topic.type === 'NCMD' || topic.type === 'DCMD') throw new Error('not from a node')
  return {
    type: topic.type,
    deviceId: topic.kind === 'device' ? topic.deviceId : undefined,
    payload: decodePayload(payload),
  }
}

const kinds = (effects: readonly HostEffect[]) => effects.map(({ type }) => type)
const values = (effects: readonly HostEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'readings' ? effect.readings.map(({ value }) => value) : []))

test('births declare metrics and give first values, data by alias follow', () => {
  const { birth, data, hear } = world()
  const [nodeBirth, deviceBirth] = birth()
  if (!nodeBirth || !deviceBirth) throw new Error('two births')
  expect(hear(nodeBirth)).toMatchObject([
    {
      type: 'born',
      deviceId: undefined,
      metrics: [{ name: 'bdSeq' }, { name: 'Node Control/Rebirth' }, { name: 'Uptime' }],
    },
    { type: 'readings' },
  ])
  expect(hear(deviceBirth)).toMatchObject([
    { type: 'born', deviceId: 'Grinder A', metrics: [{ name: 'Power', datatype: 'Double' }] },
    { type: 'readings', readings: [{ value: 4.5, timestampMs: NOW_MS, quality: 192 }] },
  ])
  expect(values(hear(data(5)))).toEqual([5])
})

test('sequence numbers wrap from 255 to 0 without a gap', () => {
  const { birth, data, hear } = world()
  birth().forEach(hear)
  for (let count = 0; count < 600; count += 1) expect(values(hear(data(count)))).toEqual([count])
})

test('a message that overtook another waits for it', () => {
  const { birth, data, hear, host } = world()
  birth().forEach(hear)
  const [first, second, third] = [data(1), data(2), data(3)]
  expect(hear(third)).toEqual([])
  expect(hear(second)).toEqual([])
  expect(host().gapSinceMs).toBe(NOW_MS)
  expect(values(hear(first))).toEqual([1, 2, 3])
  expect(host().gapSinceMs).toBeUndefined()
})

test('a lost message makes everything stale and wants a rebirth once the reorder timeout has passed', () => {
  const { birth, data, hear, tick: pass } = world()
  birth().forEach(hear)
  data(1)
  expect(hear(data(2))).toEqual([])
  expect(pass(NOW_MS + REORDER_MS - 1)).toEqual([])
  const effects = pass(NOW_MS + REORDER_MS)
  expect(kinds(effects)).toEqual(['readings', 'stale', 'rebirth-wanted'])
  expect(values(effects)).toEqual([2])
  expect(kinds(hear(data(3)))).toEqual(['rebirth-wanted'])
  expect(birth().map(hear).map(kinds)).toEqual([
    ['born', 'readings'],
    ['born', 'readings'],
  ])
})

describe('a death', () => {
  test('with the bdSeq of the birth makes the node and its devices stale', () => {
    const { birth, hear, edge } = world()
    birth().forEach(hear)
    expect(hear(nodeDeath(edge()))).toEqual([{ type: 'stale', deviceId: undefined, atMs: NOW_MS }])
  })

  test('of an earlier connection is ignored', () => {
    const { birth, data, hear } = world(4)
    birth().forEach(hear)
    const old = connectEdgeNode({ groupId: 'sursee', edgeNodeId: 'cell1' }, 3)
    expect(kinds(hear(old.will))).toEqual(['ignored'])
    expect(values(hear(data(6)))).toEqual([6])
  })

  test('of a device makes that device stale, and its data want a rebirth', () => {
    const { birth, data, hear, deviceDeath: die } = world()
    birth().forEach(hear)
    expect(hear(die())).toEqual([{ type: 'stale', deviceId: 'Grinder A', atMs: NOW_MS }])
    expect(kinds(hear(data(7)))).toEqual(['rebirth-wanted'])
  })
})

test('data before a birth want a rebirth', () => {
  const { birth, data, hear } = world()
  birth()
  expect(kinds(hear(data(1)))).toEqual(['rebirth-wanted'])
})

test('a lost broker makes an online node stale, once', () => {
  const { birth, hear, host } = world()
  birth().forEach(hear)
  const step = disconnected(host(), NOW_MS)
  expect(kinds(step.effects)).toEqual(['stale'])
  expect(disconnected(step.node, NOW_MS).effects).toEqual([])
})

test('bdSeq grows by one with each connect and wraps after 255', () => {
  const identity = { groupId: 'g', edgeNodeId: 'e' }
  expect(connectEdgeNode(identity, undefined).node.bdSeq).toBe(0)
  expect(connectEdgeNode(identity, 0).node.bdSeq).toBe(1)
  expect(connectEdgeNode(identity, 255).node.bdSeq).toBe(0)
})

test('a node reads what a host writes and asks', () => {
  const { edge } = world()
  const metric = { deviceId: 'Grinder A', name: 'Feed override', datatype: 'Double' } as const
  const metricOf = () => metric
  const rebirth = rebirthRequest('sursee', 'cell1', NOW_MS)
  expect(readHostRequest(edge(), rebirth.topic, rebirth.payload, metricOf)).toEqual({
    rebirth: true,
    deviceId: undefined,
    writes: [],
  })
  const write = writeRequest('sursee', 'cell1', metric, 85, NOW_MS)
  expect(write.topic).toBe('spBv1.0/sursee/DCMD/cell1/Grinder A')
  expect(readHostRequest(edge(), write.topic, write.payload, metricOf)).toEqual({
    rebirth: false,
    deviceId: 'Grinder A',
    writes: [{ name: 'Feed override', value: 85 }],
  })
  const foreign = writeRequest('sursee', 'cell2', metric, 85, NOW_MS)
  expect(readHostRequest(edge(), foreign.topic, foreign.payload, metricOf)).toBeUndefined()
})
