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
 * @throws limited       the company sends more than its quota: keep the batch and retry after `retryAfterMs`
 * @throws ingestBusy    the history is too far behind, or ingest does not run: keep the batch and retry
 */
export async function takeBatch(runtime: Runtime, gateway: Actor, journal: string, payload: Buffer): Promise<number> {
  if (gateway.kind !== 'gateway') throw forbidden('Only gateways send samples.')
  const hub = hubOf(runtime)
  const { ingest } = hub
  if (!ingest) throw ingestBusy('Ingest is not running.')
  if (ingest.consumer.isBehind) throw ingestBusy('The history is too far behind to take more.')

  // Before anything is read of it: who sends too much must not cost more than the refusal.
  runtime.quotas.check(gateway, 'samples')
  const batch = decodeBatch(payload)
  const { enterpriseId, id: gatewayId } = gateway
  runtime.quotas.charge(gateway, 'samples', sampleCountOf(batch))
  const needed = batch.columns.map((column) => column.series)
  const signals = await hub.catalogue.of(runtime, enterpriseId, needed)
  const { accepted, dropped } = divideBatch(batch, gatewayId, signals, epochMs(now()))
  for (const one of dropped) report(runtime, ingest, gatewayId, one)
  await ingest.intake.store({ enterpriseId, gatewayId, journal, sequence: batch.sequence, payload, accepted })
  return batch.sequence
}

function sampleCountOf({ columns }: ReturnType<typeof decodeBatch>): number {
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
