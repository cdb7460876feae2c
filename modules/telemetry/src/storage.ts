import { statfs } from 'node:fs/promises'
import type { Instant } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import { daysUntilFull, paceOf, type Volume } from './retention-rules.ts'
import * as store from './retention-store.ts'
import type { StorageReport } from './storage-contract.ts'

/**
 * What the history takes on disk, by site and class, and how long the disk will do.
 *
 * @param databaseDir where the database lies on this machine; undefined when it runs elsewhere.
 * @throws forbidden
 */
export async function readStorage(ctx: Context, databaseDir: string | undefined): Promise<StorageReport> {
  authorize(ctx.actor, 'telemetry:retention:read')
  const volumes = await store.listVolumes(ctx.db)
  const measuredAt = volumes.reduce<Instant | null>(
    (newest, one) => (newest === null || one.measuredAt > newest ? one.measuredAt : newest),
    null,
  )
  const disk = databaseDir === undefined ? undefined : await roomOf(databaseDir)
  const classes = [...Map.groupBy(volumes, (one) => `${one.siteId} ${one.class}`).values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const bytesIn = (...tiers: readonly string[]) =>
      group.filter(({ tier }) => tiers.includes(tier)).reduce((sum, { bytes }) => sum + bytes, 0)
    const samples = group.filter(({ tier }) => tier === 'raw' || tier === 'sparse' || tier === 'vector')
    return {
      ...{ siteId: first.siteId, class: first.class },
      sampleCount: samples.reduce((sum, { sampleCount }) => sum + sampleCount, 0),
      sampleBytes: bytesIn('raw', 'sparse', 'vector'),
      rollupBytes: bytesIn('minute', 'hour'),
    }
  })
  const weeks = [...Map.groupBy(volumes, (one) => one.weekMs)]
    .map(([weekMs, group]) => ({ weekMs, bytes: group.reduce((sum, { bytes }) => sum + bytes, 0) }))
    .sort((a, b) => a.weekMs - b.weekMs)
    .slice(-WEEKS_MAX)
  return {
    ...{ measuredAt, classes, weeks },
    bytes: volumes.reduce((sum, { bytes }) => sum + bytes, 0),
    bytesPerDay: Math.round(paceOf(volumes, ctx.nowMs).reduce((sum, { bytes }) => sum + bytes, 0)),
    disk: disk ?? null,
    fullInDays: disk
      ? daysUntilFull(withoutSites(volumes), await store.rulesOf(ctx.db), disk.freeBytes, ctx.nowMs)
      : null,
  }
}

/** Two years of them are shown. */
const WEEKS_MAX = 104

async function roomOf(directory: string): Promise<{ freeBytes: number; totalBytes: number } | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(directory)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    // A file system that does not say: then nothing is foretold.
    return undefined
  }
}

/** A forecast looks at thousands of days: sites make no difference to it. */
function withoutSites(volumes: readonly Volume[]): Volume[] {
  return [...Map.groupBy(volumes, (one) => `${one.class} ${one.tier} ${one.weekMs}`).values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const { class: of, tier, weekMs } = first
    const sum = (value: (volume: Volume) => number) => group.reduce((total, volume) => total + value(volume), 0)
    return {
      ...{ class: of, tier, weekMs },
      seriesCount: sum((volume) => volume.seriesCount),
      sampleCount: sum((volume) => volume.sampleCount),
      bytes: sum((volume) => volume.bytes),
    }
  })
}
