import { expect, test } from 'vitest'
import { decodeHostState, encodeHostState } from './host-state.ts'
import { formatTopic, parseTopic, type Topic } from './topic.ts'

test.each<[string, Topic]>([
  ['spBv1.0/plant1/NBIRTH/edge1', { kind: 'node', groupId: 'plant1', type: 'NBIRTH', edgeNodeId: 'edge1' }],
  [
    'spBv1.0/plant 1/DCMD/edge1/Grinder A',
    { kind: 'device', groupId: 'plant 1', type: 'DCMD', edgeNodeId: 'edge1', deviceId: 'Grinder A' },
  ],
  ['spBv1.0/STATE/millrace', { kind: 'state', hostId: 'millrace' }],
])('%s is read and written', (text, topic) => {
  expect(parseTopic(text)).toEqual(topic)
  expect(formatTopic(topic)).toBe(text)
})

test.each([
  'spBv1.0/plant1/NDATA',
  'spBv1.0//NDATA/edge1',
  'spAv1.0/plant1/NDATA/edge1',
  'spBv1.0/plant1/XDATA/edge1',
  'spBv1.0/plant1/NDATA/+',
  'spBv1.0/plant1/NDATA/#',
  'spBv1.0/plant1/NDATA/edge1/device',
  'spBv1.0/plant1/DDATA/edge1',
  'spBv1.0/plant1/DDATA/edge1/device/more',
  'spBv1.0/pl\u0000ant/NDATA/edge1',
  `spBv1.0/${'g'.repeat(300)}/NDATA/edge1`,
  'STATE/host1',
  '$SYS/broker/x',
  '',
])('%j is refused', (text) => {
  expect(() => parseTopic(text)).toThrow(expect.objectContaining({ name: 'Problem' }))
})

test('a host state is the JSON of the standard', () => {
  const bytes = encodeHostState({ online: true, timestampMs: 1_790_000_000_000 })
  expect(new TextDecoder().decode(bytes)).toBe('{"online":true,"timestamp":1790000000000}')
  expect(decodeHostState(bytes)).toEqual({ online: true, timestampMs: 1_790_000_000_000 })
})

test.each(['ONLINE', '{"online":"yes","timestamp":1}', '{"online":true}', 'null', `{"x":"${'a'.repeat(300)}"}`])(
  'the host state %j is refused',
  (text) => {
    expect(() => decodeHostState(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ name: 'Problem' }))
  },
)
