import { ensureCluster } from './embedded-cluster.ts'
import { preparePlace, removePlace } from './embedded-place.ts'
import { servesCluster, stopServer } from './embedded-process.ts'
import { boundLog, runServer } from './embedded-server.ts'

export { reachDatabase } from './embedded-connection.ts'
export { databaseDiskFull, databaseUnusable } from './embedded-problem.ts'

/** How often the server is looked at and its log kept within bounds. */
const WATCH_MS = 1000

export type EmbeddedPostgresOptions = {
  /** Everything of the database lies here (for root sometimes below /var/lib/millrace). Made if need be. */
  readonly dataDir: string
  /** Gets plain sentences about what takes time. */
  readonly onLog?: (line: string) => void
}

export type EmbeddedPostgres = {
  /** Connects as superuser to the database `millrace`. Holds the password: never log it. */
  readonly url: string
  readonly pid: number
  /** Whether it was still running from an earlier start. */
  readonly adopted: boolean
  /** Settles when the server is gone, whether it was stopped or crashed; within about a second of it. */
  readonly gone: Promise<void>
  /** Stops it in order and waits for it. Safe to call twice, and when it has crashed. */
  stop(): Promise<void>
  /** Stops it within a few seconds; the next start recovers. For a person who does not want to wait. */
  kill(): Promise<void>
  /** Stops it and deletes all its data. For tests. */
  remove(): Promise<void>
}

/**
 * Starts the PostgreSQL that comes with Millrace, on 127.0.0.1 with a random password, or takes over the one that a
 * killed Millrace left running on the same data folder. Only a process whose command line names this folder is ever
 * touched.
 *
 * One caller at a time per folder: the caller holds a lock of its own.
 *
 * @throws databaseUnusable with one sentence that says what to do: no permission, no binaries
 * @throws databaseDiskFull
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const onLog = options.onLog ?? (() => undefined)
  const place = await preparePlace(options.dataDir, onLog)
  const password = await ensureCluster(place, onLog)
  const { pid, url, adopted } = await runServer(place, password, onLog)

  // Asked for, not waited for: an adopted server is not our child, and a server must not keep this process alive.
  const gone = new Promise<void>((resolve) => {
    const watch = setInterval(async () => {
      await boundLog(place).catch(() => undefined) // a full disk must not end the watch
      if (await servesCluster(pid, place.clusterDir)) return
      clearInterval(watch)
      resolve()
    }, WATCH_MS)
    watch.unref()
  })
  const stop = () => stopServer(pid, place.clusterDir)

  return {
    url,
    pid,
    adopted,
    gone,
    stop,
    kill: () => stopServer(pid, place.clusterDir, true),
    remove: async () => {
      await stop()
      await removePlace(place)
    },
  }
}
