import { DAY_MS } from '@millrace/base'
import type { Runtime } from '@millrace/runtime'
import type { Catalogue } from './catalogue.ts'
import type { IngestPool } from './ingest-store.ts'
import { endOf, listPartitions, partitionName } from './partition-store.ts'
import { classOf } from './retention-contract.ts'
import { compactPartition, type FoundVolume, measurePartition, type NewVolume, replaceVolumes } from './volume-store.ts'

/** A partition is written anew when it takes this much more on disk than what is in it, and not for a few megabytes. */
const LOOSE_RATIO = 2
const LOOSE_BYTES = 32 * 1024 * 1024

/**
 * Measures what the history takes, partition by partition, and shares it out among the classes of each site. A partition that was
 * thinned out to less than half of what it takes is written anew. What no signal answers for any more is left out.
 */
export async function measureVolumes(
  runtime: Runtime,
  pool: IngestPool,
  catalogue: Catalogue,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const sums = new Map<string, NewVolume & { readonly series: Set<number> }>()
  for (const partition of await pool.transact(listPartitions)) {
    if (signal.aborted) return
    const { diskBytes, found } = await pool.transact((client) => measurePartition(client, partition))
    const foundBytes = found.reduce((sum, { bytes }) => sum + bytes, 0)
    const isOver = endOf(partition) < nowMs - DAY_MS
    const isLoose = diskBytes > LOOSE_BYTES + LOOSE_RATIO * foundBytes
    if (isOver && isLoose) {
      await compactPartition(pool, partition).catch((error: unknown) =>
        runtime.log.info('A part of the history is in use and keeps its room for now.', {
          partition: partitionName(partition),
          reason: String(error),
        }),
      )
    }
    // What is loose is nobody's; beside it, indexes and free room are shared by what one has.
    const share = isLoose ? 1 : Math.max(1, diskBytes / Math.max(1, foundBytes))
    await addUp(sums, runtime, catalogue, found, share)
  }
  const volumes = [...sums.values()].map(({ series, ...volume }) => ({ ...volume, seriesCount: series.size }))
  await pool.transact((client) => replaceVolumes(client, volumes, nowMs))
}

async function addUp(
  sums: Map<string, NewVolume & { readonly series: Set<number> }>,
  runtime: Runtime,
  catalogue: Catalogue,
  found: readonly FoundVolume[],
  share: number,
): Promise<void> {
  for (const [enterpriseId, rows] of Map.groupBy(found, (row) => row.enterpriseId)) {
    const signals = await catalogue.of(runtime, enterpriseId, [])
    for (const { series, weekMs, tier, sampleCount, bytes } of rows) {
      const meta = signals.get(series)
      if (!meta) continue
      const of = classOf(meta)
      const key = `${enterpriseId} ${meta.siteId} ${of} ${tier} ${weekMs}`
      const known = sums.get(key)
      sums.set(key, {
        ...{ enterpriseId, siteId: meta.siteId, class: of, tier, weekMs, seriesCount: 0 },
        sampleCount: (known?.sampleCount ?? 0) + sampleCount,
        bytes: (known?.bytes ?? 0) + bytes * share,
        series: (known?.series ?? new Set()).add(series),
      })
    }
  }
}
