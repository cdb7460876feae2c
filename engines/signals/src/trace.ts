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
  // Plain arrays: a plant has tens of thousands of traces, and most of them are short.
  #timestampsMs: number[] = []
  #values: number[] = []

  /** @param intervalMs least time between two points; 0 takes every sample at first. */
  constructor(intervalMs: number, snapshot?: TraceSnapshot) {
    this.#intervalMs = intervalMs
    if (!snapshot) return
    this.#intervalMs = snapshot.intervalMs
    this.#doublings = snapshot.doublings
    const length = Math.min(snapshot.timestampsMs.length, snapshot.values.length, TRACE_POINTS)
    this.#timestampsMs = snapshot.timestampsMs.slice(0, length)
    this.#values = snapshot.values.slice(0, length)
  }

  push(timestampMs: number, value: number): void {
    const last = this.#timestampsMs[this.#timestampsMs.length - 1]
    if (last !== undefined && timestampMs - last < this.#intervalMs) return
    if (this.#timestampsMs.length === TRACE_POINTS) this.#makeRoom(timestampMs)
    this.#timestampsMs.push(timestampMs)
    this.#values.push(value)
  }

  get timestampsMs(): number[] {
    return this.#timestampsMs.slice()
  }

  get values(): number[] {
    return this.#values.slice()
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
      this.#timestampsMs.splice(0, kept)
      this.#values.splice(0, kept)
      return
    }
    const spacingMs = (nowMs - (this.#timestampsMs[0] ?? nowMs)) / TRACE_POINTS
    this.#timestampsMs = this.#timestampsMs.filter((_, at) => at % 2 === 0)
    this.#values = this.#values.filter((_, at) => at % 2 === 0)
    this.#doublings++
    this.#intervalMs = 2 * Math.max(this.#intervalMs, spacingMs)
  }
}
