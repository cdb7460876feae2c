import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import {
  birthMessages,
  commandTopics,
  connectEdgeNode,
  dataMessage,
  type EdgeNode,
  type Metric,
  type OutgoingMessage,
  readHostRequest,
} from '@millrace/sparkplug'
import { Aedes } from 'aedes'
import mqtt, { type MqttClient } from 'mqtt'

/** An MQTT broker on a free port. */
export async function startBroker() {
  const aedes = await Aedes.createBroker()
  const server = createServer(aedes.handle)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `mqtt://127.0.0.1:${port}`,
    close: async () => {
      await new Promise<void>((done) => aedes.close(() => done()))
      await new Promise((done) => server.close(done))
    },
  }
}

const DEVICE = 'Grinder A'

/** An edge node `cell1` of group `sursee` with one device: power, a writable feed override, a text and a waveform. */
export async function startFakeNode(url: string, previousBdSeq?: number) {
  const identity = { groupId: 'sursee', edgeNodeId: 'cell1' }
  let { node: edge, will } = connectEdgeNode(identity, previousBdSeq)
  const client: MqttClient = await mqtt.connectAsync(url, {
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
    reconnectPeriod: 0,
  })
  const values = new Map<string, Metric>()
  const put = (name: string, datatype: Metric['datatype'] & string, value: Metric['value'], alias: number) =>
    values.set(name, {
      name,
      alias,
      datatype,
      value: value ?? null,
      timestampMs: Date.now(),
      properties: new Map([['engUnit', { type: 'String', value: 'kW' }]]),
    })
  put('Power', 'Double', 4.5, 1)
  put('Feed override', 'Double', 100, 2)
  put('State', 'String', 'running', 3)
  put('Waveform', 'FloatArray', new Float32Array(64), 4)

  const publish = ({ topic, payload, qos, retain }: OutgoingMessage) =>
    client.publishAsync(topic, Buffer.from(payload), { qos, retain })
  const node = {
    client,
    rebirths: 0,
    births: 0,
    /** What the device does with a written value; undefined ignores it. */
    obey: (value: Metric['value']) => value,
    written: [] as unknown[],
    edge: (): EdgeNode => edge,
    async birth(): Promise<void> {
      const step = birthMessages(
        edge,
        { metrics: [], devices: [{ deviceId: DEVICE, metrics: [...values.values()] }] },
        Date.now(),
      )
      edge = step.node
      node.births += 1
      for (const message of step.messages) await publish(message)
    },
    async data(name: string, value: Metric['value'], timestampMs = Date.now()): Promise<void> {
      const metric = values.get(name)
      if (!metric) throw new Error(`no metric ${name}`)
      values.set(name, { ...metric, value, timestampMs })
      const { alias, datatype } = metric
      const step = dataMessage(edge, DEVICE, [{ alias, datatype, value, timestampMs } as Metric], Date.now())
      edge = step.node
      await publish(step.message)
    },
    /** Uses up a sequence number without sending. */
    lose(): void {
      edge = dataMessage(edge, undefined, [], Date.now()).node
    },
    async raw(topic: string, payload: Uint8Array): Promise<void> {
      await client.publishAsync(topic, Buffer.from(payload))
    },
    async close(): Promise<void> {
      await client.endAsync(true)
    },
  }
  client.on('message', (topic, payload) => {
    const request = readHostRequest(edge, topic, payload, (_, key) => {
      const metric = typeof key === 'string' ? values.get(key) : undefined
      return metric?.name && metric.datatype ? { name: metric.name, datatype: metric.datatype } : undefined
    })
    if (request?.rebirth) {
      node.rebirths += 1
      void node.birth()
    }
    for (const { name, value } of request?.writes ?? []) {
      node.written.push(value)
      const result = node.obey(value)
      if (result !== undefined) void node.data(name, result)
    }
  })
  await client.subscribeAsync(commandTopics(edge), { qos: 1 })
  await node.birth()
  return node
}
