import { DAY_MS, epochMs, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import { type Live, plays, type Runtime } from '@millrace/runtime'
import { Catalogue } from './catalogue.ts'
import { ClusterInbox } from './cluster-inbox.ts'
import { FanOut, type SampleHandler } from './fan-out.ts'
import { HistoryWorker } from './history-worker.ts'
import { forgetImports } from './import-chunk-store.ts'
import { IMPORT_UNDO_DAYS } from './import-contract.ts'
import { inboxPartOf } from './inbox-rules.ts'
import { InboxWork, openInbox } from './inbox-work.ts'
import { INGEST_CONNECTIONS, type IngestPool, ingestPool } from './ingest-store.ts'
import { Intake } from './intake.ts'
import { Newest } from './newest.ts'
import { NewestLine, NewestTeller } from './newest-line.ts'
import { NewestSaver } from './newest-saver.ts'
import { listGoneEnterprises, removeEnterprise } from './partition-store.ts'
import { Partitions } from './partitions.ts'
import { removeSingleReceipts } from './receipt-store.ts'
import { listNewest } from './sample-store.ts'
import { Thinner } from './thinner.ts'

const UPKEEP_EVERY_MS = 30 * MINUTE_MS
const UPKEEP_AGAIN_MS = 30 * SECOND_MS
/** How long a single delivery of a small client is known as such. */
const SINGLE_RECEIPT_MS = 7 * DAY_MS

/** Topic on which servers hear that signals of an enterprise changed. No module lists it: no person can watch it. */
export const CATALOGUE_TOPIC = 'telemetry.catalogue'

/** Ingest at work: between the module's start and its stop. */
export interface Ingest {
  readonly pool: IngestPool
  readonly intake: Pick<Intake, 'store'>
  readonly history: Pick<HistoryWorker, 'isBehind'>
  readonly partitions: Partitions
  /** Where the history is worked on. */
  readonly thinner?: Thinner
  /** What was dropped is said once: `gateway series reason`. */
  readonly reported: Set<string>
}

/** What telemetry keeps in memory of one running server. */
export interface Hub {
  readonly catalogue: Catalogue
  readonly newest: Newest
  readonly fanOut: FanOut
  ingest: Ingest | undefined
  /** Where other servers tell the newest samples; undefined where they pass through this one. */
  newestLine: NewestLine | undefined
  /** Called when samples that passed through this server pass through another from now on. */
  readonly elsewhere: Set<() => Promise<void>>
  /** Whether something that one worker does is for this one. */
  isOurs: (id: string) => boolean
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
    newestLine: undefined,
    elsewhere: new Set(),
    isOurs: () => true,
  }
  hubs.set(live, hub)
  live.follow(CATALOGUE_TOPIC, (enterpriseId) => hub.catalogue.forget(enterpriseId))
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

/**
 * Calls a function before samples that passed through this process begin to pass through another. What it returns is waited for.
 *
 * @returns ends that.
 */
export function onSamplesElsewhere(server: { readonly live: Live }, act: () => Promise<void>): () => void {
  const { elsewhere } = hubOf(server)
  elsewhere.add(act)
  return () => elsewhere.delete(act)
}

/** Starts what this server does of taking samples, writing the history, and showing the newest. */
export async function startIngest(runtime: Runtime): Promise<{ stop(): Promise<void> }> {
  const { cluster, live, log } = runtime
  const hub = hubOf(runtime)
  if (cluster && (plays(runtime, 'ingest') || plays(runtime, 'worker'))) await openInbox(cluster)
  const worker = plays(runtime, 'worker') ? await startWorker(runtime) : undefined
  const started: { stop(): void | Promise<void> }[] = []
  if (cluster && plays(runtime, 'ingest')) {
    const inbox = new ClusterInbox(cluster, log)
    const pool = worker?.pool ?? ingestPool(runtime.openPool('millrace_ingest', INGEST_CONNECTIONS))
    // Whether the history is behind is for the worker to say, batch by batch.
    hub.ingest = {
      partitions: new Partitions(),
      ...worker,
      pool,
      intake: inbox,
      history: { isBehind: false },
      reported: new Set(),
    }
    started.push({
      async stop() {
        hub.ingest = undefined
        await inbox.stop()
        if (!worker) await pool.close()
      },
    })
  } else if (worker) {
    hub.ingest = worker
  }
  if (cluster && plays(runtime, 'api')) {
    const line = new NewestLine(live, hub.newest, log, worker === undefined)
    hub.newestLine = line
    started.push({
      stop() {
        hub.newestLine = undefined
        line.stop()
      },
    })
  }
  return {
    async stop() {
      for (const one of started) await one.stop()
      await worker?.stop()
      hub.ingest = undefined
    },
  }
}

/** Starts a worker: what an earlier process left in the inbox comes first. */
async function startWorker(runtime: Runtime): Promise<Ingest & { stop(): Promise<void> }> {
  const { cluster } = runtime
  const hub = hubOf(runtime)
  const pool = ingestPool(runtime.openPool('millrace_ingest', INGEST_CONNECTIONS))
  const partitions = new Partitions()
  await partitions.upkeep(pool, epochMs(now()))
  for (const sample of await pool.transact(listNewest)) {
    hub.newest.add(sample.enterpriseId, sample.series, sample, true)
  }

  // Where others work, too, its parts of the inbox are its own when they are leased.
  const history = new HistoryWorker(runtime, cluster ? [] : undefined, (found) => {
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
  const thinner = new Thinner(runtime, pool, hub.catalogue)
  thinner.start()

  let isStopped = false
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
    if (!isStopped) timer = setTimeout(again, pauseMs)
  }
  const again = () => {
    upkeep = keepUp()
  }
  timer = setTimeout(again, UPKEEP_AGAIN_MS)

  const teller = cluster ? new NewestTeller(runtime.live, hub.newest, hub.fanOut) : undefined
  const work =
    cluster &&
    new InboxWork(runtime, cluster, {
      ...{ intake, catalogue: hub.catalogue, isBehind: () => history.isBehind },
      onParts: (parts) => history.take(parts),
      onGiving: async () => {
        await Promise.all([...hub.elsewhere].map((act) => act()))
      },
    })
  if (work) hub.isOurs = (id) => work.parts.includes(inboxPartOf(id))
  return {
    ...{ pool, intake, history, partitions, thinner, reported: new Set<string>() },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await work?.stop()
      teller?.stop()
      await intake.stop()
      await Promise.all([history.stop(), saver.stop(), thinner.stop(), upkeep])
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
