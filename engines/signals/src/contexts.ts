/** Operating contexts kept; the one not seen for longest gives way. Programs × feed steps of a usual week. */
const CONTEXTS_MAX = 8

/** A context not seen for this long says nothing about the present. */
const STALE_MS = 24 * 3_600_000

/** What is known of one operating context. */
type ContextEntry = { readonly atMs: number; readonly anomalous: boolean; readonly score: number }

/** A bounded map of what is known per operating context. */
export class Contexts<Entry extends ContextEntry> {
  readonly #entries = new Map<string, Entry>()

  get(context: string): Entry | undefined {
    return this.#entries.get(context)
  }

  set(context: string, entry: Entry): void {
    if (!this.#entries.has(context) && this.#entries.size >= CONTEXTS_MAX) {
      let oldest: string | undefined
      let oldestMs = Number.POSITIVE_INFINITY
      for (const [key, { atMs }] of this.#entries) {
        if (oldest === undefined || atMs < oldestMs) {
          oldest = key
          oldestMs = atMs
        }
      }
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    this.#entries.set(context, entry)
  }

  /**
   * The context to speak of: the worst of those out of the usual, if not seen too long ago. A worn tool is not cured by the
   * machine standing idle; it shows in the context where it cuts.
   */
  worst(nowMs: number): string | undefined {
    let worst: string | undefined
    let worstScore = Number.NEGATIVE_INFINITY
    for (const [context, entry] of this.#entries) {
      if (!entry.anomalous || nowMs - entry.atMs > STALE_MS || entry.score <= worstScore) continue
      worst = context
      worstScore = entry.score
    }
    return worst
  }

  forget(context?: string): void {
    if (context === undefined) this.#entries.clear()
    else this.#entries.delete(context)
  }

  entries(): [string, Entry][] {
    return Array.from(this.#entries)
  }
}
