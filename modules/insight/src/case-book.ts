import { MINUTE_MS } from '@millrace/base'
import type { FindingCause } from './contract.ts'
import type { Explanation } from './explain.ts'

interface OpenCase {
  sinceMs: number
  refreshedMs: number
  seenMs: number
  episodes: string[]
}

/** What a case book remembers; plain JSON. */
export interface CaseBookSnapshot {
  readonly open: readonly (readonly [FindingCause, Readonly<OpenCase>])[]
  readonly told: readonly (readonly [FindingCause, readonly string[]])[]
}

/** What becomes of a case. */
export interface CaseNews {
  readonly type: 'raise' | 'refresh' | 'end'
  readonly cause: FindingCause
  readonly sinceMs: number
  /** What was seen; none when it went away. */
  readonly seen: Explanation | undefined
}

/** A case is over when nothing of it was seen for so long. */
const OVER_MS = 10 * MINUTE_MS
/** Episodes remembered of each cause: those of all detectors of a machine. */
const TOLD_MAX = 60

/**
 * The cases of one machine: at most one for each cause. An episode that was told is not told again when its case has ended,
 * whatever was decided about it; a new episode is a new case.
 */
export class CaseBook {
  readonly #open: Map<FindingCause, OpenCase>
  readonly #told: Map<FindingCause, string[]>
  readonly #refreshMs: number

  /** @param refreshMs how often a case that goes on is told again. */
  constructor(refreshMs: number, snapshot?: CaseBookSnapshot) {
    this.#refreshMs = refreshMs
    this.#open = new Map((snapshot?.open ?? []).map(([cause, one]) => [cause, { ...one, episodes: [...one.episodes] }]))
    this.#told = new Map((snapshot?.told ?? []).map(([cause, episodes]) => [cause, [...episodes]]))
  }

  get hasOpen(): boolean {
    return this.#open.size > 0
  }

  /** @param resting whether the machine stands: it shows nothing then, and its cases wait for it. */
  take(seen: readonly Explanation[], atMs: number, resting: boolean): CaseNews[] {
    const news: CaseNews[] = []
    for (const one of seen) {
      const next = this.#see(one, atMs)
      if (next) news.push(next)
    }
    for (const [cause, { seenMs, sinceMs }] of this.#open) {
      if (atMs - seenMs < OVER_MS || resting) continue
      this.#open.delete(cause)
      news.push({ type: 'end', cause, sinceMs, seen: undefined })
    }
    return news
  }

  /** Ends the cases of these causes at once. */
  end(causes: readonly FindingCause[]): CaseNews[] {
    return causes.flatMap((cause) => {
      const open = this.#open.get(cause)
      this.#open.delete(cause)
      return open ? [{ type: 'end' as const, cause, sinceMs: open.sinceMs, seen: undefined }] : []
    })
  }

  snapshot(): CaseBookSnapshot {
    return { open: [...this.#open], told: [...this.#told] }
  }

  #see(seen: Explanation, atMs: number): CaseNews | undefined {
    const { cause } = seen
    const open = this.#open.get(cause)
    const told = this.#told.get(cause) ?? []
    if (!open) {
      if (!this.#isNews(seen)) return undefined
      this.#open.set(cause, { sinceMs: seen.sinceMs, refreshedMs: atMs, seenMs: atMs, episodes: [...seen.episodes] })
      this.#remember(cause, told, seen.episodes)
      return { type: 'raise', cause, sinceMs: seen.sinceMs, seen }
    }
    open.seenMs = atMs
    this.#remember(cause, told, seen.episodes)
    if (atMs - open.refreshedMs < this.#refreshMs) return undefined
    open.refreshedMs = atMs
    return { type: 'refresh', cause, sinceMs: open.sinceMs, seen }
  }

  #isNews({ cause, episodes }: Explanation): boolean {
    const isToldAs = (cause: FindingCause, episode: string) => this.#told.get(cause)?.includes(episode) ?? false
    // What was told with a cause is not told again as something nobody can explain.
    const causes = cause === 'unusual' ? [...this.#told.keys()] : [cause]
    return episodes.some((episode) => !causes.some((one) => isToldAs(one, episode)))
  }

  #remember(cause: FindingCause, told: readonly string[], episodes: readonly string[]): void {
    const added = episodes.filter((episode) => !told.includes(episode))
    if (added.length > 0 || !this.#told.has(cause)) this.#told.set(cause, [...told, ...added].slice(-TOLD_MAX))
  }
}
