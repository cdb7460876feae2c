export type EpisodesSnapshot = {
  count: number
  sinceMs: number | null
  endedMs: number | null
  startedMs: number | null
}

/** Counts episodes of being out of the usual; one that begins again within the refractory period goes on. */
export class Episodes {
  readonly #refractoryMs: number
  #count: number
  #sinceMs: number | undefined
  #startedMs: number | undefined
  #endedMs: number | undefined

  constructor(refractoryMs: number, snapshot?: EpisodesSnapshot) {
    this.#refractoryMs = refractoryMs
    this.#count = snapshot?.count ?? 0
    this.#sinceMs = snapshot?.sinceMs ?? undefined
    this.#startedMs = snapshot?.startedMs ?? undefined
    this.#endedMs = snapshot?.endedMs ?? undefined
  }

  get count(): number {
    return this.#count
  }

  /** Start of the present episode. */
  get sinceMs(): number | undefined {
    return this.#sinceMs
  }

  update(timestampMs: number, anomalous: boolean): void {
    if (anomalous === (this.#sinceMs !== undefined)) return
    if (!anomalous) {
      this.#sinceMs = undefined
      this.#endedMs = timestampMs
      return
    }
    const relapse = this.#endedMs !== undefined && timestampMs - this.#endedMs <= this.#refractoryMs
    if (!relapse) {
      this.#count++
      this.#startedMs = timestampMs
    }
    this.#sinceMs = this.#startedMs
  }

  snapshot(): EpisodesSnapshot {
    return {
      count: this.#count,
      sinceMs: this.#sinceMs ?? null,
      startedMs: this.#startedMs ?? null,
      endedMs: this.#endedMs ?? null,
    }
  }
}
