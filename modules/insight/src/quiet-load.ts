import { DAY_MS, MINUTE_MS } from '@millrace/base'
import { confidenceOf, type DetectorVerdict } from '@millrace/signals'

const SLOT_MS = 15 * MINUTE_MS
const SLOTS_A_DAY = DAY_MS / SLOT_MS
/** A slot counts when most of it was heard. */
const SLOT_HEARD_MS = SLOT_MS * 0.6
const DAYS_MAX = 21
/** Quiet quarters of so many days must be known; a week has a Sunday in it. */
const DAYS_MIN = 6
/** More than this above the most that was ever needed in a quiet quarter is lost. */
const RAISE_RATIO = 1.3
/** It is over when no more is taken than the same days of a week ago needed, and this share of the most. */
const END_SHARE = 0.05
const WEEK_DAYS = 7

export interface QuietSnapshot {
  readonly day: number
  readonly slot: number
  readonly sum: number
  readonly heardMs: number
  readonly atMs: number
  /** Mean of each slot of the last day, oldest first, as [slot, mean]. */
  readonly slots: readonly (readonly [number, number])[]
  /** The least slot of each day, as [day, least]. */
  readonly days: readonly (readonly [number, number])[]
  readonly sinceMs: number | null
  readonly episode: number
}

const EMPTY: QuietSnapshot = {
  ...{ day: 0, slot: 0, sum: 0, heardMs: 0, atMs: 0, slots: [], days: [], sinceMs: null, episode: 0 },
}

/**
 * Watches what a supply still delivers in the quietest quarter of an hour of a day. What is taken then, nobody uses: a leak,
 * a valve left open. It is compared with the same quarter of the days before, of which the most thirsty one counts, so that
 * a night shift is no leak.
 */
export class QuietLoad {
  #now: { -readonly [Key in keyof QuietSnapshot]: QuietSnapshot[Key] }

  constructor(snapshot: QuietSnapshot = EMPTY) {
    this.#now = { ...snapshot }
  }

  get anomalous(): boolean {
    return this.#now.sinceMs !== null
  }

  /** @returns whether it changed its mind. */
  update(atMs: number, value: number): boolean {
    const now = this.#now
    if (!Number.isFinite(value) || atMs <= now.atMs) return false
    const sinceLastMs = now.atMs === 0 ? 0 : Math.min(atMs - now.atMs, SLOT_MS)
    now.atMs = atMs
    const slot = Math.floor(atMs / SLOT_MS)
    const turned = slot === now.slot ? false : this.#closeSlot(slot)
    now.sum += value * sinceLastMs
    now.heardMs += sinceLastMs
    return turned
  }

  verdict(): DetectorVerdict {
    const { sinceMs, episode, atMs, slots } = this.#now
    const usual = this.#usual()
    const least = leastOf(slots)
    const ratio = usual && least !== undefined && usual.high > 0 ? least / usual.high : undefined
    const score = ratio === undefined ? 0 : Math.max(0, (ratio - 1) / (RAISE_RATIO - 1))
    return {
      ...{ detector: 'level', version: 1, state: sinceMs === null ? (usual ? 'normal' : 'learning') : 'anomalous' },
      ...{ score, confidence: usual ? confidenceOf(1, score) : 0, learned: usual ? 1 : 0, episode, atMs },
      ...{ sinceMs: sinceMs ?? undefined, context: 'quiet', value: least, usual, ratio },
      ...{ direction: ratio !== undefined && ratio > 1 ? 'up' : undefined, band: undefined, fault: undefined },
      evidence: {
        kind: 'series',
        timestampsMs: slots.map(([at]) => at * SLOT_MS),
        values: slots.map(([, mean]) => mean),
        usual,
      },
    }
  }

  snapshot(): QuietSnapshot {
    return { ...this.#now }
  }

  /** Ends a quarter of an hour, and with it perhaps a day. */
  #closeSlot(next: number): boolean {
    const now = this.#now
    if (now.heardMs >= SLOT_HEARD_MS) {
      const from = now.slot - SLOTS_A_DAY
      now.slots = [...now.slots.filter(([slot]) => slot > from), [now.slot, now.sum / now.heardMs]]
    }
    now.slot = next
    now.sum = 0
    now.heardMs = 0
    const day = Math.floor(next / SLOTS_A_DAY)
    const turned = this.#judge()
    if (day !== now.day) {
      const least = leastOf(now.slots)
      // What is lost is not what is usual.
      if (least !== undefined && now.slots.length >= SLOTS_A_DAY / 2 && now.sinceMs === null)
        now.days = [...now.days, [now.day, least] as const].slice(-DAYS_MAX)
      now.day = day
    }
    return turned
  }

  #judge(): boolean {
    const now = this.#now
    const usual = this.#usual()
    const least = leastOf(now.slots)
    if (!usual || least === undefined || now.slots.length < SLOTS_A_DAY * 0.9) return false
    if (now.sinceMs === null) {
      if (least <= usual.high * RAISE_RATIO) return false
      now.sinceMs = (now.slots[0]?.[0] ?? now.slot) * SLOT_MS
      now.episode += 1
      return true
    }
    // A Sunday with a leak may take less than a workday without one.
    if (least > this.#weekAgo(usual.high) + usual.high * END_SHARE) return false
    now.sinceMs = null
    return true
  }

  /** The least of the same two days (a day back reaches into both) a week or weeks ago; `otherwise` while unknown. */
  #weekAgo(otherwise: number): number {
    const today = this.#now.day
    const same = this.#now.days.filter(([day]) => (today - day) % WEEK_DAYS <= 1).map(([, least]) => least)
    return same.length === 0 ? otherwise : Math.min(...same)
  }

  #usual(): { center: number; low: number; high: number } | undefined {
    const leasts = this.#now.days.map(([, least]) => least).sort((a, b) => a - b)
    if (leasts.length < DAYS_MIN) return undefined
    return { center: leasts[Math.floor(leasts.length / 2)] ?? 0, low: leasts[0] ?? 0, high: leasts.at(-1) ?? 0 }
  }
}

function leastOf(slots: readonly (readonly [number, number])[]): number | undefined {
  return slots.length === 0 ? undefined : Math.min(...slots.map(([, mean]) => mean))
}
