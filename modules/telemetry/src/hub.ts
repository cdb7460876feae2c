import { DAY_MS, epochMs, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import type { Live, Runtime } from '@millrace/runtime'
import { Catalogue } from './catalogue.ts'
import { FanOut, type SampleHandler } from './fan-out.ts'
import { HistoryWorker } from './history-worker.ts'
import { forgetImports } from './import-chunk-store.ts'
import { IMPORT_UNDO_DAYS, type ImportId } from './import-contract.ts'
import { INGEST_CONNECTIONS, type IngestPool, ingestPool } from './ingest-store.ts'
import { Intake } from './intake.ts'
import { Newest } from './newest.ts'
import { NewestSaver } from './newest-saver.ts'
import { listGoneEnterprises, removeEnterprise } from './partition-store.ts'
import { Partitions } from './partitions.ts'
import { removeSingleReceipts } from './receipt-store.ts'
import { listNewest } from './sample-store.ts'

const UPKEEP_EVERY_MS = 30 * MINUTE_MS
const UPKEEP_AGAIN_MS = 30 * SECOND_MS
/** How long a single delivery of a small client is known as such. */
const SINGLE_RECEIPT_MS = 7 * DAY_MS

/** Ingest at work: between the module's start and its stop. */
export interface Ingest {
  readonly pool: IngestPool
  readonly intake: Intake
  readonly history: HistoryWorker
  readonly partitions: Partitions
  /** What was dropped is said once: `gateway series reason`. */
  readonly reported: Set<string>
}

/** What telemetry keeps in memory of one running server. */
export interface Hub {
  readonly catalogue: Catalogue
  readonly newest: Newest
  readonly fanOut: FanOut
  ingest: Ingest | undefined
  /** Files on their way into the history, while it runs. */
  imports: { wake(enterpriseId: string, id: ImportId): void } | undefined
}

// Routes and services know their server by its context only; this leads from there to what belongs to it.
const hubs = new WeakMap<Live, Hub>()

/** The hub of the server to which a context or a runtime belongs. */
export function hubOf({ live }: { readonly live: Live }): Hub {
  const known = hubs.get(live)
  if (known) return known
  const newest = new Newest()
  const hub: Hub = {
    catalogue: new Catalogue(),
    newest,
    fanOut: new FanOut(live, newest),
    ingest: undefined,
    imports: undefined,
  }
  hubs.set(live, hub)
  return hub
}

/**
 * Calls a function with all samples as soon as they are durable, in the order of arrival, in this process. What was
 * acknowledged before a crash but not delivered is in the history only.
 *
 * @param handler must not block: every batch passes through it. What it throws is logged.
 * @returns ends the subscription.
 */
export function subscribeSamples(server: { readonly live: Live }, handler: SampleHandler): () => void {
  return hubOf(server).fanOut.subscribe(handler)
}

/** Starts ingest: what an earlier process left in the inbox comes first. */
export async function startIngest(runtime: Runtime): Promise<{ stop(): Promise<void> }> {
  const hub = hubOf(runtime)
  const pool = ingestPool(runtime.openPool('millrace_ingest', INGEST_CONNECTIONS))
  const partitions = new Partitions()
  await partitions.upkeep(pool, epochMs(now()))
  for (const sample of await pool.transact(listNewest)) {
    hub.newest.add(sample.enterpriseId, sample.series, sample, true)
  }

  const history = new HistoryWorker(runtime, (found) => {
    for (const sample of found) hub.newest.add(sample.enterpriseId, sample.series, sample)
  })
  await history.start()
  const intake = new Intake(pool, (batches) => {
    history.added(batches.reduce((bytes, { payload }) => bytes + payload.length, 0))
    // The gateways hear first.
    setImmediate(() => {
      for (const { enterpriseId, payload, signals } of batches) {
        hub.fanOut.deliver(enterpriseId, payload, signals, runtime.log)
      }
    })
  })
  const saver = new NewestSaver(hub.newest, pool, runtime.log)

  let upkeep: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout
  const keepUp = async () => {
    let pauseMs = UPKEEP_EVERY_MS
    try {
      await partitions.upkeep(pool, epochMs(now()))
      await pool.transact((client) => removeSingleReceipts(client, epochMs(now()) - SINGLE_RECEIPT_MS))
      await pool.transact((client) => forgetImports(client, epochMs(now()) - IMPORT_UNDO_DAYS * DAY_MS))
      for (const gone of await pool.transact(listGoneEnterprises)) await removeHistory(runtime, gone)
    } catch (error) {
      pauseMs = UPKEEP_AGAIN_MS
      runtime.log.warn('The history could not be tidied up; it is tried again.', {}, error)
    }
    if (hub.ingest) timer = setTimeout(again, pauseMs)
  }
  const again = () => {
    upkeep = keepUp()
  }
  timer = setTimeout(again, UPKEEP_AGAIN_MS)

  hub.ingest = { pool, intake, history, partitions, reported: new Set() }
  return {
    async stop() {
      hub.ingest = undefined
      clearTimeout(timer)
      await intake.stop()
      await Promise.all([history.stop(), saver.stop(), upkeep])
      clearTimeout(timer)
      hub.fanOut.stop()
      await pool.close()
    },
  }
}

/**
 * Removes everything the history holds of an enterprise, and what waits for it. For when its signals go, too: whatever its
 * gateways send afterwards is stored again.
 *
 * @throws Error when ingest does not run in this process.
 */
export async function removeHistory(server: { readonly live: Live }, enterpriseId: string): Promise<void> {
  const hub = hubOf(server)
  if (!hub.ingest) throw new Error('Ingest is not running.')
  await hub.ingest.pool.transact((client) => removeEnterprise(client, enterpriseId))
  hub.newest.forget(enterpriseId)
  hub.catalogue.forget(enterpriseId)
}
