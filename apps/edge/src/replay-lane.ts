import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instant } from '@millrace/base'
import type { Tag } from '@millrace/plant/contract'
import { Cloud, problemText } from './cloud.ts'
import { Collector } from './collector.ts'
import { parseConfiguration } from './configuration.ts'
import { enrol } from './enrolment.ts'
import { listen } from './event-stream.ts'
import { loadKey, TokenMaker } from './identity.ts'
import { Journal } from './journal.ts'
import { Counted, type Log } from './log.ts'
import { waitMs } from './pause.ts'
import { Reporter } from './reporter.ts'
import { Uplink } from './uplink.ts'

const JOURNAL_MAX_BYTES = 256 * 1024 * 1024

/** Batches ahead of the cloud; then the file waits. */
const BACKLOG_MAX = 50
const BACKLOG_LOOK_MS = 20

/** How long the last batches may take when the file is at its end. */
const DRAIN_MAX_MS = 60_000

/** One recorded machine on its way to the cloud: a gateway of its own, with journal and uplink like any other. */
export type ReplayLane = {
  take: (timeMs: number, values: readonly (number | undefined)[]) => void
  /** Resolves when the cloud has kept up enough to go on. */
  keepUp: (signal: AbortSignal) => Promise<void>
  /** Sends what is left, for a while. @returns how many batches were left behind. */
  close: (signal: AbortSignal) => Promise<number>
}

/**
 * Enrols a replay's gateway and finds its signals.
 *
 * @param names of the values, in the order in which `take` will get them. A name without signal is left out.
 */
export async function openLane(
  url: URL,
  code: string,
  names: readonly string[],
  log: Log,
  signal: AbortSignal,
): Promise<ReplayLane> {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-replay-'))
  const key = await loadKey(dir)
  const identity = await enrol(dir, url, code, key, log, signal)
  const tokens = new TokenMaker(identity, key)
  const cloud = new Cloud(url, () => tokens.make(Date.now()))
  const tags = await fetchTags(cloud)
  const connectionId = tags[0]?.connectionId ?? ''
  const counted = new Counted(log)
  const journal = await Journal.open(join(dir, 'journal'), { maxBytes: JOURNAL_MAX_BYTES, log })
  const collector = new Collector(journal, counted)
  collector.setTags(tags.map((tag) => ({ ...tag, address: tag.name })))

  const stop = new AbortController()
  const sinceAt = instant(Date.now())
  const state = { connectionId: connectionId as Tag['connectionId'], state: 'connected', sinceAt } as const
  const running = Promise.allSettled([
    new Uplink(cloud, journal, log).run(stop.signal),
    // The cloud shows a gateway as online while it listens; there is nothing to hear for this one.
    listen(cloud, { connected: () => undefined, event: () => undefined }, log, stop.signal),
    new Reporter(cloud, journal, () => (connectionId === '' ? [] : [state]), log).run(stop.signal),
  ])
  const waitForBacklog = async (most: number, until: AbortSignal) => {
    await collector.settled()
    while (journal.backlog > most && !until.aborted) await waitMs(BACKLOG_LOOK_MS, until)
  }
  return {
    take: (timestampMs, values) => {
      const readings = values.map((value, index) => ({
        address: names[index] ?? '',
        timestampMs,
        value: value ?? null,
        quality: value === undefined ? ('bad' as const) : ('good' as const),
      }))
      collector.take(connectionId, readings)
    },
    keepUp: (until) => waitForBacklog(BACKLOG_MAX, until),
    close: async (until) => {
      await collector.close()
      await waitForBacklog(0, AbortSignal.any([until, AbortSignal.timeout(DRAIN_MAX_MS)]))
      stop.abort()
      await running
      const left = journal.backlog
      await journal.close()
      cloud.close()
      await rm(dir, { recursive: true, force: true })
      return left
    },
  }
}

async function fetchTags(cloud: Cloud): Promise<Tag[]> {
  const answer = await cloud.send({ method: 'GET', path: '/plant/gateways/self/configuration' })
  if (answer.status !== 200) throw new Error(`The server gives no configuration (${problemText(answer)}).`)
  const { tags } = parseConfiguration(answer.json)
  if (tags.length === 0) throw new Error('The server has no signals for this recording.')
  return tags
}
