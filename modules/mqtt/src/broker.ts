import type { EventEmitter } from 'node:events'
import { epochMs, now } from '@millrace/base'
import type { Runtime } from '@millrace/runtime'
import { DirectJournal } from '@millrace/telemetry'
import {
  Aedes,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from 'aedes'
import { createSignInGuard } from './device-rules.ts'
import { type SignedIn, signInDevice } from './device-sign-in.ts'
import type { Hearing } from './hearing.ts'
import { readingsOf } from './message-rules.ts'
import { addressIn, isOwnFilter } from './topic-rules.ts'

/** Who does not say CONNECT within this is hung up. */
const CONNECT_MS = 10_000
/** Who does not read what it asked for is hung up after this. */
const DRAIN_MS = 30_000
/** Messages of QoS 2 of one device between their first and their last step. */
const HALF_SENT_MAX = 100
/** Of a topic that is refused. */
const TOLD_LENGTH_MAX = 200
/** Ids of ours stand before those of the clients. */
const CLIENT_ID_LENGTH_MAX = 300

const RETURN_CODE = { unavailable: 3, wrong: 4, forbidden: 5 } as const

/** What the broker asks of whoever keeps the connections. */
export interface Attendance {
  /** A device that showed who it is. @returns why it cannot come in. */
  came(client: Client, device: SignedIn): string | undefined
  deviceOf(client: Client): SignedIn | undefined
}

/**
 * MQTT 3.1.1 by Aedes, with one purpose: what a device publishes below its own root is acknowledged when it is durable. Nothing
 * is passed from one device to another. A device that subscribes hears itself, which helps whoever sets it up.
 */
export class Broker {
  private readonly runtime: Runtime
  private readonly aedes: Aedes
  private readonly hearing: Hearing
  private readonly attendance: Attendance
  private readonly guard = createSignInGuard()
  private readonly journals = new Map<string, DirectJournal>()
  private readonly wills = new WeakMap<Client, string>()
  /** Messages of QoS 2 that are being stored, by their packet id, with everybody who waits for it. */
  private readonly storing = new WeakMap<Client, Map<number, Done[]>>()
  /** Devices of which some connection subscribed to something. */
  private readonly listening = new Map<string, Set<Client>>()

  private nowMs: number | undefined

  constructor(runtime: Runtime, hearing: Hearing, attendance: Attendance) {
    this.runtime = runtime
    this.hearing = hearing
    this.attendance = attendance
    this.aedes = new Aedes({
      ...{ connectTimeout: CONNECT_MS, drainTimeout: DRAIN_MS, maxInflightInbound: HALF_SENT_MAX },
      maxClientsIdLength: CLIENT_ID_LENGTH_MAX,
      preConnect: (client, packet, done) => done(null, this.prepare(client, packet)),
      authenticate: (client, userName, password, done) => {
        this.authenticate(client, userName ?? '', password?.toString() ?? '').then(
          (refusal) => done(refusal ?? null, refusal ? null : true),
          (error: unknown) => {
            runtime.log.warn('A device could not be signed in.', {}, error)
            done(refused('Try again later.', RETURN_CODE.unavailable), null)
          },
        )
      },
      authorizePublish: (client, packet, done) => this.take(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => done(null, this.admit(client, subscription)),
      authorizeForward: (client, packet) => {
        const device = attendance.deviceOf(client)
        return device && addressIn(packet.topic, device.root) !== undefined ? packet : null
      },
    })
    this.passOnWhereHeard()
  }

  async start(): Promise<void> {
    // It fails only where it keeps things, which is in memory.
    const emitter: EventEmitter = this.aedes
    emitter.on('error', (error: Error) => this.runtime.log.error('The broker for devices failed.', {}, error))
    await this.aedes.listen()
  }

  handle(...connection: Parameters<Aedes['handle']>): Client {
    return this.aedes.handle(...connection)
  }

  /** Ends every connection, then what waits of their messages. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.aedes.close(() => resolve()))
    await Promise.all([...this.journals.values()].map((journal) => journal.stop()))
  }

  /** Makes of what a client asks for what it gets, before it is known who it is. */
  private prepare(client: Client, packet: ConnectPacket): boolean {
    // Ids are the devices' own: nobody ends the session of another one by its name.
    if (packet.clientId) packet.clientId = `${packet.username ?? ''} ${packet.clientId}`
    // No session outlives its connection. The client is told so [MQTT-3.2.2-3].
    packet.clean = true
    if (packet.will) {
      packet.will.retain = false
      this.wills.set(client, packet.will.topic)
    }
    return true
  }

  private async authenticate(
    client: Client,
    userName: string,
    password: string,
  ): Promise<AuthenticateError | undefined> {
    const address = remoteAddressOf(client)
    const device = await signInDevice(this.runtime, this.guard, { userName, password, address })
    if (!device) return refused('The user name or the password is wrong.', RETURN_CODE.wrong)
    const will = this.wills.get(client)
    if (will !== undefined && addressIn(will, device.root) === undefined) {
      this.tellForeign(device, will)
      return refused('The topic of the last will belongs to others.', RETURN_CODE.forbidden)
    }
    const reason = this.attendance.came(client, device)
    return reason === undefined ? undefined : refused(reason, RETURN_CODE.unavailable)
  }

  private admit(client: Client, subscription: Subscription): Subscription | null {
    const device = this.attendance.deviceOf(client)
    if (!device) return null
    if (!isOwnFilter(subscription.topic, device.root)) {
      this.tellForeign(device, subscription.topic)
      return null
    }
    const { id } = device
    const listening = this.listening.get(id) ?? new Set<Client>()
    if (!listening.has(client)) client.conn.once('close', () => this.endListening(id, client))
    this.listening.set(id, listening.add(client))
    return subscription
  }

  private endListening(id: string, client: Client): void {
    const listening = this.listening.get(id)
    listening?.delete(client)
    if (listening?.size === 0) this.listening.delete(id)
  }

  /** Stores what a device publishes; `done` lets the broker acknowledge it, or with an error hang up. */
  private take(client: Client | null, packet: PublishPacket, done: Done): void {
    const device = client && this.attendance.deviceOf(client)
    if (!client || !device) {
      done(new Error('Nobody says this.'))
      return
    }
    const address = addressIn(packet.topic, device.root)
    if (address === undefined) {
      this.tellForeign(device, packet.topic)
      // MQTT 3.1.1 knows no other way to say no to a message [MQTT-3.3.5-2].
      done(new Error('The topic belongs to others.'))
      return
    }
    packet.retain = false
    if (packet.qos === 2) this.takeOnce(client, device, address, packet, done)
    else this.store(device, address, packet, done)
  }

  private tellForeign({ enterpriseId, id }: SignedIn, topic: string): void {
    this.hearing.unfit(enterpriseId, id, topic.slice(0, TOLD_LENGTH_MAX), 'is a topic that belongs to others')
  }

  /** A message of QoS 2 that comes again before its end was stored already, or is being stored. */
  private takeOnce(client: Client, device: SignedIn, address: string, packet: PublishPacket, done: Done): void {
    const storing = this.storing.get(client) ?? new Map<number, Done[]>()
    this.storing.set(client, storing)
    const messageId = packet.messageId ?? 0
    const waiting = storing.get(messageId)
    if (waiting) {
      waiting.push(done)
      return
    }
    const all = [done]
    storing.set(messageId, all)
    const finish: Done = (error) => {
      storing.delete(messageId)
      for (const one of all) one(error)
    }
    const { persistence } = this.aedes as Aedes & { persistence: Persistence }
    persistence.incomingGetPacket(client, packet).then(
      () => finish(null),
      () => this.store(device, address, packet, finish),
    )
  }

  private store(device: SignedIn, address: string, { payload }: PublishPacket, done: Done): void {
    const { id, enterpriseId } = device
    const readings = readingsOf(payload.toString(), address)
    if ('detail' in readings) {
      this.hearing.unfit(enterpriseId, id, address, readings.detail)
      // Sent again it would be the same: it is acknowledged, and told on the device's page.
      done(null)
      return
    }
    const message = { gatewayId: id, readings, arrivedMs: this.turnMs() }
    try {
      this.journalOf(enterpriseId).add(message, payload.length + address.length, (error) => done(error ?? null))
    } catch (error) {
      done(error instanceof Error ? error : new Error('The message could not be taken.'))
    }
  }

  /** The time, read once for everything that a turn of the sockets brings: thousands of messages a second. */
  private turnMs(): number {
    if (this.nowMs === undefined) {
      this.nowMs = epochMs(now())
      setImmediate(() => {
        this.nowMs = undefined
      })
    }
    return this.nowMs
  }

  private journalOf(enterpriseId: string): DirectJournal {
    const known = this.journals.get(enterpriseId)
    if (known) return known
    const journal = new DirectJournal(this.runtime, enterpriseId, this.hearing.listenerOf(enterpriseId))
    this.journals.set(enterpriseId, journal)
    return journal
  }

  /** What nobody hears ends with its acknowledgement: looking for subscribers costs more than everything else together. */
  private passOnWhereHeard(): void {
    // Aedes calls it with the client, which its types leave out.
    const inside = this.aedes as unknown as { publish: PassOn }
    const passOn = inside.publish.bind(inside)
    inside.publish = (packet, client, done) => {
      const device = typeof client === 'object' && client !== null ? this.attendance.deviceOf(client) : undefined
      if (done && device && !this.listening.has(device.id)) done(null)
      else passOn(packet, client, done)
    }
  }
}

type Done = (error?: Error | null) => void
type PassOn = (packet: PublishPacket, client: Client | null | Done, done?: Done) => void

interface Persistence {
  incomingGetPacket(client: Client, packet: PublishPacket): Promise<unknown>
}

function refused(message: string, returnCode: number): AuthenticateError {
  return Object.assign(new Error(message), { returnCode })
}

function remoteAddressOf({ conn }: Client): string {
  return ('remoteAddress' in conn ? conn.remoteAddress : undefined) ?? ''
}
