/** Points kept for the evidence plot. */
const TRACE_POINTS = 120

/** How many times the spacing may double: the plot then reaches back 8 to 16 times as far as it did when first full. */
const DOUBLINGS_MAX = 4

export type TraceSnapshot = { intervalMs: number; doublings: number; timestampsMs: number[]; values: number[] }

/**
 * A bounded line of recent values. When it is full, every second point goes and the spacing doubles; once the spacing is
 * wide enough, the older half goes instead. A plot thus shows how something began, and is never coarser than it has to be.
 */
export class Trace {
  #intervalMs: number
  #doublings = 0
  #length = 0
  readonly #timestampsMs = new Float64Array(TRACE_POINTS)
  readonly #values = new Float64Array(TRACE_POINTS)

  /** @param intervalMs least time between two points; 0 takes every sample at first. */
  constructor(intervalMs: number, snapshot?: TraceSnapshot) {
    this.#intervalMs = intervalMs
    if (!snapshot) return
    this.#intervalMs = snapshot.intervalMs
    this.#doublings = snapshot.doublings
    this.#length = Math.min(snapshot.timestampsMs.length, snapshot.values.length, TRACE_POINTS)
    this.#timestampsMs.set(snapshot.timestampsMs.slice(0, this.#length))
    this.#values.set(snapshot.values.slice(0, this.#length))
  }

  push(timestampMs: number, value: number): void {
    const last = this.#timestampsMs[this.#length - 1]
    if (last !== undefined && timestampMs - last < this.#intervalMs) return
    if (this.#length === TRACE_POINTS) this.#makeRoom(timestampMs)
    this.#timestampsMs[this.#length] = timestampMs
    this.#values[this.#length] = value
    this.#length++
  }

  get timestampsMs(): number[] {
    return Array.from(this.#timestampsMs.subarray(0, this.#length))
  }

  get values(): number[] {
    return Array.from(this.#values.subarray(0, this.#length))
  }

  snapshot(): TraceSnapshot {
    return {
      intervalMs: this.#intervalMs,
      doublings: this.#doublings,
      timestampsMs: this.timestampsMs,
      values: this.values,
    }
  }

  #makeRoom(nowMs: number): void {
    const kept = TRACE_POINTS / 2
    if (this.#doublings >= DOUBLINGS_MAX) {
      this.#timestampsMs.copyWithin(0, kept)
      this.#values.copyWithin(0, kept)
    } else {
      const spacingMs = (nowMs - (this.#timestampsMs[0] ?? nowMs)) / TRACE_POINTS
      for (let i = 0; i < kept; i++) {
        this.#timestampsMs[i] = this.#timestampsMs[2 * i] ?? 0
        this.#values[i] = this.#values[2 * i] ?? 0
      }
      this.#doublings++
      this.#intervalMs = 2 * Math.max(this.#intervalMs, spacingMs)
    }
    this.#length = kept
  }
}
