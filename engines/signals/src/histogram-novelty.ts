/** Samples in a window; as in the relative-entropy detector of Wang et al. (2011), a little over 4 h of 5-minute samples. */
const WINDOW = 52
export const HISTOGRAM_BINS = 5

/** Upper 1 % point of χ² with 4 degrees of freedom: a window further off than this is another regime. */
const CHI_SQUARED_LIMIT = 13.277

/** Regimes remembered; a signal with more is noise, and the one seen least gives way. */
const REGIMES_MAX = 128

const LOG = Float64Array.from({ length: WINDOW + 1 }, (_, count) => Math.log(count))

export type HistogramSnapshot = {
  ring: number[]
  filled: number
  at: number
  regimes: number[]
  visits: number[]
  current: number
}

/**
 * Compares the histogram of the last 52 values with those of the regimes met before, by relative entropy.
 *
 * Source: C. Wang et al., "Statistical techniques for online anomaly detection in data centers", IM 2011; bins and window as
 * in the Numenta benchmark's version. Bounded: 128 regimes of 5 bins.
 */
export class HistogramNovelty {
  readonly #ring = new Uint8Array(WINDOW)
  readonly #histogram = new Uint8Array(HISTOGRAM_BINS)
  readonly #regimes = new Uint8Array(REGIMES_MAX * HISTOGRAM_BINS)
  readonly #visits = new Uint32Array(REGIMES_MAX)
  #regimeCount = 0
  #filled = 0
  #at = 0
  /** The regime of the unchanged histogram, or −1: most samples of a steady signal do not change it. */
  #current = -1

  constructor(snapshot?: HistogramSnapshot) {
    if (!snapshot || snapshot.ring.length !== WINDOW) return
    this.#ring.set(snapshot.ring)
    this.#filled = snapshot.filled
    this.#at = snapshot.at
    this.#regimes.set(snapshot.regimes.slice(0, REGIMES_MAX * HISTOGRAM_BINS))
    this.#visits.set(snapshot.visits.slice(0, REGIMES_MAX))
    this.#regimeCount = Math.min(snapshot.visits.length, REGIMES_MAX)
    this.#current = snapshot.current
    for (let i = 0; i < this.#filled; i++) this.#count(this.#ring[i] ?? 0, 1)
  }

  /** @returns whether the window is in a regime not met before; from then on it is a known one. */
  next(bin: number): boolean {
    const leaving = this.#filled === WINDOW ? (this.#ring[this.#at] ?? 0) : -1
    if (leaving >= 0) this.#count(leaving, -1)
    this.#ring[this.#at] = bin
    this.#count(bin, 1)
    this.#at = (this.#at + 1) % WINDOW
    if (this.#filled < WINDOW) this.#filled++
    if (this.#filled < WINDOW) return false

    if (leaving !== bin || this.#current < 0) this.#current = this.#fitting()
    if (this.#current < 0) {
      this.#remember()
      return true
    }
    this.#visits[this.#current] = (this.#visits[this.#current] ?? 0) + 1
    return false
  }

  snapshot(): HistogramSnapshot {
    return {
      ring: Array.from(this.#ring),
      filled: this.#filled,
      at: this.#at,
      regimes: Array.from(this.#regimes.subarray(0, this.#regimeCount * HISTOGRAM_BINS)),
      visits: Array.from(this.#visits.subarray(0, this.#regimeCount)),
      current: this.#current,
    }
  }

  #count(bin: number, by: number): void {
    this.#histogram[bin] = (this.#histogram[bin] ?? 0) + by
  }

  /** The regime that fits: the present one as long as it does, else the nearest; −1 when none does. */
  #fitting(): number {
    if (this.#current >= 0 && this.#divergence(this.#current * HISTOGRAM_BINS) < CHI_SQUARED_LIMIT) return this.#current
    let nearest = -1
    let least = CHI_SQUARED_LIMIT
    for (let regime = 0; regime < this.#regimeCount; regime++) {
      const divergence = this.#divergence(regime * HISTOGRAM_BINS)
      if (divergence < least) {
        least = divergence
        nearest = regime
      }
    }
    return nearest
  }

  /** 2·W·KL(window ‖ regime), or infinity when the window has values the regime never had. */
  #divergence(offset: number): number {
    let sum = 0
    for (let bin = 0; bin < HISTOGRAM_BINS; bin++) {
      const here = this.#histogram[bin] ?? 0
      if (here === 0) continue
      const there = this.#regimes[offset + bin] ?? 0
      if (there === 0) return Number.POSITIVE_INFINITY
      sum += here * ((LOG[here] ?? 0) - (LOG[there] ?? 0))
    }
    return 2 * sum
  }

  #remember(): void {
    let slot = this.#regimeCount
    if (slot === REGIMES_MAX) {
      slot = 0
      for (let i = 1; i < REGIMES_MAX; i++) if ((this.#visits[i] ?? 0) < (this.#visits[slot] ?? 0)) slot = i
    } else {
      this.#regimeCount++
    }
    this.#regimes.set(this.#histogram, slot * HISTOGRAM_BINS)
    this.#visits[slot] = 1
    this.#current = slot
  }
}
