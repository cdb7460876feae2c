import { setTimeout as pause } from 'node:timers/promises'
import { encodeBatch, QUALITY } from '@millrace/base'
import { BatchSender } from './batch-sender.ts'
import { clockMs } from './clock.ts'
import type { PlayedGateway } from './ingest-plant.ts'

// The plant's side of the live benchmark, a process of its own: gateways that send in real time what their machines measure.

export interface LiveGeneratorOrder {
  readonly url: string
  readonly gateways: readonly { readonly gateway: PlayedGateway; readonly periodMs: number }[]
}

/** When which samples were acknowledged: up to the one of this time, of the gateway of this place in the order. */
export interface Acknowledgement {
  readonly at: number
  readonly timestampMs: number
  /** Both on the clock of {@link clockMs}, the clock of all processes of this machine. */
  readonly sentMs: number
  readonly acknowledgedMs: number
}

/** Batches leave at least this often, as those of a gateway whose server is near. */
const BATCH_MS = 500

let isEnding = false

async function play(order: LiveGeneratorOrder, place: number): Promise<Acknowledgement[]> {
  const played = order.gateways[place]
  if (!played) return []
  const { gateway, periodMs } = played
  const sender = new BatchSender(order.url, gateway)
  const acknowledged: Acknowledgement[] = []
  const count = Math.max(1, BATCH_MS / periodMs)
  // Gateways do not send in step.
  let timestampMs = Math.ceil(clockMs() / 1000) * 1000 + periodMs * Math.floor((10 * place) / order.gateways.length)
  for (let sequence = 1; !isEnding; sequence += 1) {
    const timestampsMs = Float64Array.from({ length: count }, (_, at) => timestampMs + at * periodMs)
    const lastMs = timestampMs + (count - 1) * periodMs
    const columns = gateway.series.map((series) => ({
      ...{ series, kind: 'number' as const, timestampsMs },
      values: Float64Array.from(timestampsMs, () => Math.round(Math.random() * 10_000) / 100),
      qualities: new Uint8Array(count).fill(QUALITY.good),
    }))
    const body = encodeBatch({ sequence, columns })
    await pause(Math.max(0, lastMs - clockMs()))
    const sentMs = clockMs()
    await sender.send(body)
    acknowledged.push({ at: place, timestampMs: lastMs, sentMs, acknowledgedMs: clockMs() })
    timestampMs = lastMs + periodMs
  }
  sender.close()
  return acknowledged
}

process.on('message', (message: LiveGeneratorOrder | 'end') => {
  if (message === 'end') {
    isEnding = true
    return
  }
  Promise.all(message.gateways.map((_, place) => play(message, place))).then(
    (all) => process.send?.(all.flat()),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
