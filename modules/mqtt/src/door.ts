import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { MINUTE_MS } from '@millrace/base'
import { holdDirectLine } from '@millrace/plant'
import type { GatewayId } from '@millrace/plant/contract'
import type { Runtime } from '@millrace/runtime'
import type { Client } from 'aedes'
import { Broker } from './broker.ts'
import type { DeviceFault, Door as DoorFacts } from './contract.ts'
import { SEEN_EVERY_MS } from './device-rules.ts'
import { keepSeen, type SignedIn } from './device-sign-in.ts'
import { DEVICES_TOPIC } from './devices.ts'
import type { DoorSettings } from './door-settings.ts'
import { Hearing } from './hearing.ts'
import { keepDoor, type OpenDoor } from './open-doors.ts'
import { packetGuard } from './packet-rules.ts'

/** Connections of one device, of one company, and in all. */
const OF_DEVICE_MAX = 5
const OF_COMPANY_MAX = 2000
const IN_ALL_MAX = 10_000
/** Connections that have not said who they are yet: from one address, which may be a whole plant's, and in all. */
const UNKNOWN_FROM_ADDRESS_MAX = 200
const UNKNOWN_IN_ALL_MAX = 1000
/** Sign-in with its last will, and any later packet: a thousand values, or a spectrum. */
const FIRST_PACKET_BYTES_MAX = 8 * 1024
const PACKET_BYTES_MAX = 512 * 1024
const HANDSHAKE_MS = 10_000
/** Ports tried after the usual one. */
const PORTS_TRIED = 20

interface Connected extends SignedIn {
  readonly client: Client
  readonly letGo: () => void
}

/** Where devices come in: sockets, who is behind them, and for how long. */
class Door implements OpenDoor {
  private readonly runtime: Runtime
  private readonly settings: DoorSettings
  private readonly hearing: Hearing
  private readonly broker: Broker
  private readonly server: Server
  private readonly connected = new Map<Client, Connected>()
  private readonly unknown = new Map<string, number>()
  private unknownInAll = 0
  private readonly timer: NodeJS.Timeout
  private turning: Promise<void> = Promise.resolve()
  private port = 0

  constructor(runtime: Runtime, settings: DoorSettings) {
    this.runtime = runtime
    this.settings = settings
    this.hearing = new Hearing(runtime)
    this.broker = new Broker(runtime, this.hearing, {
      came: (client, device) => this.came(client, device),
      deviceOf: (client) => this.connected.get(client),
    })
    const { tls } = settings
    // 1.3 where the device can; what many of them hold in ROM ends with 1.2.
    const locks = { ...tls, minVersion: 'TLSv1.2' as const, handshakeTimeout: HANDSHAKE_MS }
    const take = (socket: Socket) => this.take(socket)
    this.server = tls ? createTlsServer(locks, take) : createServer(take)
    this.server.maxConnections = IN_ALL_MAX
    // A handshake that failed is its client's trouble.
    this.server.on('tlsClientError', () => undefined)
    this.timer = setInterval(() => {
      this.turning = this.turning.then(() => this.turn())
    }, SEEN_EVERY_MS)
  }

  get facts(): DoorFacts {
    const { host, tls } = this.settings
    return { state: 'open', port: this.port, tls: tls !== undefined, loopback: isLoopback(host) }
  }

  faultsOf(deviceId: GatewayId): DeviceFault[] {
    return this.hearing.faultsOf(deviceId)
  }

  /** @throws Error of the socket when the port cannot be had. */
  async open(): Promise<void> {
    await this.broker.start()
    const { port, isPortFree } = this.settings
    for (let tried = 0; ; tried += 1) {
      try {
        await this.listen(port === 0 ? 0 : port + tried)
        return
      } catch (error) {
        const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        if (!isTaken || !isPortFree || tried >= PORTS_TRIED) throw error
      }
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    await this.turning
    await this.broker.stop()
    await closed
    await this.hearing.stop()
  }

  private async listen(port: number): Promise<void> {
    const { host } = this.settings
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port }, () => {
        this.server.off('error', reject)
        resolve()
      })
    })
    const address = this.server.address()
    this.port = typeof address === 'object' && address ? address.port : port
  }

  /** Somebody is at the door. */
  private take(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    const fromThere = this.unknown.get(address) ?? 0
    if (fromThere >= UNKNOWN_FROM_ADDRESS_MAX || this.unknownInAll >= UNKNOWN_IN_ALL_MAX) {
      socket.destroy()
      return
    }
    this.count(address, 1)
    socket.setNoDelay(true)
    // Devices without a keep-alive of MQTT vanish as well.
    socket.setKeepAlive(true, MINUTE_MS)
    guardPackets(socket)
    const client = this.broker.handle(socket)
    let isUnknown = true
    const known = () => {
      if (isUnknown) this.count(address, -1)
      isUnknown = false
    }
    client.on('connected', known)
    socket.once('close', () => {
      known()
      this.went(client)
    })
  }

  private count(address: string, by: number): void {
    this.unknownInAll += by
    const fromThere = (this.unknown.get(address) ?? 0) + by
    if (fromThere > 0) this.unknown.set(address, fromThere)
    else this.unknown.delete(address)
  }

  private came(client: Client, device: SignedIn): string | undefined {
    // Its socket said so already, and will not say it again.
    if (client.conn.destroyed) return 'It has gone.'
    const { id, enterpriseId } = device
    const others = [...this.connected.values()].filter((one) => one.enterpriseId === enterpriseId)
    if (others.length >= OF_COMPANY_MAX) return 'Too many devices of this company are connected.'
    if (others.filter((one) => one.id === id).length >= OF_DEVICE_MAX) return 'This device is connected too often.'
    const letGo = holdDirectLine({ live: this.runtime.live, enterpriseId }, id, () => this.dismiss(client))
    this.connected.set(client, { ...device, client, letGo })
    this.runtime.live.publish(enterpriseId, DEVICES_TOPIC, { deviceId: id })
    return undefined
  }

  private went(client: Client): void {
    const connected = this.connected.get(client)
    if (!connected) return
    this.connected.delete(client)
    connected.letGo()
    this.runtime.live.publish(connected.enterpriseId, DEVICES_TOPIC, { deviceId: connected.id })
  }

  /** Hangs up on who may no longer be here: nothing more of it counts, its last will neither. */
  private dismiss(client: Client): void {
    this.went(client)
    client.close()
  }

  /** Says that the devices are here, and hangs up on those that were ended elsewhere or have expired. */
  private async turn(): Promise<void> {
    for (const [enterpriseId, devices] of Map.groupBy(this.connected.values(), (one) => one.enterpriseId)) {
      try {
        const ended = new Set(await keepSeen(this.runtime, enterpriseId, devices))
        for (const one of devices) if (ended.has(one)) this.dismiss(one.client)
      } catch (error) {
        this.runtime.log.warn('Devices could not be looked after; it is tried again.', {}, error)
      }
    }
  }
}

/** Ends a connection whose packets announce more than we keep, before it is kept. */
function guardPackets(socket: Socket): void {
  const isWithin = packetGuard(FIRST_PACKET_BYTES_MAX, PACKET_BYTES_MAX)
  const read = socket.read.bind(socket)
  socket.read = (size) => {
    const piece: Buffer | null = read(size)
    if (piece === null || isWithin(piece)) return piece
    socket.destroy()
    return null
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

/**
 * Opens the door for devices that speak MQTT. Ingest must run in this process.
 *
 * @returns where it is; `stop` hangs up on everybody. What was not acknowledged by then, devices send again.
 * @throws Error of the socket when the port cannot be had.
 */
export async function openDoor(
  runtime: Runtime,
  settings: DoorSettings,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const door = new Door(runtime, settings)
  try {
    await door.open()
  } catch (error) {
    await door.stop()
    throw error
  }
  const takeAway = keepDoor(runtime, door)
  const { facts } = door
  return {
    port: facts.state === 'open' ? facts.port : 0,
    async stop() {
      takeAway()
      await door.stop()
    },
  }
}
