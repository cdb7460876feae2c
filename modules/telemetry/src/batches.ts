import { decodeBatch, epochMs, now } from '@millrace/base'
import { type Actor, forbidden, type Runtime } from '@millrace/runtime'
import { type DroppedColumn, divideBatch } from './acceptance-rules.ts'
import { ingestBusy } from './contract.ts'
import { hubOf, type Ingest } from './hub.ts'

/** What was dropped is remembered to be said once; with so many different things to say, all is said again. */
const REPORTED_MAX = 10_000

/**
 * Takes a batch of a gateway: resolves when it is durable. Samples of signals the gateway does not read are dropped, and
 * said so once in the log.
 *
 * @returns the batch's sequence number, also when it was stored before.
 * @throws batchInvalid  the bytes are no batch: nothing of it is stored
 * @throws sequenceGap   batches before it are missing; `expected` says where to go on
 * @throws ingestBusy    the history is too far behind, or ingest does not run: keep the batch and retry
 */
export async function takeBatch(runtime: Runtime, gateway: Actor, journal: string, payload: Buffer): Promise<number> {
  if (gateway.kind !== 'gateway') throw forbidden('Only gateways send samples.')
  const hub = hubOf(runtime)
  const { ingest } = hub
  if (!ingest) throw ingestBusy('Ingest is not running.')
  if (ingest.consumer.isBehind) throw ingestBusy('The history is too far behind to take more.')

  const batch = decodeBatch(payload)
  const { enterpriseId, id: gatewayId } = gateway
  const needed = batch.columns.map((column) => column.series)
  const signals = await hub.catalogue.of(runtime, enterpriseId, needed)
  const { accepted, dropped } = divideBatch(batch, gatewayId, signals, epochMs(now()))
  for (const one of dropped) report(runtime, ingest, gatewayId, one)
  await ingest.intake.store({ enterpriseId, gatewayId, journal, sequence: batch.sequence, payload, accepted })
  return batch.sequence
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
