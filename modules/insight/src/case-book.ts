import type { FindingCause } from './contract.ts'
import type { Explanation } from './explain.ts'

interface OpenCase {
  sinceMs: number
  refreshedMs: number
  /** How long the machine has run since anything of it was seen. */
  unseenMs: number
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

/** How a case book counts time. */
export interface CasePace {
  /** How often a case that goes on is told again. */
  readonly refreshMs: number
  /** A case is over when the machine ran for so long and nothing of it was seen. */
  readonly overMs: number
  /**
   * Cases stay until the next: for a recording, whose time may run a thousand times as fast, so that what it showed would
   * have gone before anybody saw it.
   */
  readonly untilNext: boolean
}

/** A pause between two looks counts as this share of the time until a case is over, at most. */
const PAUSE_SHARE = 1 / 5
/** Episodes remembered of each cause: those of all detectors of a machine. */
const TOLD_MAX = 60

/**
 * The cases of one machine: at most one for each cause. An episode that was told is not told again when its case has ended,
 * whatever was decided about it; a new episode is a new case.
 */
export class CaseBook {
  readonly #open: Map<FindingCause, OpenCase>
  readonly #told: Map<FindingCause, string[]>
  readonly #pace: CasePace
  #tookMs = Number.NaN

  constructor(pace: CasePace, snapshot?: CaseBookSnapshot) {
    this.#pace = pace
    this.#open = new Map((snapshot?.open ?? []).map(([cause, one]) => [cause, { ...one, episodes: [...one.episodes] }]))
    this.#told = new Map((snapshot?.told ?? []).map(([cause, episodes]) => [cause, [...episodes]]))
  }

  get hasOpen(): boolean {
    return this.#open.size > 0
  }

  /** @param resting whether the machine stands: it shows nothing then, and its cases wait for it. */
  take(seen: readonly Explanation[], atMs: number, resting: boolean): CaseNews[] {
    const news: CaseNews[] = []
    for (const one of seen) news.push(...this.#see(one, atMs))
    const { overMs, untilNext } = this.#pace
    if (untilNext) return news
    const sinceLastMs = Math.min(Math.max(0, atMs - this.#tookMs) || 0, overMs * PAUSE_SHARE)
    this.#tookMs = atMs
    for (const [cause, one] of this.#open) {
      if (seen.some((explanation) => explanation.cause === cause) || resting) continue
      one.unseenMs += sinceLastMs
      if (one.unseenMs < overMs) continue
      const { sinceMs } = one
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

  #see(seen: Explanation, atMs: number): CaseNews[] {
    const { cause } = seen
    const told = this.#told.get(cause) ?? []
    const ended = this.#pace.untilNext && this.#isNews(seen) ? this.end([cause]) : []
    const open = this.#open.get(cause)
    if (!open) {
      if (!this.#isNews(seen)) return []
      this.#open.set(cause, { sinceMs: seen.sinceMs, refreshedMs: atMs, unseenMs: 0, episodes: [...seen.episodes] })
      this.#remember(cause, told, seen.episodes)
      return [...ended, { type: 'raise', cause, sinceMs: seen.sinceMs, seen }]
    }
    open.unseenMs = 0
    this.#remember(cause, told, seen.episodes)
    if (atMs - open.refreshedMs < this.#pace.refreshMs) return []
    open.refreshedMs = atMs
    return [{ type: 'refresh', cause, sinceMs: open.sinceMs, seen }]
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
