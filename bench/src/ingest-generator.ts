import { setTimeout as pause } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { encodeBatch, QUALITY } from '@millrace/base'
import { BatchSender } from './batch-sender.ts'
import type { PlayedGateway } from './ingest-plant.ts'

// The plant's side of the ingest benchmark, a process of its own: gateways that send what their machines measured.

export interface GeneratorOrder {
  readonly url: string
  readonly gateways: readonly PlayedGateway[]
  /** Of the first sample. */
  readonly startMs: number
  /** Samples of each signal. */
  readonly perSecond: number
  /** In real time, one batch a second from each gateway. */
  readonly pacedMs: number
  /** As fast as the server takes it. */
  readonly fastMs: number
}

/** What was acknowledged in one phase. */
export interface Phase {
  readonly samples: number
  readonly tookMs: number
  /** Of each acknowledgement. */
  readonly ackMs: readonly number[]
  /** How often the server said not now. */
  readonly refused: number
}

export interface GeneratorReport {
  readonly paced: Phase
  readonly fast: Phase
  /** Samples of each signal of each gateway, in the order given. */
  readonly samplesEach: readonly number[]
}

/** In real time. */
const BATCH_EVERY_MS = 1000
const FAST_SAMPLES = 50
/** Signals of one machine of a gateway: a gateway that catches up sends machine after machine, so that batches stay at 5,000 samples. */
const MACHINE_SIGNALS = 100
/** Different courses each machine has to offer; after the last comes the first again. */
const TEMPLATES = 3

/** A batch but for its number and the time of its first sample. */
interface Template {
  /** Column count, and the first column up to the form of its times. */
  readonly head: Buffer
  /** Everything after the first time. */
  readonly rest: Buffer
}

/** One gateway with its journal. */
class Player {
  private readonly gateway: PlayedGateway
  private readonly sender: BatchSender
  private readonly paced: readonly Template[]
  /** Of each machine. */
  private readonly fast: readonly (readonly Template[])[]
  private readonly perSecond: number
  private sequence = 0
  private timeMs: number
  samplesEach = 0

  constructor(gateway: PlayedGateway, order: GeneratorOrder) {
    this.gateway = gateway
    this.sender = new BatchSender(order.url, gateway)
    this.timeMs = order.startMs
    this.perSecond = order.perSecond
    const periodMs = 1000 / order.perSecond
    this.paced = templatesOf(gateway.series, order.perSecond, periodMs)
    this.fast = machinesOf(gateway.series).map((series) => templatesOf(series, FAST_SAMPLES, periodMs))
  }

  /** Sends the next samples of all signals until they are acknowledged. @returns how many there were. */
  async send(pace: 'paced' | 'fast', ackMs: number[]): Promise<{ samples: number; refused: number }> {
    const count = pace === 'paced' ? this.perSecond : FAST_SAMPLES
    let refused = 0
    for (const templates of pace === 'paced' ? [this.paced] : this.fast) {
      this.sequence += 1
      const body = batchOf(templates[this.sequence % TEMPLATES] as Template, this.sequence, this.timeMs)
      const atMs = performance.now()
      refused += await this.sender.send(body)
      ackMs.push(performance.now() - atMs)
    }
    this.timeMs += (count * 1000) / this.perSecond
    this.samplesEach += count
    return { samples: count * this.gateway.series.length, refused }
  }

  close(): void {
    this.sender.close()
  }
}

function machinesOf(series: readonly number[]): number[][] {
  const count = Math.ceil(series.length / MACHINE_SIGNALS)
  return Array.from({ length: count }, (_, at) => series.slice(at * MACHINE_SIGNALS, (at + 1) * MACHINE_SIGNALS))
}

function templatesOf(series: readonly number[], samples: number, periodMs: number): Template[] {
  return Array.from({ length: TEMPLATES }, () => templateOf(series, samples, periodMs))
}

/** Encodes a course of every signal once, like a machine: a slow swing with noise in the second decimal. */
function templateOf(series: readonly number[], samples: number, periodMs: number): Template {
  const timestampsMs = Float64Array.from({ length: samples }, (_, at) => at * periodMs)
  const qualities = new Uint8Array(samples).fill(QUALITY.good)
  const columns = series.map((one) => {
    const level = 20 + Math.random() * 60
    const swing = Math.random() * Math.PI
    const values = Float64Array.from(
      timestampsMs,
      (_, at) => Math.round(100 * (level + 2 * Math.sin(swing + at / 40) + (Math.random() - 0.5) * 0.2)) / 100,
    )
    return { series: one, kind: 'number' as const, timestampsMs, values, qualities }
  })
  const bytes = Buffer.from(encodeBatch({ sequence: 1, columns }))
  // Version and sequence, two bytes; the number of columns; series, kind and number of samples of the first; the form of its times.
  let at = 2
  const skip = () => {
    while ((bytes[at] ?? 0) >= 128) at += 1
    at += 1
  }
  skip()
  skip()
  at += 1
  skip()
  at += 1
  const head = bytes.subarray(2, at)
  skip() // the first time
  return { head, rest: bytes.subarray(at, bytes.length - 4) }
}

function batchOf({ head, rest }: Template, sequence: number, firstMs: number): Buffer {
  const bytes = Buffer.concat([Buffer.of(2), varint(sequence), head, varint(2 * firstMs), rest, Buffer.alloc(4)])
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
  return bytes
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.of(...bytes, rest)
}

async function play(players: readonly Player[], phase: 'paced' | 'fast', lengthMs: number): Promise<Phase> {
  const startMs = performance.now()
  const ackMs: number[] = []
  let samples = 0
  let refused = 0
  await Promise.all(
    players.map(async (player, index) => {
      // Gateways do not send in step.
      let dueMs = startMs + (phase === 'paced' ? (BATCH_EVERY_MS * index) / players.length : 0)
      while (performance.now() - startMs < lengthMs) {
        if (phase === 'paced') {
          const waitMs = dueMs - performance.now()
          if (waitMs > 0) await pause(waitMs)
          dueMs += BATCH_EVERY_MS
        }
        const sent = await player.send(phase, ackMs)
        samples += sent.samples
        refused += sent.refused
      }
    }),
  )
  return { samples, refused, ackMs, tookMs: performance.now() - startMs }
}

async function generate(order: GeneratorOrder): Promise<GeneratorReport> {
  const players = order.gateways.map((gateway) => new Player(gateway, order))
  process.send?.('ready')
  const paced = await play(players, 'paced', order.pacedMs)
  process.send?.('fast')
  const fast = await play(players, 'fast', order.fastMs)
  for (const player of players) player.close()
  return { paced, fast, samplesEach: players.map((player) => player.samplesEach) }
}

process.on('message', (order: GeneratorOrder) => {
  generate(order).then(
    (report) => process.send?.(report),
    (error: unknown) =>
      process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.once('disconnect', () => process.exit())
