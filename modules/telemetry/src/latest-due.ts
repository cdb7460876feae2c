import { SECOND_MS } from '@millrace/base'
import type { NewestSample } from './sample-store.ts'

/** A newest sample is stored at once unless the one of the series was stored this lately. */
const STORED_EVERY_MS = 30 * SECOND_MS
/** So few are always stored at once. */
const FEW = 2000
/** So many at most in one transaction. */
const MOST = 20_000

/**
 * Which newest samples are due to be stored. In memory each is known at once; what is stored serves the start of a server, and
 * after a crash it may be half a minute old for a signal that was sampled again within that time.
 */
export class LatestDue {
  private readonly waiting = new Map<string, NewestSample>()
  private readonly storedMs = new Map<string, number>()

  /** @returns those to be stored now; they stay waiting until {@link stored}. */
  add(samples: readonly NewestSample[], nowMs: number): NewestSample[] {
    for (const sample of samples) {
      const key = keyOf(sample)
      const known = this.waiting.get(key)
      if (!known || sample.timestampMs >= known.timestampMs) this.waiting.set(key, sample)
    }
    if (this.waiting.size <= FEW) return this.all()
    const due: NewestSample[] = []
    for (const [key, sample] of this.waiting) {
      if (nowMs - (this.storedMs.get(key) ?? 0) < STORED_EVERY_MS) continue
      due.push(sample)
      if (due.length === MOST) break
    }
    return due
  }

  all(): NewestSample[] {
    return [...this.waiting.values()]
  }

  stored(samples: readonly NewestSample[], nowMs: number): void {
    for (const sample of samples) {
      const key = keyOf(sample)
      this.storedMs.set(key, nowMs)
      if (this.waiting.get(key) === sample) this.waiting.delete(key)
    }
  }
}

function keyOf({ enterpriseId, series }: NewestSample): string {
  return `${enterpriseId} ${series}`
}
