import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connections, machines } from '@millrace/demo/world'
import {
  decodePayload,
  type HostEffect,
  type HostNode,
  parseTopic,
  rebirthRequest,
  receive,
  UNBORN_NODE,
  writeRequest,
} from '@millrace/sparkplug'
import { connectAsync, type MqttClient } from 'mqtt'
import {
  AttributeIds,
  type ClientSession,
  ClientSubscription,
  DataType,
  OPCUACertificateManager,
  OPCUAClient,
  StatusCodes,
  TimestampsToReturn,
} from 'node-opcua'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Simulator, startSimulator } from './simulator.ts'

const WAIT = { timeout: 10_000, interval: 50 }

let directory: string
let simulator: Simulator
let certificates: OPCUACertificateManager

function endpoint(name: string): string {
  const url = simulator.endpoints[name]
  if (url === undefined) throw new Error(`no endpoint ${name}`)
  return url
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator '))
  certificates = new OPCUACertificateManager({ rootFolder: join(directory, 'client') })
  await certificates.initialize()
  simulator = await startSimulator({ directory, seed: 1, anchorMs: undefined })
}, 60_000)

afterAll(async () => {
  await simulator?.stop()
  await certificates?.dispose()
  await rm(directory, { recursive: true, force: true })
})

async function withSession<Result>(url: string, use: (session: ClientSession) => Promise<Result>): Promise<Result> {
  const client = OPCUAClient.create({
    clientCertificateManager: certificates,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 2, initialDelay: 100, maxDelay: 500 },
  })
  await client.connect(url)
  try {
    const session = await client.createSession()
    try {
      return await use(session)
    } finally {
      await session.close()
    }
  } finally {
    await client.disconnect()
  }
}

describe('an OPC UA server of the simulator', () => {
  test('shows its machines below Objects/Machines, with every signal at its address', async () => {
    await withSession(endpoint('sursee-mills'), async (session) => {
      const objects = await session.browse('ObjectsFolder')
      const folder = objects.references?.find(({ browseName }) => browseName.toString() === '1:Machines')?.nodeId
      const found = await session.browse(folder?.toString() ?? '')
      expect(found.references?.map(({ browseName }) => browseName.name)).toEqual(
        expect.arrayContaining(['Mill 1', 'Mill 2', 'Mill 3', 'Mill 4', 'Blanking press']),
      )
    })
    for (const { key } of connections.filter(({ protocol }) => protocol === 'opc-ua')) {
      const group = machines.filter(({ connectionKey }) => connectionKey === key)
      await withSession(endpoint(key), async (session) => {
        for (const machine of group) {
          const values = await session.read(machine.signals.map(({ address }) => ({ nodeId: address })))
          const unknown = values.filter(({ statusCode }) => statusCode.equals(StatusCodes.BadNodeIdUnknown))
          expect(unknown, machine.name).toHaveLength(0)
        }
      })
    }
  })

  test('samples every second with source times, units and a waveform', async () => {
    await withSession(endpoint('sursee-mills'), async (session) => {
      await vi.waitFor(async () => {
        const value = await session.read({ nodeId: 'ns=1;s=mill-2.vibration' })
        expect(value.statusCode.name).toBe('Good')
        expect(value.value.value).toBeGreaterThan(2)
        expect(Math.abs(Date.now() - (value.sourceTimestamp?.getTime() ?? 0))).toBeLessThan(2500)
        const waveform = await session.read({ nodeId: 'ns=1;s=mill-2.vibration-waveform' })
        expect(waveform.value.value).toBeInstanceOf(Float32Array)
        expect(waveform.value.value).toHaveLength(1024)
      }, WAIT)
      const properties = await session.browse('ns=1;s=mill-2.vibration')
      const unit = properties.references?.find(({ browseName }) => browseName.name === 'EngineeringUnits')
      const value = await session.read({ nodeId: unit?.nodeId.toString() ?? '' })
      expect(value.value.value.unitId).toBe(4403510)
      expect(value.value.value.displayName.text).toBe('mm/s')
    })
  })

  test('tells subscribers what changed', async () => {
    await withSession(endpoint('sursee-furnaces'), async (session) => {
      const subscription = ClientSubscription.create(session, {
        requestedPublishingInterval: 100,
        publishingEnabled: true,
      })
      const item = await subscription.monitor(
        { nodeId: 'ns=1;s=furnace-1.temperature', attributeId: AttributeIds.Value },
        { samplingInterval: 0, queueSize: 10, discardOldest: true },
        TimestampsToReturn.Both,
      )
      const times = new Set<number>()
      item.on('changed', (value: { sourceTimestamp?: Date | null }) => times.add(value.sourceTimestamp?.getTime() ?? 0))
      await vi.waitFor(() => expect(times.size).toBeGreaterThanOrEqual(3), WAIT)
      await subscription.terminate()
    })
  })

  test('takes a set-point within its bounds, and the machine follows', async () => {
    await withSession(endpoint('sursee-mills'), async (session) => {
      const nodeId = 'ns=1;s=mill-2.feed-override'
      const write = (value: number | string, dataType: DataType) =>
        session.write({ nodeId, attributeId: AttributeIds.Value, value: { value: { dataType, value } } })
      const feedRate = async () => Number((await session.read({ nodeId: 'ns=1;s=mill-2.feed-rate' })).value.value)

      expect((await write(130, DataType.Double)).name).toBe('BadOutOfRange')
      expect((await write(Number.NaN, DataType.Double)).name).toBe('BadOutOfRange')
      expect((await write('80', DataType.String)).isGood()).toBe(false)
      expect((await session.read({ nodeId })).value.value).toBe(100)

      expect((await write(70, DataType.Double)).name).toBe('Good')
      expect((await session.read({ nodeId })).value.value).toBe(70)
      await vi.waitFor(async () => expect(await feedRate()).toBeLessThan(3200 * 0.75), WAIT)
      expect((await write(100, DataType.Double)).name).toBe('Good')
    })
  })
})

/** A host application, as small as can be: what it heard about each edge node. */
async function startHost(brokerUrl: string) {
  const client: MqttClient = await connectAsync(brokerUrl, { clientId: 'test-host', clean: true, reconnectPeriod: 0 })
  const nodes = new Map<string, HostNode>()
  const effects: { edgeNodeId: string; effect: HostEffect }[] = []
  const types: string[] = []
  client.on('message', (topicText, bytes) => {
    const topic = parseTopic(topicText)
    if (topic.kind === 'state' || topic.type === 'NCMD' || topic.type === 'DCMD') return
    types.push(`${topic.type} ${topic.edgeNodeId}`)
    const message = {
      type: topic.type,
      deviceId: topic.kind === 'device' ? topic.deviceId : undefined,
      payload: decodePayload(bytes),
    }
    const step = receive(nodes.get(topic.edgeNodeId) ?? UNBORN_NODE, message, Date.now())
    nodes.set(topic.edgeNodeId, step.node)
    for (const effect of step.effects) effects.push({ edgeNodeId: topic.edgeNodeId, effect })
  })
  await client.subscribeAsync('spBv1.0/#', { qos: 1 })
  return {
    client,
    nodes,
    effects,
    types,
    send: ({ topic, payload, qos }: { topic: string; payload: Uint8Array; qos: 0 | 1 }) =>
      client.publishAsync(topic, Buffer.from(payload), { qos }),
    readings: (deviceId: string, name: string) =>
      effects.flatMap(({ effect }) =>
        effect.type === 'readings'
          ? effect.readings.filter(({ metric }) => metric.deviceId === deviceId && metric.name === name)
          : [],
      ),
    stop: () => client.endAsync(),
  }
}

describe('a Sparkplug edge node of the simulator', () => {
  test('is born with all its devices when a host asks, and then tells changes in sequence', async () => {
    const host = await startHost(endpoint('sursee-broker'))
    try {
      for (const node of ['Grinding', 'Finishing', 'Utilities'])
        await host.send(rebirthRequest('Sursee', node, Date.now()))
      await vi.waitFor(() => {
        const devices = [...host.nodes.values()].flatMap((node) => [...node.devices.keys()])
        expect(devices.toSorted()).toEqual(
          machines
            .filter(({ connectionKey }) => connectionKey === 'sursee-broker')
            .map(({ key }) => key)
            .toSorted(),
        )
      }, WAIT)
      for (const machine of machines.filter(({ connectionKey }) => connectionKey === 'sursee-broker')) {
        const table = host.nodes.get(machine.edgeNodeId ?? '')?.devices.get(machine.key)
        expect([...(table?.keys() ?? [])]).toEqual(machine.signals.map(({ name }) => name))
      }
      await vi.waitFor(() => {
        expect(host.readings('sursee-meter', 'power').length).toBeGreaterThanOrEqual(3)
        expect(host.readings('grinder-a', 'vibration-waveform').at(-1)?.value).toHaveLength(1024)
      }, WAIT)
      const trouble = host.effects.filter(({ effect }) => effect.type === 'refused')
      expect(trouble).toEqual([])
    } finally {
      await host.stop()
    }
  })

  test('writes what a DCMD says and shows the new value in the data that follows', async () => {
    const host = await startHost(endpoint('queretaro-broker'))
    try {
      await host.send(rebirthRequest('Queretaro', 'Moulding', Date.now()))
      await vi.waitFor(() => expect(host.nodes.get('Moulding')?.devices.has('press-2')).toBe(true), WAIT)
      const metric = { deviceId: 'press-2', name: 'cooling-water-flow', datatype: 'Double' } as const
      await host.send(writeRequest('Queretaro', 'Moulding', metric, 30, Date.now()))
      await vi.waitFor(() => expect(host.readings('press-2', 'cooling-water-flow').at(-1)?.value).toBe(30), WAIT)
      // Out of bounds: refused; the value said next for a good write is the only one that follows.
      await host.send(writeRequest('Queretaro', 'Moulding', metric, 99, Date.now()))
      await host.send(writeRequest('Queretaro', 'Moulding', metric, 18, Date.now()))
      await vi.waitFor(() => expect(host.readings('press-2', 'cooling-water-flow').at(-1)?.value).toBe(18), WAIT)
      expect(host.readings('press-2', 'cooling-water-flow').map(({ value }) => value)).not.toContain(99)
    } finally {
      await host.stop()
    }
  })
})

describe('the control panel', () => {
  const post = (path: string, body: string, type = 'application/json') =>
    fetch(`${endpoint('control')}${path}`, { method: 'POST', body, headers: { 'content-type': type } })

  test('lists six stories and starts, speeds up and resets one', async () => {
    const listed = (await (await fetch(`${endpoint('control')}/stories`)).json()) as { items: { id: string }[] }
    expect(listed.items).toHaveLength(6)
    const move = async (body: object) => (await post('/stories/air-leak', JSON.stringify(body))).json()
    expect(await move({ action: 'reset' })).toMatchObject({ active: false, speed: 1, severityRatio: 0 })
    expect(await move({ action: 'start', speed: 60 })).toMatchObject({ active: true, speed: 60, machine: 'Compressor' })
    expect(await move({ action: 'speed', speed: 2 })).toMatchObject({ active: true, speed: 2 })
  })

  test('breaks a machine down, which says so by its alarm, and repairs it', async () => {
    const broken = await post('/breakdowns/mill-3', '{"action":"break"}')
    expect(await broken.json()).toMatchObject({ machine: 'Mill 3', site: 'Sursee', broken: true })
    await withSession(endpoint('sursee-mills'), async (session) => {
      const read = async (tag: string) => (await session.read({ nodeId: `ns=1;s=mill-3.${tag}` })).value.value
      await vi.waitFor(async () => expect(await read('state')).toBe('stopped'), WAIT)
      expect(await read('alarm')).toMatch(/Breakdown/)
      expect(await (await post('/breakdowns/mill-3', '{"action":"repair"}')).json()).toMatchObject({ broken: false })
      await vi.waitFor(async () => expect(await read('alarm')).toBe(''), WAIT)
    })
    const listed = (await (await fetch(`${endpoint('control')}/breakdowns`)).json()) as { items: { id: string }[] }
    expect(listed.items.map(({ id }) => id)).toContain('press-2')
    expect(listed.items.map(({ id }) => id)).not.toContain('sursee-meter')
  })

  test.each([
    ['/breakdowns/mill-3', '{"action":"explode"}', 400],
    ['/breakdowns/mill-3', '{"action":"break","extra":1}', 400],
    ['/breakdowns/no-such-machine', '{"action":"break"}', 404],
    ['/stories/air-leak', '{"action":"explode"}', 400],
    ['/stories/air-leak', '{"action":"speed"}', 400],
    ['/stories/air-leak', '{"action":"speed","speed":601}', 400],
    ['/stories/air-leak', '{"action":"start","extra":1}', 400],
    ['/stories/air-leak', '[]', 400],
    ['/stories/air-leak', '{', 400],
    ['/stories/air-leak', '{"action":"start"}'.padEnd(2000), 400],
    ['/stories/no-such-story', '{"action":"start"}', 404],
    ['/elsewhere', '{}', 404],
  ])('refuses POST %s with %s', async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status)
  })

  test('refuses what a form of a web page could send', async () => {
    expect((await post('/stories/air-leak', '{"action":"reset"}', 'text/plain')).status).toBe(415)
  })
})

test('garbage on every socket ends that connection and nothing else', async () => {
  for (const url of Object.values(simulator.endpoints)) {
    const socket = connectSocket({ host: '127.0.0.1', port: Number(new URL(url).port) })
    socket.on('error', () => undefined)
    socket.resume()
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    socket.end(Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + 13) % 256)))
    await closed
  }
  const state = await withSession(endpoint('sursee-mills'), (session) =>
    session.read({ nodeId: 'ns=1;s=mill-1.state' }),
  )
  expect(state.value.value).toBeTypeOf('string')
  const host = await startHost(endpoint('sursee-broker'))
  await vi.waitFor(() => expect(host.types).toContain('DDATA Utilities'), WAIT)
  await host.stop()
})

test('a simulator that was stopped says so, and continues at the same addresses where it was', async () => {
  const host = await startHost(endpoint('sursee-broker'))
  await host.send(rebirthRequest('Sursee', 'Utilities', Date.now()))
  await vi.waitFor(() => expect(host.readings('sursee-meter', 'energy-import')).not.toHaveLength(0), WAIT)
  const bdSeq = host.nodes.get('Utilities')?.bdSeq ?? -1
  const before = { ...simulator.endpoints }
  const importedBefore = Number(host.readings('sursee-meter', 'energy-import').at(-1)?.value)

  const startedAt = performance.now()
  await simulator.stop()
  expect(performance.now() - startedAt).toBeLessThan(2000)
  expect(host.types).toContain('NDEATH Utilities')
  await host.stop()

  simulator = await startSimulator({ directory, seed: 1, anchorMs: undefined })
  expect(simulator.endpoints).toEqual(before)
  const again = await startHost(endpoint('sursee-broker'))
  await again.send(rebirthRequest('Sursee', 'Utilities', Date.now()))
  await vi.waitFor(() => expect(again.readings('sursee-meter', 'energy-import')).not.toHaveLength(0), WAIT)
  expect(again.nodes.get('Utilities')?.bdSeq).toBe((bdSeq + 1) % 256)
  const importedAfter = Number(again.readings('sursee-meter', 'energy-import').at(-1)?.value)
  expect(importedAfter).toBeGreaterThanOrEqual(importedBefore)
  expect(importedAfter).toBeLessThan(importedBefore + 5)
  await again.stop()
}, 30_000)

test('the process tells its parent the endpoints, and stops by itself when the parent is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), {
    env: { PATH: process.env.PATH, MILLRACE_SIMULATOR_DIR: folder },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const exited = once(child, 'exit')
  const [ready] = (await once(child, 'message')) as [{ type: string; endpoints: Record<string, string> }]
  expect(ready.type).toBe('ready')
  expect(Object.keys(ready.endpoints).toSorted()).toEqual(['control', ...connections.map(({ key }) => key)].toSorted())
  child.kill('SIGINT')
  expect((await fetch(`${ready.endpoints.control}/stories`)).status).toBe(200)
  const startedAt = performance.now()
  child.disconnect()
  expect((await exited)[0]).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(2000)
  await rm(folder, { recursive: true, force: true })
}, 30_000)
