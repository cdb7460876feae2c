/** Where the time of one long read went, in milliseconds. */
export interface SlowRead {
  /** When it ended. */
  readonly atMs: number
  readonly operationId: string
  readonly summary: string
  /** How much was asked for, where the address says: signals, and the length of the range. */
  readonly seriesCount: number | null
  readonly rangeMs: number | null
  /** Until it was asked who it is and what they may. */
  readonly permissionMs: number
  /** Until it was its turn among the long reads of the company. */
  readonly queueMs: number
  /** In the database. */
  readonly databaseMs: number
  readonly queryCount: number
  readonly longestQueryMs: number
  /** Reading what came, reckoning, and waiting for a free connection. */
  readonly workMs: number
  /** Writing the answer and sending it. */
  readonly sendMs: number
  readonly totalMs: number
  readonly answerBytes: number | null
  /** The database stopped it. */
  readonly isStopped: boolean
}

/** From here on a read is worth looking at. */
export const SLOW_MS = 1000
/** Of each company the last so many are kept, of the companies that had one lately. */
const READS_MAX = 100
const ENTERPRISES_MAX = 200

/** The long reads that were slow lately, in this process' memory: bounded, and gone with it. */
export class SlowReads {
  private readonly byEnterprise = new Map<string, SlowRead[]>()

  add(enterpriseId: string, read: SlowRead): void {
    const reads = this.byEnterprise.get(enterpriseId) ?? []
    // At the end: who had none for the longest is forgotten first.
    this.byEnterprise.delete(enterpriseId)
    this.byEnterprise.set(enterpriseId, reads)
    reads.push(read)
    if (reads.length > READS_MAX) reads.shift()
    const [oldest] = this.byEnterprise.keys()
    if (this.byEnterprise.size > ENTERPRISES_MAX && oldest !== undefined) this.byEnterprise.delete(oldest)
  }

  /** Newest first. */
  list(enterpriseId: string): SlowRead[] {
    return (this.byEnterprise.get(enterpriseId) ?? []).toReversed()
  }
}
