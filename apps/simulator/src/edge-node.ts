import type { WorldMachine } from '@millrace/demo/world'
import type { TagDefinition, TagValue } from '@millrace/machines'
import {
  birthMessages,
  commandTopics,
  connectEdgeNode,
  type DataType,
  dataMessage,
  type EdgeNode,
  type Metric,
  type MetricValue,
  nodeDeath,
  type OutgoingMessage,
  readHostRequest,
} from '@millrace/sparkplug'
import { connect, type MqttClient } from 'mqtt'
import type { LivingPlants } from './living-plants.ts'
import { log } from './log.ts'

export type EdgeNodeOptions = {
  brokerUrl: string
  groupId: string
  edgeNodeId: string
  /** The machines behind it, each a device. */
  machines: readonly WorldMachine[]
  living: LivingPlants
  previousBdSeq: number | undefined
}

/** Several alarms or counts may change within one sample, but nobody asks for births more often than this. */
const REBIRTH_PAUSE_MS = 1000
const RECONNECT_FIRST_MS = 500
const RECONNECT_MAX_MS = 10_000
const CONNECT_TIMEOUT_MS = 5000
const STOP_TIMEOUT_MS = 700

const DATA_TYPES: Record<TagDefinition['kind'], DataType> = { number: 'Double', text: 'String', vector: 'FloatArray' }

/**
 * A Sparkplug edge node in front of some machines: births on every connect and on request, changed values once a second,
 * writes through DCMD with the changed value published at once.
 */
export class SparkplugEdgeNode {
  readonly #options: EdgeNodeOptions
  /** What was published last, by device and metric. */
  readonly #published = new Map<string, TagValue>()
  #node: EdgeNode
  #client: MqttClient | undefined
  #online = false
  #stopping = false
  #reconnectMs = RECONNECT_FIRST_MS
  #reconnectTimer: NodeJS.Timeout | undefined
  #rebirthTimer: NodeJS.Timeout | undefined
  #bornAtMs = 0

  constructor(options: EdgeNodeOptions) {
    this.#options = options
    this.#node = connectEdgeNode(options, options.previousBdSeq).node
  }

  get key(): string {
    return `${this.#options.groupId}/${this.#options.edgeNodeId}`
  }

  /** Of the present or last session; to be kept for the next run. */
  get bdSeq(): number {
    return this.#node.bdSeq
  }

  start(): void {
    this.#connect(this.#options.previousBdSeq)
  }

  /** Publishes what has changed since the last sample. */
  publishChanges(nowMs: number, waveforms: ReadonlySet<string>): void {
    if (!this.#online) return
    for (const machine of this.#options.machines) {
      const tags = machine.signals.filter((tag) => tag.kind !== 'vector' || waveforms.has(machine.key))
      this.#publishChanged(machine, tags, nowMs)
    }
  }

  /** Says farewell and disconnects. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#reconnectTimer)
    clearTimeout(this.#rebirthTimer)
    const client = this.#client
    if (!client) return
    if (this.#online) {
      const death = nodeDeath(this.#node)
      const sent = client.publishAsync(death.topic, Buffer.from(death.payload), {
        qos: death.qos,
        retain: death.retain,
      })
      await Promise.race([sent.catch(() => undefined), pause(STOP_TIMEOUT_MS)])
    }
    this.#online = false
    await Promise.race([client.endAsync().catch(() => undefined), pause(STOP_TIMEOUT_MS)])
    client.end(true)
  }

  #connect(previousBdSeq: number | undefined): void {
    const { node, will } = connectEdgeNode(this.#options, previousBdSeq)
    this.#node = node
    const client = connect(this.#options.brokerUrl, {
      clientId: `${this.#options.groupId}-${this.#options.edgeNodeId}`,
      clean: true,
      // A reconnect needs a new bdSeq in its will, which the library's own reconnect would not make.
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
    })
    this.#client = client
    client.on('connect', () => {
      client
        .subscribeAsync(commandTopics(node), { qos: 1 })
        .then(() => {
          this.#reconnectMs = RECONNECT_FIRST_MS
          this.#online = true
          this.#beBorn()
        })
        .catch((error) => {
          log.warn({ err: error, node: this.key }, 'The edge node cannot subscribe')
          client.end(true)
        })
    })
    client.on('message', (topic, payload) => this.#obey(topic, payload))
    client.on('error', (error) => log.debug({ err: error, node: this.key }, 'The edge node lost its broker'))
    client.on('close', () => {
      if (this.#client !== client) return
      this.#online = false
      this.#client = undefined
      if (this.#stopping) return
      this.#reconnectTimer = setTimeout(() => this.#connect(node.bdSeq), this.#reconnectMs)
      this.#reconnectMs = Math.min(RECONNECT_MAX_MS, this.#reconnectMs * 2)
    })
  }

  #beBorn(): void {
    const nowMs = Date.now()
    this.#bornAtMs = nowMs
    const devices = this.#options.machines.map((machine) => ({
      deviceId: machine.key,
      metrics: machine.signals.map((tag) => {
        const value = this.#read(machine, tag)
        this.#published.set(tag.address, value)
        return birthMetric(tag, value, nowMs)
      }),
    }))
    const { node, messages } = birthMessages(this.#node, { metrics: [], devices }, nowMs)
    this.#node = node
    for (const message of messages) this.#publish(message)
  }

  #publishChanged(machine: WorldMachine, tags: readonly WorldMachine['signals'][number][], nowMs: number): void {
    const metrics: Metric[] = []
    for (const tag of tags) {
      const value = this.#read(machine, tag)
      if (this.#published.get(tag.address) === value) continue
      this.#published.set(tag.address, value)
      metrics.push({ name: tag.name, timestampMs: nowMs, datatype: DATA_TYPES[tag.kind], value })
    }
    if (metrics.length === 0) return
    const { node, message } = dataMessage(this.#node, machine.key, metrics, nowMs)
    this.#node = node
    this.#publish(message)
  }

  #read(machine: WorldMachine, tag: TagDefinition): TagValue {
    return this.#options.living.machine(machine.key).read(tag.name)
  }

  #obey(topic: string, payload: Uint8Array): void {
    if (!this.#online) return
    try {
      const request = readHostRequest(this.#node, topic, payload, (deviceId, key) => {
        const tag = this.#options.machines
          .find((machine) => machine.key === deviceId)
          ?.signals.find((signal) => signal.name === key)
        return tag && { name: tag.name, datatype: DATA_TYPES[tag.kind] }
      })
      if (!request) return
      if (request.rebirth) this.#beBornSoon()
      const machine = this.#options.machines.find(({ key }) => key === request.deviceId)
      if (!machine) return
      for (const { name, value } of request.writes) this.#write(machine, name, value)
    } catch (error) {
      log.debug({ err: error, node: this.key }, 'A command cannot be read')
    }
  }

  /** Births are large: a host that asks again and again gets one a second. */
  #beBornSoon(): void {
    const waitMs = this.#bornAtMs + REBIRTH_PAUSE_MS - Date.now()
    if (waitMs <= 0) {
      this.#beBorn()
      return
    }
    this.#rebirthTimer ??= setTimeout(() => {
      this.#rebirthTimer = undefined
      if (this.#online) this.#beBorn()
    }, waitMs)
  }

  #write(machine: WorldMachine, name: string, value: MetricValue | null): void {
    const accepted =
      (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') &&
      this.#options.living.machine(machine.key).write(name, value)
    if (!accepted) {
      log.info({ machine: machine.key, tag: name }, 'A write was refused')
      return
    }
    const written = machine.signals.filter((tag) => tag.name === name)
    // Said again even when it is the old value: the host waits to see it.
    for (const tag of written) this.#published.delete(tag.address)
    this.#publishChanged(machine, written, Date.now())
  }

  #publish({ topic, payload, qos, retain }: OutgoingMessage): void {
    this.#client?.publish(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.length), { qos, retain })
  }
}

function birthMetric(tag: TagDefinition, value: TagValue, nowMs: number): Metric {
  const properties = new Map<string, { type: DataType; value: string | number }>()
  if (tag.unit !== '') properties.set('engUnit', { type: 'String', value: tag.unit })
  if (tag.writable) {
    properties.set('engLow', { type: 'Double', value: tag.writable.min })
    properties.set('engHigh', { type: 'Double', value: tag.writable.max })
  }
  return { name: tag.name, timestampMs: nowMs, datatype: DATA_TYPES[tag.kind], value, properties }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
