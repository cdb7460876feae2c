import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

// The plant's side of the MQTT benchmark, a process of its own. Packets are put together here from their bytes, so that the
// generator leaves most of the machine to the server.

export interface PlayedDevice {
  readonly id: string
  readonly secret: string
  readonly signals: readonly { readonly address: string; readonly series: number }[]
}

export interface DevicesOrder {
  readonly port: number
  readonly devices: readonly PlayedDevice[]
  /** Messages of one connection on their way at once. */
  readonly inFlight: number
  /** Of the first sample. */
  readonly startMs: number
  readonly lengthMs: number
}

export interface DevicesReport {
  /** Acknowledged. */
  readonly messages: number
  readonly tookMs: number
  /** Of every hundredth message, from its sending to its acknowledgement. */
  readonly ackMs: readonly number[]
  /** For each signal of each device, in the order given. */
  readonly acknowledged: readonly (readonly number[])[]
}

const PERIOD_MS = 50
const CONNACK_BYTES = 4
const PUBACK_BYTES = 4
const PACKET_ID_MAX = 65_535
const MEASURED_EVERY = 100

/** One device with its connection. */
class Player {
  private readonly device: PlayedDevice
  private readonly order: DevicesOrder
  private readonly socket: Socket
  /** PUBLISH of each signal, but for packet id, value and time. */
  private readonly templates: readonly { readonly bytes: Buffer; readonly idAt: number }[]
  /** Of the packet with this id: which signal, and when it was sent if it is measured. */
  private readonly signalOf = new Uint8Array(PACKET_ID_MAX + 1)
  private readonly sentAtMs = new Map<number, number>()
  private sent = 0
  private flying = 0
  private half = Buffer.alloc(0)
  private isEnding = false
  private readonly done: Promise<void>
  private readonly finish: () => void
  private readonly fail: (error: Error) => void
  readonly acknowledged: number[]
  readonly ackMs: number[] = []

  constructor(order: DevicesOrder, device: PlayedDevice) {
    this.order = order
    this.device = device
    this.socket = connect(order.port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.templates = device.signals.map(({ address }) => templateOf(`millrace/v1/${device.id}/${address}`))
    this.acknowledged = device.signals.map(() => 0)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.done = promise
    this.finish = resolve
    this.fail = reject
    this.socket.on('error', this.fail)
    this.socket.on('close', () => this.fail(new Error('A connection was closed.')))
  }

  /** @throws Error when the server does not let it in. */
  async signIn(): Promise<void> {
    await once(this.socket, 'connect')
    const { id, secret } = this.device
    const texts = [id, id, secret].map((text) => [uint16(text.length), Buffer.from(text)])
    // Protocol MQTT, level 4; user name, password, clean session; keep-alive of a minute.
    const body = Buffer.concat([Buffer.from([0, 4, 77, 81, 84, 84, 4, 0xc2, 0, 60]), ...texts.flat()])
    this.socket.write(Buffer.concat([Buffer.from([0x10]), varint(body.length), body]))
    const [answer] = (await once(this.socket, 'data')) as [Buffer]
    if (answer.length !== CONNACK_BYTES || answer[3] !== 0) throw new Error(`CONNACK is ${answer.toString('hex')}.`)
    this.socket.on('data', (piece: Buffer) => this.hear(piece))
  }

  start(): void {
    this.send()
  }

  /** Sends nothing more; resolves when everything is acknowledged. */
  async end(): Promise<void> {
    this.isEnding = true
    if (this.flying === 0) this.finish()
    await this.done
    this.socket.removeAllListeners('close')
    this.socket.end(Buffer.from([0xe0, 0]))
  }

  private send(): void {
    const count = this.isEnding ? 0 : this.order.inFlight - this.flying
    if (count === 0) return
    const packets: Buffer[] = []
    for (let index = 0; index < count; index += 1) packets.push(this.next())
    this.flying += count
    this.socket.write(Buffer.concat(packets))
  }

  private next(): Buffer {
    const signal = this.sent % this.templates.length
    const timeMs = this.order.startMs + PERIOD_MS * Math.floor(this.sent / this.templates.length)
    const id = (this.sent % PACKET_ID_MAX) + 1
    if (this.sent % MEASURED_EVERY === 0) this.sentAtMs.set(id, performance.now())
    this.sent += 1
    this.signalOf[id] = signal
    const { bytes, idAt } = this.templates[signal] as { bytes: Buffer; idAt: number } // a remainder
    const packet = Buffer.from(bytes)
    packet.writeUInt16BE(id, idAt)
    // As TEMPLATE has it.
    packet.write(String(1000 + ((this.sent * 7919) % 9000)), idAt + 2 + 9, 4, 'latin1')
    packet.write(String(timeMs), idAt + 2 + 28, 13, 'latin1')
    return packet
  }

  private hear(piece: Buffer): void {
    const bytes = this.half.length > 0 ? Buffer.concat([this.half, piece]) : piece
    let at = 0
    for (; at + PUBACK_BYTES <= bytes.length; at += PUBACK_BYTES) {
      if (bytes[at] !== 0x40) {
        this.fail(new Error('Something else than PUBACK came.'))
        return
      }
      const id = bytes.readUInt16BE(at + 2)
      const signal = this.signalOf[id] ?? 0
      this.acknowledged[signal] = (this.acknowledged[signal] ?? 0) + 1
      this.flying -= 1
      const sentAtMs = this.sentAtMs.get(id)
      if (sentAtMs === undefined) continue
      this.ackMs.push(performance.now() - sentAtMs)
      this.sentAtMs.delete(id)
    }
    this.half = Buffer.from(bytes.subarray(at))
    if (this.isEnding && this.flying === 0) this.finish()
    else this.send()
  }
}

const TEMPLATE = '{"value":0000.5,"timestamp":0000000000000}'

function templateOf(topic: string): { bytes: Buffer; idAt: number } {
  const name = Buffer.from(topic)
  const body = Buffer.concat([uint16(name.length), name, uint16(0), Buffer.from(TEMPLATE)])
  const head = Buffer.concat([Buffer.from([0x32]), varint(body.length)])
  return { bytes: Buffer.concat([head, body]), idAt: head.length + 2 + name.length }
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.from([(value % 128) | 128, Math.floor(value / 128)])
}

async function generate(order: DevicesOrder): Promise<DevicesReport> {
  const players = order.devices.map((device) => new Player(order, device))
  await Promise.all(players.map((player) => player.signIn()))
  const startMs = performance.now()
  for (const player of players) player.start()
  await new Promise((resolve) => setTimeout(resolve, order.lengthMs))
  await Promise.all(players.map((player) => player.end()))
  const acknowledged = players.map((player) => player.acknowledged)
  return {
    messages: acknowledged.flat().reduce((sum, count) => sum + count, 0),
    tookMs: performance.now() - startMs,
    ackMs: players.flatMap((player) => player.ackMs),
    acknowledged,
  }
}

process.on('message', (order: DevicesOrder) => {
  generate(order).then(
    (report) => process.send?.(report),
    (error: unknown) =>
      process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.once('disconnect', () => process.exit())
