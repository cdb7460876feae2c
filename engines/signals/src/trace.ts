/** Points kept for the evidence plot. */
export const TRACE_POINTS = 120

export type TraceSnapshot = { intervalMs: number; timestampsMs: number[]; values: number[] }

/**
 * A bounded line: when it is full, every second point goes and the spacing doubles. It reaches back to its beginning with
 * the resolution that is affordable, so that a plot shows how something began.
 */
export class Trace {
  readonly #firstIntervalMs: number
  #intervalMs: number
  #length = 0
  readonly #timestampsMs = new Float64Array(TRACE_POINTS)
  readonly #values = new Float64Array(TRACE_POINTS)

  constructor(intervalMs: number, snapshot?: TraceSnapshot) {
    this.#firstIntervalMs = intervalMs
    this.#intervalMs = intervalMs
    if (snapshot) {
      this.#intervalMs = snapshot.intervalMs
      this.#length = Math.min(snapshot.timestampsMs.length, snapshot.values.length, TRACE_POINTS)
      this.#timestampsMs.set(snapshot.timestampsMs.slice(0, this.#length))
      this.#values.set(snapshot.values.slice(0, this.#length))
    }
  }

  push(timestampMs: number, value: number): void {
    const last = this.#length - 1
    if (last >= 0 && timestampMs - (this.#timestampsMs[last] ?? 0) < this.#intervalMs) return
    if (this.#length === TRACE_POINTS) this.#thin()
    this.#timestampsMs[this.#length] = timestampMs
    this.#values[this.#length] = value
    this.#length++
  }

  /** Drops what is older, keeping the spacing fine for what follows. */
  restart(): void {
    this.#length = 0
    this.#intervalMs = this.#firstIntervalMs
  }

  get timestampsMs(): number[] {
    return Array.from(this.#timestampsMs.subarray(0, this.#length))
  }

  get values(): number[] {
    return Array.from(this.#values.subarray(0, this.#length))
  }

  snapshot(): TraceSnapshot {
    return { intervalMs: this.#intervalMs, timestampsMs: this.timestampsMs, values: this.values }
  }

  #thin(): void {
    const kept = TRACE_POINTS / 2
    for (let i = 0; i < kept; i++) {
      this.#timestampsMs[i] = this.#timestampsMs[2 * i] ?? 0
      this.#values[i] = this.#values[2 * i] ?? 0
    }
    this.#length = kept
    this.#intervalMs *= 2
  }
}
