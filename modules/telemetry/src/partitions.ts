import { DAY_MS } from '@millrace/base'
import type { IngestClient, IngestPool } from './ingest-store.ts'
import {
  createPartition,
  dropPartition,
  endOf,
  findKeep,
  listPartitions,
  type Partition,
  type PartitionedTable,
  partitionName,
  partitionOf,
} from './partition-store.ts'
import { THINNING_SLACK_MS } from './retention-rules.ts'

/** The partitions of tomorrow are made today, while nobody waits for them. */
const AHEAD_MS = DAY_MS

/** The partitions that are known to be there. */
export class Partitions {
  private readonly there = new Set<string>()

  /** Makes the partitions in which these times lie, in the caller's transaction. */
  async ensure(client: IngestClient, places: readonly { table: PartitionedTable; timeMs: number }[]): Promise<void> {
    const missing = new Map(
      places
        .map(({ table, timeMs }) => partitionOf(table, timeMs))
        .map((partition) => [partitionName(partition), partition] as const)
        .filter(([name]) => !this.there.has(name)),
    )
    // Not remembered: the caller may roll back. The next upkeep will have seen them.
    for (const partition of missing.values()) await createPartition(client, partition)
  }

  /** Makes what will be needed, drops what no rule keeps and nobody holds, and remembers what there is. */
  async upkeep(pool: IngestPool, nowMs: number): Promise<void> {
    await pool.transact(async (client) => {
      for (const table of ['chunk', 'vector', 'rollup'] as const) {
        await this.ensure(
          client,
          [nowMs, nowMs + AHEAD_MS].map((timeMs) => ({ table, timeMs })),
        )
      }
    })
    const found = await this.look(pool)
    const keep = await pool.transact(findKeep)
    const isHeld = (fromMs: number, endMs: number) => keep.held.some((one) => one.fromMs < endMs && one.toMs > fromMs)
    const over = found.filter((partition) => {
      const endMs = endOf(partition)
      const keptMs = keep.days[partition.table] * DAY_MS + THINNING_SLACK_MS
      return endMs <= nowMs - keptMs && !isHeld(partition.fromMs, endMs)
    })
    for (const partition of over) {
      this.there.delete(partitionName(partition))
      await pool.transact((client) => dropPartition(client, partition))
    }
  }

  /** Remembers what there is. */
  async look(pool: IngestPool): Promise<Partition[]> {
    const found = await pool.transact(listPartitions)
    this.there.clear()
    for (const partition of found) this.there.add(partitionName(partition))
    return found
  }
}
