import { isProblem } from '@millrace/base'
import {
  type BornMetric,
  decodeHostState,
  decodePayload,
  encodeHostState,
  formatTopic,
  type HostEffect,
  type HostNode,
  parseTopic,
  rebirthRequest,
  receive,
  type Reading as SparkplugReading,
  tick,
  UNBORN_NODE,
  writeRequest,
} from '@millrace/sparkplug'
import mqtt, { type MqttClient } from 'mqtt'
import type { ConnectionSettings } from '../connection.ts'
import type { Discovery, Driver, DriverListener, FreshReading, Reading, Writable } from '../driver.ts'
import { messageOf } from '../log.ts'

/** The host application's id in STATE; edge nodes name it as their primary host. */
const HOST_ID = 'millrace'

const KEEPALIVE_S = 10
const CONNECT_TIMEOUT_MS = 10_000
const REORDER_TIMEOUT_MS = 2_000
const TICK_MS = 500

/** A node is asked for a rebirth at most this often, whatever it sends. */
const REBIRTH_PAUSE_MS = 5_000
const NODES_MAX = 500
const METRICS_MAX = 20_000

const QUALITY_GOOD = 192
const QUALITY_STALE = 500

type Node = {
  groupId: string
  edgeNodeId: string
  host: HostNode
  heardAtMs: number
  rebirthWanted: boolean
  rebirthAskedAtMs: number
}
type Known = { node: Node; metric: BornMetric; latest: Reading }

/**
 * A Sparkplug B host application on one MQTT broker: announces itself by STATE, takes births as what there is, data as readings,
 * deaths as bad readings, and writes by NCMD and DCMD. Addresses are `edgeNode/device/metric`; the device is empty for metrics
 * of the edge node itself. Source: Sparkplug 3.0 §5.
 */
export class SparkplugDriver implements Driver {
  private readonly settings: ConnectionSettings
  private readonly listener: DriverListener
  private readonly clientId: string
  private client: MqttClient | undefined
  private readonly nodes = new Map<string, Node>()
  private readonly known = new Map<string, Known>()
  private watched: ReadonlySet<string> = new Set()
  private ticker: NodeJS.Timeout | undefined
  private connectedAtMs = 0
  private closing = false

  constructor(settings: ConnectionSettings, listener: DriverListener, clientId: string) {
    this.settings = settings
    this.listener = listener
    this.clientId = clientId
  }

  async open(addresses: readonly string[], signal: AbortSignal): Promise<void> {
    this.watched = new Set(addresses)
    this.connectedAtMs = Date.now()
    const client = mqtt.connect(this.settings.endpoint, {
      clientId: this.clientId,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // The supervisor opens a new driver instead, with a new will.
      reconnectPeriod: 0,
      will: { topic: this.stateTopic, payload: this.state(false, this.connectedAtMs), qos: 1, retain: true },
    })
    this.client = client
    client.on('error', (error) => this.listener.lost(messageOf(error)))
    client.on('close', () => this.gone('The broker closed the connection.'))
    client.on('message', (topic, payload) => this.heard(topic, payload))
    await connected(client, signal)
    // Subscribed before STATE is published, so that no birth that answers it is missed (§5.3).
    const group = this.settings.options.groupId ?? '+'
    const granted = await client.subscribeAsync([`spBv1.0/${group}/#`, this.stateTopic], { qos: 1 })
    if (granted.some(({ qos }) => qos > 2)) throw new Error('The broker refuses the subscription.')
    await this.publishState()
    this.askKnownNodes(addresses)
    this.ticker = setInterval(() => this.tick(), TICK_MS)
  }

  watch(addresses: readonly string[]): Promise<void> {
    const before = this.watched
    this.watched = new Set(addresses)
    const fresh = addresses.filter((address) => !before.has(address))
    const readings = fresh.map((address) => this.known.get(address)?.latest).filter((latest) => latest !== undefined)
    if (readings.length > 0) this.listener.readings(readings)
    return Promise.resolve()
  }

  read(address: string): Promise<FreshReading> {
    const known = this.known.get(address)
    if (!known) {
      return Promise.resolve({ address, timestampMs: undefined, value: null, quality: 'bad', asOfMs: Date.now() })
    }
    // Values come on change only: while the node is heard in sequence, its last word still holds.
    const asOfMs = known.node.host.phase === 'online' ? known.node.heardAtMs : 0
    return Promise.resolve({ ...known.latest, asOfMs })
  }

  async write(address: string, value: Writable): Promise<void> {
    const known = this.known.get(address)
    if (!known || !this.client || known.node.host.phase !== 'online') {
      throw new Error('The device behind this address is not online.')
    }
    const { groupId, edgeNodeId } = known.node
    const message = writeRequest(groupId, edgeNodeId, known.metric, value, Date.now())
    await this.client.publishAsync(message.topic, Buffer.from(message.payload), { qos: message.qos })
  }

  async close(): Promise<void> {
    if (this.closing) return
    this.closing = true
    clearInterval(this.ticker)
    const client = this.client
    if (!client) return
    if (client.connected) {
      // An intentional stop says so itself, with the present time; the will is for accidents (§5.3).
      await client
        .publishAsync(this.stateTopic, this.state(false, Date.now()), { qos: 1, retain: true })
        .catch((error: unknown) => this.listener.refused(messageOf(error)))
    }
    await client.endAsync(!client.connected)
  }

  private get stateTopic(): string {
    return formatTopic({ kind: 'state', hostId: HOST_ID })
  }

  private state(online: boolean, timestampMs: number): Buffer {
    return Buffer.from(encodeHostState({ online, timestampMs }))
  }

  private async publishState(): Promise<void> {
    await this.client?.publishAsync(this.stateTopic, this.state(true, this.connectedAtMs), { qos: 1, retain: true })
  }

  private gone(reason: string): void {
    // The supervisor marks every signal of a lost connection bad; this driver is not used again.
    if (!this.closing) this.listener.lost(reason)
  }

  private heard(topicText: string, bytes: Uint8Array): void {
    const nowMs = Date.now()
    try {
      const topic = parseTopic(topicText)
      if (topic.kind === 'state') {
        this.hearState(topic.hostId, bytes)
        return
      }
      // Commands of this or another host are none of a host's business.
      if (topic.type === 'NCMD' || topic.type === 'DCMD') return
      const node = this.nodeOf(topic.groupId, topic.edgeNodeId)
      if (!node) return
      const deviceId = topic.kind === 'device' ? topic.deviceId : undefined
      const payload = decodePayload(bytes)
      this.apply(node, receive(node.host, { type: topic.type, deviceId, payload }, nowMs), nowMs)
    } catch (error) {
      if (!isProblem(error)) throw error
      this.listener.refused(error.message)
    }
  }

  /** Someone (our own will, delivered late) says that this host is offline: say again that it is not (§5.3). */
  private hearState(hostId: string, bytes: Uint8Array): void {
    if (hostId !== HOST_ID || this.closing) return
    if (decodeHostState(bytes).online) return
    this.publishState().catch((error: unknown) => this.listener.refused(messageOf(error)))
  }

  private nodeOf(groupId: string, edgeNodeId: string): Node | undefined {
    const known = this.nodes.get(edgeNodeId)
    if (known) {
      if (known.groupId === groupId) return known
      this.listener.refused(`edge node ${edgeNodeId} exists in two groups; choose one in the connection`)
      return undefined
    }
    if (this.nodes.size >= NODES_MAX) {
      this.listener.refused('more edge nodes than this gateway takes')
      return undefined
    }
    const node: Node = {
      groupId,
      edgeNodeId,
      host: UNBORN_NODE,
      heardAtMs: 0,
      rebirthWanted: false,
      rebirthAskedAtMs: 0,
    }
    this.nodes.set(edgeNodeId, node)
    return node
  }

  private tick(): void {
    const nowMs = Date.now()
    for (const node of this.nodes.values()) {
      this.apply(node, tick(node.host, nowMs, REORDER_TIMEOUT_MS), nowMs)
      if (node.rebirthWanted) this.askRebirth(node, nowMs)
    }
  }

  private apply(node: Node, step: { node: HostNode; effects: HostEffect[] }, nowMs: number): void {
    node.host = step.node
    for (const effect of step.effects) {
      switch (effect.type) {
        case 'born':
          // Its readings follow; they carry value and unit with the metric.
          if (effect.deviceId === undefined) node.rebirthWanted = false
          break
        case 'readings':
          node.heardAtMs = nowMs
          this.take(node, effect.readings)
          break
        case 'stale':
          this.stale(node, effect.deviceId, effect.atMs)
          break
        case 'rebirth-wanted':
          this.listener.refused(`${node.edgeNodeId}: ${effect.reason}`)
          this.askRebirth(node, nowMs)
          break
        case 'refused':
          this.listener.refused(`${node.edgeNodeId}: ${effect.reason}`)
          break
      }
    }
  }

  private take(node: Node, readings: readonly SparkplugReading[]): void {
    const found: Discovery[] = []
    const wanted: Reading[] = []
    for (const reading of readings) {
      const address = addressOf(node.edgeNodeId, reading.metric)
      const before = this.known.get(address)
      if (!before && this.known.size >= METRICS_MAX) {
        this.listener.refused('more metrics than this gateway takes')
        continue
      }
      const latest = readingOf(address, reading)
      // Stored data that arrive late are history, not the present value.
      if (!before || !reading.isHistorical) this.known.set(address, { node, metric: reading.metric, latest })
      if (this.watched.has(address)) wanted.push(latest)
      else if (!before || before.metric !== reading.metric) found.push(...discoveryOf(address, reading))
    }
    if (wanted.length > 0) this.listener.readings(wanted)
    if (found.length > 0) this.listener.discovered(found)
  }

  private stale(node: Node, deviceId: string | undefined, atMs: number): void {
    const readings: Reading[] = []
    for (const [address, known] of this.known) {
      if (known.node !== node || (deviceId !== undefined && known.metric.deviceId !== deviceId)) continue
      known.latest = { address, timestampMs: atMs, value: null, quality: 'bad' }
      if (this.watched.has(address)) readings.push(known.latest)
    }
    if (readings.length > 0) this.listener.readings(readings)
  }

  /** Births are not retained: a node that was born before us is asked for another one, where its group is known. */
  private askKnownNodes(addresses: readonly string[]): void {
    const { groupId } = this.settings.options
    if (groupId === undefined) return
    for (const edgeNodeId of new Set(addresses.map((address) => address.split('/', 1)[0] ?? ''))) {
      const node = edgeNodeId === '' ? undefined : this.nodeOf(groupId, edgeNodeId)
      if (node && node.host.phase !== 'online') this.askRebirth(node, Date.now())
    }
  }

  private askRebirth(node: Node, nowMs: number): void {
    // What comes too soon is asked for by a later tick, until the birth is there.
    node.rebirthWanted = true
    if (nowMs - node.rebirthAskedAtMs < REBIRTH_PAUSE_MS || !this.client?.connected) return
    node.rebirthAskedAtMs = nowMs
    const message = rebirthRequest(node.groupId, node.edgeNodeId, nowMs)
    this.client
      .publishAsync(message.topic, Buffer.from(message.payload), { qos: message.qos })
      .catch((error: unknown) => this.listener.refused(messageOf(error)))
  }
}

function connected(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error) => {
      signal.removeEventListener('abort', aborted)
      client.off('connect', succeeded)
      client.off('error', done)
      client.off('close', closed)
      if (error) reject(error)
      else resolve()
    }
    const aborted = () => done(new Error('The broker did not answer in time.'))
    const closed = () => done(new Error('The broker closed the connection.'))
    const succeeded = () => done()
    signal.addEventListener('abort', aborted, { once: true })
    client.once('connect', succeeded)
    client.once('error', done)
    client.once('close', closed)
  })
}

function addressOf(edgeNodeId: string, metric: BornMetric): string {
  return `${edgeNodeId}/${metric.deviceId ?? ''}/${metric.name}`
}

function readingOf(address: string, reading: SparkplugReading): Reading {
  const value = reading.quality === 0 || reading.quality === QUALITY_STALE ? null : plain(reading.value)
  const quality = value === null ? 'bad' : reading.quality === QUALITY_GOOD ? 'good' : 'uncertain'
  return { address, timestampMs: reading.timestampMs, value, quality }
}

function plain(value: SparkplugReading['value']): Reading['value'] {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
    return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Float32Array) return value
  if (value instanceof Float64Array) return Float32Array.from(value)
  if (Array.isArray(value)) {
    const numbers: unknown[] = value
    return numbers.every((entry) => typeof entry === 'number') ? Float32Array.from(numbers) : null
  }
  return null
}

const TEXT_TYPES: readonly string[] = ['String', 'Text', 'UUID']
const VECTOR_TYPES = /^(Int|UInt|Float|Double).*Array$/
const SKIPPED_NAMES: readonly string[] = ['bdSeq', 'Node Control/Rebirth']

function discoveryOf(address: string, reading: SparkplugReading): Discovery[] {
  const { datatype, name } = reading.metric
  if (SKIPPED_NAMES.includes(name)) return []
  const unit = reading.unit === undefined ? {} : { unit: reading.unit.slice(0, 40) }
  if (TEXT_TYPES.includes(datatype)) return [{ address, name, kind: 'text', ...unit }]
  if (VECTOR_TYPES.test(datatype)) return [{ address, name, kind: 'vector', ...unit }]
  const isNumber = /^(Int|UInt)\d+$/.test(datatype) || ['Float', 'Double', 'Boolean', 'DateTime'].includes(datatype)
  return isNumber ? [{ address, name, kind: 'number', ...unit }] : []
}
