import { join } from 'node:path'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import {
  AttributeIds,
  ClientMonitoredItemGroup,
  type ClientSession,
  type ClientSubscription,
  coerceNodeId,
  type DataType,
  type NodeId,
  OPCUAClient,
  setDebugLogger,
  setErrorLogger,
  setWarningLogger,
  TimestampsToReturn,
} from 'node-opcua-client'
import type { ConnectionSettings } from '../connection.ts'
import type { Driver, DriverListener, FreshReading, Writable } from '../driver.ts'
import { messageOf } from '../log.ts'
import { discover } from './opc-ua-discovery.ts'
import { type ClientOptions, checkPinned, chooseSecurity, listEndpoints, NO_SECURITY } from './opc-ua-security.ts'
import { badReading, isGood, readingOf, variantOf } from './opc-ua-value.ts'

/** How often the server looks at its variables and tells us; half of what a screen may wait. */
const SAMPLING_MS = 100
const PUBLISHING_MS = 100

/** Without any change the server says every three seconds that it is alive, and ends the subscription after a minute. */
const KEEPALIVE_COUNT = 30
const LIFETIME_COUNT = 600
const SESSION_TIMEOUT_MS = 60_000
const TRANSACTION_TIMEOUT_MS = 10_000

/** Values the server keeps for us between two messages: enough for a short stall, little for a waveform. */
const QUEUE_SIZE = 10
const ITEMS_AT_ONCE = 500
const NOTIFICATIONS_MAX = 5_000
const MESSAGE_MAX_BYTES = 16 * 1024 * 1024
const CHUNKS_MAX = 1_000

// The library prints on standard output, which belongs to our own log; what matters comes to us as an error too.
for (const setLogger of [setDebugLogger, setWarningLogger, setErrorLogger]) setLogger(() => undefined)

type Group = { group: ClientMonitoredItemGroup; addresses: readonly string[] }

/**
 * An OPC UA client: one session with one subscription. Addresses are NodeIds such as `ns=1;s=Mill2.power`.
 * Reconnecting is the supervisor's: the library's own attempts are ended at once, so that a loss is seen as one.
 */
export class OpcUaDriver implements Driver {
  private readonly settings: ConnectionSettings
  private readonly listener: DriverListener
  private readonly dir: string
  private client: OPCUAClient | undefined
  private session: ClientSession | undefined
  private subscription: ClientSubscription | undefined
  private groups: Group[] = []
  private watched: ReadonlySet<string> = new Set()
  private readonly dataTypes = new Map<string, DataType>()
  private closing: Promise<void> | undefined

  /** @param dir of the gateway: key and certificate of this client, and the certificates of servers, are kept below it. */
  constructor(settings: ConnectionSettings, listener: DriverListener, dir: string) {
    this.settings = settings
    this.listener = listener
    this.dir = dir
  }

  async open(addresses: readonly string[], signal: AbortSignal): Promise<void> {
    // The library cannot be interrupted; a driver that is closed meanwhile makes its calls fail.
    const aborted = () => void this.close()
    signal.addEventListener('abort', aborted, { once: true })
    try {
      await this.connect(signal)
      await this.watch(addresses, signal)
    } finally {
      signal.removeEventListener('abort', aborted)
    }
    signal.throwIfAborted()
    if (addresses.length === 0) this.lookAround()
  }

  async watch(addresses: readonly string[], signal: AbortSignal): Promise<void> {
    this.watched = new Set(addresses)
    const unused = this.groups.filter((group) => group.addresses.every((address) => !this.watched.has(address)))
    this.groups = this.groups.filter((group) => !unused.includes(group))
    for (const { group } of unused) await group.terminate()
    const monitored = new Set(this.groups.flatMap((group) => group.addresses))
    const fresh = addresses.filter((address) => !monitored.has(address))
    for (let start = 0; start < fresh.length; start += ITEMS_AT_ONCE) {
      signal.throwIfAborted()
      await this.monitor(fresh.slice(start, start + ITEMS_AT_ONCE))
    }
  }

  async read(address: string, signal: AbortSignal): Promise<FreshReading> {
    const session = this.standing()
    const nodeId = nodeIdOf(address)
    if (!nodeId) return { ...badReading(address), asOfMs: Date.now() }
    // An age of 0 makes the server read the device instead of its cache (Part 4 §5.10.2).
    const data = await abortable(session.read({ nodeId, attributeId: AttributeIds.Value }, 0), signal)
    return { ...readingOf(address, data), asOfMs: Date.now() }
  }

  async write(address: string, value: Writable, signal: AbortSignal): Promise<void> {
    const session = this.standing()
    const nodeId = nodeIdOf(address)
    if (!nodeId) throw new Error(`${address} is no NodeId.`)
    const dataType = this.dataTypes.get(address) ?? (await abortable(session.getBuiltInDataType(nodeId), signal))
    this.dataTypes.set(address, dataType)
    const status = await abortable(
      session.write({ nodeId, attributeId: AttributeIds.Value, value: { value: variantOf(dataType, value) } }),
      signal,
    )
    if (!isGood(status)) throw new Error(`The server refuses the value: ${status.name}.`)
  }

  close(): Promise<void> {
    this.closing ??= this.disconnect()
    return this.closing
  }

  private async connect(signal: AbortSignal): Promise<void> {
    const manager = new OPCUACertificateManager({
      rootFolder: join(this.dir, 'opc-ua'),
      // Every certificate passes here and is compared with the remembered one below.
      automaticallyAcceptUnknownCertificate: true,
    })
    const options: ClientOptions = {
      applicationName: 'Millrace gateway',
      clientCertificateManager: manager,
      connectionStrategy: { initialDelay: 100, maxDelay: 500, maxRetry: 0 },
      endpointMustExist: false,
      requestedSessionTimeout: SESSION_TIMEOUT_MS,
      transportTimeout: TRANSACTION_TIMEOUT_MS,
      defaultTransactionTimeout: TRANSACTION_TIMEOUT_MS,
      transportSettings: { maxMessageSize: MESSAGE_MAX_BYTES, maxChunkCount: CHUNKS_MAX },
    }
    const { endpoint, options: wanted } = this.settings
    const security = await chooseSecurity(wanted.securityPolicy, () => listEndpoints(endpoint, options))
    signal.throwIfAborted()
    const client = OPCUAClient.create({ ...options, ...security })
    this.client = client
    const lost = (reason: string) => () => this.listener.lost(reason)
    client.on('connection_lost', lost('The server closed the connection.'))
    client.on('start_reconnection', lost('The server closed the connection.'))
    client.on('close', lost('The server closed the connection.'))
    await client.connect(endpoint)
    if (security.securityPolicy !== NO_SECURITY.securityPolicy) await this.checkServer(client)
    this.session = await client.createSession()
    this.session.on('session_closed', lost('The server closed the session.'))
    const subscription = await this.session.createSubscription2({
      requestedPublishingInterval: PUBLISHING_MS,
      requestedMaxKeepAliveCount: KEEPALIVE_COUNT,
      requestedLifetimeCount: LIFETIME_COUNT,
      maxNotificationsPerPublish: NOTIFICATIONS_MAX,
      publishingEnabled: true,
      priority: 1,
    })
    subscription.on('terminated', lost('The server ended the subscription.'))
    subscription.on('internal_error', (error) => this.listener.refused(messageOf(error)))
    subscription.on('error', (error) => this.listener.refused(messageOf(error)))
    this.subscription = subscription
  }

  private async checkServer(client: OPCUAClient): Promise<void> {
    const certificate = client.serverCertificate
    const leaf = Array.isArray(certificate) ? certificate[0] : certificate
    if (!leaf) throw new Error('The server showed no certificate.')
    await checkPinned(this.dir, this.settings.id, leaf)
  }

  private async monitor(addresses: readonly string[]): Promise<void> {
    const { subscription } = this
    const valid = addresses.filter((address) => nodeIdOf(address) !== undefined)
    const refused = addresses.filter((address) => !valid.includes(address))
    if (refused.length > 0) this.listener.readings(refused.map(badReading))
    if (!subscription || valid.length === 0) return
    const group = ClientMonitoredItemGroup.create(
      subscription,
      valid.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
      { samplingInterval: SAMPLING_MS, discardOldest: true, queueSize: QUEUE_SIZE },
      TimestampsToReturn.Both,
    )
    this.groups.push({ group, addresses: valid })
    group.on('changed', (_item, data, index) => {
      const address = valid[index]
      if (address !== undefined && this.watched.has(address)) this.listener.readings([readingOf(address, data)])
    })
    await initialized(group)
    // One wrong address must not hide its neighbours, and must be seen itself.
    const wrong = valid.filter((_, index) => {
      const status = group.monitoredItems[index]?.statusCode
      return status !== undefined && !isGood(status)
    })
    if (wrong.length > 0) this.listener.readings(wrong.map(badReading))
  }

  /** Nobody has chosen signals here yet: says what there is. Runs beside the conversation, and may fail on its own. */
  private lookAround(): void {
    discover(this.standing(), AbortSignal.timeout(SESSION_TIMEOUT_MS)).then(
      (found) => this.listener.discovered(found),
      (error: unknown) => this.listener.refused(`browsing failed: ${messageOf(error)}`),
    )
  }

  private standing(): ClientSession {
    if (!this.session || this.closing !== undefined) throw new Error('The connection does not stand.')
    return this.session
  }

  private async disconnect(): Promise<void> {
    const { client, session, subscription } = this
    subscription?.removeAllListeners()
    client?.removeAllListeners()
    // A lost client tries to reconnect for as long as it lives, and ignores errors that then come from nowhere.
    subscription?.on('error', () => undefined)
    const farewell = async () => {
      if (session) await session.close(true)
    }
    await farewell().catch((error: unknown) => this.listener.refused(messageOf(error)))
    await client?.disconnect()
  }
}

function nodeIdOf(address: string): NodeId | undefined {
  if (!/^(ns=\d{1,5};)?[isgb]=./.test(address)) return undefined
  try {
    return coerceNodeId(address)
  } catch {
    return undefined
  }
}

function initialized(group: ClientMonitoredItemGroup): Promise<void> {
  return new Promise((resolve, reject) => {
    group.once('initialized', resolve)
    group.once('err', (message: string) => reject(new Error(message)))
    group.once('terminated', () => reject(new Error('The subscription ended.')))
  })
}

/** The library's calls know no signal: the wait is given up, the call times out by itself. */
function abortable<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(new Error('The device did not answer in time.'))
    if (signal.aborted) aborted()
    signal.addEventListener('abort', aborted, { once: true })
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}
