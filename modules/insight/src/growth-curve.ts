/** What a growth curve remembers; plain JSON. */
export interface GrowthSnapshot {
  readonly widthMs: number
  readonly points: readonly (readonly [atMs: number, mean: number])[]
  readonly open: readonly [number: number, sum: number, count: number]
}

const POINTS_MAX = 96

/** A long course in few points: means of equal stretches of time, which double when there are too many. */
export class GrowthCurve {
  readonly #firstWidthMs: number
  #widthMs: number
  #points: (readonly [number, number])[]
  #open: [number: number, sum: number, count: number]

  constructor(widthMs: number, snapshot?: GrowthSnapshot) {
    this.#firstWidthMs = widthMs
    this.#widthMs = snapshot?.widthMs ?? widthMs
    this.#points = [...(snapshot?.points ?? [])]
    this.#open = snapshot ? [...snapshot.open] : [0, 0, 0]
  }

  push(atMs: number, value: number): void {
    if (!Number.isFinite(value)) return
    const number = Math.floor(atMs / this.#widthMs)
    if (number !== this.#open[0]) {
      this.#close()
      this.#open = [number, 0, 0]
    }
    this.#open[1] += value
    this.#open[2] += 1
  }

  /** Begins anew: what is measured is another thing. */
  restart(): void {
    this.#widthMs = this.#firstWidthMs
    this.#points = []
    this.#open = [0, 0, 0]
  }

  /** The newer half of the points, in which the present pace shows; all of them while there are few. */
  recent(): { readonly timestampsMs: number[]; readonly values: number[] } {
    const points = this.#points.slice(-Math.max(FEW, Math.ceil(this.#points.length / 2)))
    return { timestampsMs: points.map(([atMs]) => atMs), values: points.map(([, mean]) => mean) }
  }

  snapshot(): GrowthSnapshot {
    return { widthMs: this.#widthMs, points: this.#points, open: [...this.#open] }
  }

  #close(): void {
    const [number, sum, count] = this.#open
    if (count === 0) return
    this.#points.push([(number + 0.5) * this.#widthMs, sum / count])
    if (this.#points.length <= POINTS_MAX) return
    const merged: (readonly [number, number])[] = []
    for (let index = 0; index + 1 < this.#points.length; index += 2) {
      const [one, other] = [this.#points[index], this.#points[index + 1]]
      if (one && other) merged.push([(one[0] + other[0]) / 2, (one[1] + other[1]) / 2])
    }
    this.#points = merged
    this.#widthMs *= 2
  }
}

const FEW = 16
