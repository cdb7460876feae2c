import { createServer } from 'node:net'
import {
  birthMessages,
  commandTopics,
  connectEdgeNode,
  dataMessage,
  type Metric,
  readHostRequest,
} from '@millrace/sparkplug'
import { Aedes } from 'aedes'
import mqtt from 'mqtt'
import { clockMs } from './clock.ts'

// The machine of the kill benchmark, a process of its own that nobody kills: an MQTT broker and a Sparkplug edge node whose
// signals all count, one step for each period, and never skip.

export interface KillMachineOrder {
  readonly groupId: string
  readonly edgeNodeId: string
  readonly deviceId: string
  readonly metrics: readonly string[]
  /** The time stamp of count 0; that of count n is n periods later. */
  readonly baseMs: number
  readonly periodMs: number
}

/** Where it listens, and when it counted 0 on the clock of all processes. */
export interface KillMachineReady {
  readonly port: number
  readonly startedAtMs: number
}

async function work(order: KillMachineOrder): Promise<void> {
  const { periodMs } = order
  const broker = await Aedes.createBroker()
  const server = createServer(broker.handle)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0

  let { node, will } = connectEdgeNode(order, undefined)
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
  })
  let startedAtMs = clockMs()
  let count = 0
  const metricsNow = (): Metric[] =>
    order.metrics.map((name, at) => ({
      ...{ name, alias: at + 1, datatype: 'Double', value: count },
      timestampMs: order.baseMs + count * periodMs,
    }))
  const publish = ({ topic, payload, qos, retain }: ReturnType<typeof dataMessage>['message']) =>
    void client.publish(topic, Buffer.from(payload), { qos, retain })
  // A birth tells values, too: it gets a count of its own, so that none is told twice.
  const bear = () => {
    const devices = [{ deviceId: order.deviceId, metrics: metricsNow() }]
    const step = birthMessages(node, { metrics: [], devices }, Date.now())
    node = step.node
    for (const message of step.messages) publish(message)
    count += 1
  }
  client.on('message', (topic, payload) => {
    if (readHostRequest(node, topic, payload, () => undefined)?.rebirth) bear()
  })
  await client.subscribeAsync(commandTopics(node), { qos: 1 })
  bear()
  let pausedAtMs: number | undefined
  process.on('message', (message: 'pause' | 'go on') => {
    if (message === 'go on') startedAtMs += clockMs() - (pausedAtMs ?? clockMs())
    pausedAtMs = message === 'pause' ? clockMs() : undefined
    process.send?.({ port, startedAtMs } satisfies KillMachineReady)
  })
  setInterval(() => {
    if (pausedAtMs !== undefined) return
    while (count * periodMs < clockMs() - startedAtMs) {
      const named = metricsNow().map(({ name: _, ...metric }) => metric)
      const step = dataMessage(node, order.deviceId, named as Metric[], Date.now())
      node = step.node
      publish(step.message)
      count += 1
    }
  }, periodMs)
  process.send?.({ port, startedAtMs } satisfies KillMachineReady)
}

process.once('message', (order: KillMachineOrder) => {
  work(order).catch((error: unknown) => process.send?.({ failure: String(error) }))
})
process.once('disconnect', () => process.exit())
