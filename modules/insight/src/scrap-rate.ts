import { HOUR_MS } from '@millrace/base'

/** Scrap per hour while the machine ran: lately, and usually. */
export interface ScrapPerHour {
  readonly recent: number
  readonly usual: number
}

export interface ScrapSnapshot {
  readonly last: number | null
  readonly hours: readonly { hour: number; scrap: number; runs: boolean }[]
}

const HOURS_MAX = 14 * 24
const RECENT_HOURS = 4
const USUAL_HOURS_MIN = 8

/** Counts scrap by the hour. */
export class ScrapRate {
  #last: number | null
  readonly #hours: { hour: number; scrap: number; runs: boolean }[]

  constructor(snapshot?: ScrapSnapshot) {
    this.#last = snapshot?.last ?? null
    this.#hours = (snapshot?.hours ?? []).map((hour) => ({ ...hour }))
  }

  count(atMs: number, total: number, running: boolean): void {
    if (!Number.isFinite(total)) return
    const hour = Math.floor(atMs / HOUR_MS)
    let newest = this.#hours.at(-1)
    if (newest?.hour !== hour) {
      newest = { hour, scrap: 0, runs: false }
      this.#hours.push(newest)
      if (this.#hours.length > HOURS_MAX) this.#hours.shift()
    }
    // A counter that falls was reset: what it shows has come since.
    if (this.#last !== null) newest.scrap += total >= this.#last ? total - this.#last : total
    this.#last = total
    newest.runs ||= running
  }

  /** @returns undefined while little is known, or when what came lately is chance. */
  perHour(): ScrapPerHour | undefined {
    const ran = this.#hours.filter(({ runs }) => runs)
    const recent = ran.slice(-RECENT_HOURS)
    const before = ran.slice(0, -RECENT_HOURS)
    if (recent.length < RECENT_HOURS || before.length < USUAL_HOURS_MIN) return undefined
    const mean = (hours: readonly { scrap: number }[]) =>
      hours.reduce((sum, { scrap }) => sum + scrap, 0) / hours.length
    const usual = mean(before)
    // Scrap comes by chance: twice its spread more than usual, and more than a single piece, is more than that.
    const expected = usual * RECENT_HOURS
    const came = mean(recent) * RECENT_HOURS
    return came > expected + 2 * Math.sqrt(expected) + 1 ? { recent: came / RECENT_HOURS, usual } : undefined
  }

  snapshot(): ScrapSnapshot {
    return { last: this.#last, hours: this.#hours.map((hour) => ({ ...hour })) }
  }
}
