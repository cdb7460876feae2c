/** Samples from which "normal" is learned. Enough for a 10 % quantile, small enough for every context of every signal. */
const RESERVOIR_SAMPLES = 64

export type ReservoirSnapshot = { values: number[]; stride: number; offered: number }

/** What a learning period showed. Spreads are robust stand-ins for a standard deviation, one for each side. */
export type Learned = { center: number; spreadUp: number; spreadDown: number }

/** Median absolute deviation to standard deviation, for a normal distribution. */
const MAD_TO_SIGMA = 1.4826
/** Distance of the 10 % and 90 % quantiles from the median, in standard deviations of a normal distribution. */
const DECILE_SIGMAS = 1.2816

/**
 * An even, bounded selection of everything offered: when it is full, every second value goes and from then on only every
 * second is taken. It covers the whole learning period, however long, and needs no randomness.
 */
export class Reservoir {
  readonly #values = new Float32Array(RESERVOIR_SAMPLES)
  #length = 0
  #stride = 1
  #offered = 0

  constructor(snapshot?: ReservoirSnapshot) {
    if (!snapshot) return
    this.#length = Math.min(snapshot.values.length, RESERVOIR_SAMPLES)
    this.#values.set(snapshot.values.slice(0, this.#length))
    this.#stride = snapshot.stride
    this.#offered = snapshot.offered
  }

  get offered(): number {
    return this.#offered
  }

  offer(value: number): void {
    if (this.#offered++ % this.#stride !== 0) return
    if (this.#length === RESERVOIR_SAMPLES) {
      this.#length /= 2
      for (let i = 0; i < this.#length; i++) this.#values[i] = this.#values[2 * i] ?? 0
      this.#stride *= 2
      // The one just offered is next in line only if it falls on the wider grid.
      if ((this.#offered - 1) % this.#stride !== 0) return
    }
    this.#values[this.#length++] = value
  }

  /**
   * Median, and on each side the larger of MAD and decile: a few per cent of outliers do not move it, and a signal with two
   * levels (cutting, approaching) is as wide as both.
   */
  learn(): Learned {
    const sorted = this.#values.slice(0, this.#length).sort()
    const center = quantile(sorted, 0.5)
    const deviations = sorted.map((value) => Math.abs(value - center)).sort()
    const sigma = MAD_TO_SIGMA * quantile(deviations, 0.5)
    return {
      center,
      spreadUp: Math.max(sigma, (quantile(sorted, 0.9) - center) / DECILE_SIGMAS),
      spreadDown: Math.max(sigma, (center - quantile(sorted, 0.1)) / DECILE_SIGMAS),
    }
  }

  snapshot(): ReservoirSnapshot {
    return { values: Array.from(this.#values.subarray(0, this.#length)), stride: this.#stride, offered: this.#offered }
  }
}

function quantile(sorted: Float32Array, share: number): number {
  const position = share * (sorted.length - 1)
  const below = sorted[Math.floor(position)] ?? 0
  const above = sorted[Math.ceil(position)] ?? below
  return below + (above - below) * (position - Math.floor(position))
}
