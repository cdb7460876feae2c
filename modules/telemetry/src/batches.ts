import { type Batch, BatchMemory, decodeBatch, encodeBatch, epochMs, now } from '@millrace/base'
import { type Actor, forbidden, type Runtime } from '@millrace/runtime'
import { type DroppedColumn, divideBatch } from './acceptance-rules.ts'
import { ingestBusy } from './contract.ts'
import { type Hub, hubOf, type Ingest } from './hub.ts'

/** What was dropped is remembered to be said once; with so many different things to say, all is said again. */
const REPORTED_MAX = 10_000

/**
 * Takes a batch of a gateway: resolves when it is durable. Samples of signals the gateway does not read are dropped, and
 * said so once in the log.
 *
 * @returns the batch's sequence number, also when it was stored before.
 * @throws batchInvalid  the bytes are no batch: nothing of it is stored
 * @throws sequenceGap   batches before it are missing; `expected` says where to go on
 * @throws limited       the company sends more than its quota: keep the batch and retry after `retryAfterMs`
 * @throws ingestBusy    the history is too far behind, or ingest does not run: keep the batch and retry
 */
export async function takeBatch(runtime: Runtime, gateway: Actor, journal: string, payload: Buffer): Promise<number> {
  if (gateway.kind !== 'gateway') throw forbidden('Only gateways send batches. A program sends JSON or CSV.')
  const { ingest, catalogue } = openIngest(runtime, gateway)
  let batch = readNow(payload)
  const { sequence } = batch
  runtime.quotas.charge(gateway, 'samples', sampleCountOf(batch))
  const { enterpriseId, id: gatewayId } = gateway
  const needed = batch.columns.map((column) => column.series)
  let signals = catalogue.known(enterpriseId, needed)
  if (!signals) {
    signals = await catalogue.of(runtime, enterpriseId, needed)
    batch = readNow(payload)
  }
  let { accepted, dropped } = divideBatch(batch, gatewayId, signals, epochMs(now()))
  if (dropped.some(({ reason }) => reason !== 'time out of bounds')) {
    // Perhaps it is only not known here yet.
    signals = await catalogue.recent(runtime, enterpriseId)
    ;({ accepted, dropped } = divideBatch(readNow(payload), gatewayId, signals, epochMs(now())))
  }
  // What is stored is what was accepted: nobody has to judge it again.
  const stored = dropped.length === 0 ? payload : Buffer.from(encodeBatch({ sequence, columns: accepted }))
  for (const one of dropped) report(runtime, ingest, gatewayId, one)
  await ingest.intake.store({ enterpriseId, gatewayId, journal, sequence, payload: stored, signals })
  return sequence
}

const memory = new BatchMemory(true)

/** Reads a batch for the moment: after the next wait somebody else has read another into the same memory. */
function readNow(payload: Uint8Array): Batch {
  memory.clear()
  return decodeBatch(payload, memory)
}

/** Refuses a sender before anything is read of what it sends: who sends too much must not cost more than the refusal. */
export function openIngest(runtime: Runtime, sender: Actor): Hub & { readonly ingest: Ingest } {
  const hub = hubOf(runtime)
  const { ingest } = hub
  if (!ingest) throw ingestBusy('Ingest is not running.')
  if (ingest.history.isBehind) throw ingestBusy('The history is too far behind to take more.')
  runtime.quotas.check(sender, 'samples')
  return { ...hub, ingest }
}

export function sampleCountOf({ columns }: Pick<Batch, 'columns'>): number {
  return columns.reduce((count, column) => count + column.timestampsMs.length, 0)
}

function report({ log }: Runtime, { reported }: Ingest, gatewayId: string, dropped: DroppedColumn): void {
  const { series, reason, sampleCount } = dropped
  const name = `${gatewayId} ${series} ${reason}`
  if (reported.has(name)) return
  if (reported.size >= REPORTED_MAX) reported.clear()
  reported.add(name)
  log.warn('Samples of a gateway are dropped; this is said once for each signal.', {
    gatewayId,
    series,
    reason,
    sampleCount,
  })
}
