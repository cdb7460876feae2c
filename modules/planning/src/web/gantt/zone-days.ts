import { atWallClock, DAY_MS, zoneOffsetMs } from '@millrace/base'
import type { Span } from './model.ts'

/** A day on the plant's clock: 23, 24 or 25 hours. */
export interface ZoneDay extends Span {
  /** Days since 1970-01-01 on the wall. */
  readonly number: number
  /** 1 (Monday) to 7. */
  readonly weekday: number
  readonly dayOfMonth: number
  /** From 1. */
  readonly month: number
  readonly year: number
}

/** More than fit on a screen as anything but a smear. */
const DAY_LIMIT = 1500

/** Days of a zone. Asking Intl is slow, and a picture asks sixty times a second: every day is computed once. */
export class ZoneDays {
  readonly timeZone: string
  readonly #days = new Map<number, ZoneDay>()
  readonly #starts = new Map<number, number>()

  constructor(timeZone: string) {
    this.timeZone = timeZone
  }

  /** The day a moment belongs to. */
  at(atMs: number): ZoneDay {
    // The offset of another day may be an hour off, so look at the neighbours too.
    const guess = this.day(Math.floor((atMs + this.#offsetNear(atMs)) / DAY_MS))
    if (atMs < guess.fromMs) return this.day(guess.number - 1)
    return atMs >= guess.toMs ? this.day(guess.number + 1) : guess
  }

  /** Days that share a moment with a span, by ascending start, at most {@link DAY_LIMIT}. */
  within({ fromMs, toMs }: Span): ZoneDay[] {
    const days: ZoneDay[] = []
    let day = this.at(fromMs)
    while (day.fromMs < toMs && days.length < DAY_LIMIT) {
      days.push(day)
      day = this.day(day.number + 1)
    }
    return days
  }

  /** The moment of a full hour of a day: 6 is six o'clock, also on the days that have 23 or 25 hours. */
  hour(day: ZoneDay, hour: number): number {
    if (day.toMs - day.fromMs === DAY_MS) return day.fromMs + (hour / 24) * DAY_MS
    return atWallClock(day.year, day.month, day.dayOfMonth, hour * 60, this.timeZone)
  }

  day(number: number): ZoneDay {
    const known = this.#days.get(number)
    if (known) return known
    const date = new Date(number * DAY_MS)
    const day: ZoneDay = {
      number,
      fromMs: this.#startOf(number),
      toMs: this.#startOf(number + 1),
      weekday: ((number + 3) % 7) + 1,
      dayOfMonth: date.getUTCDate(),
      month: date.getUTCMonth() + 1,
      year: date.getUTCFullYear(),
    }
    this.#days.set(number, day)
    return day
  }

  #startOf(number: number): number {
    const known = this.#starts.get(number)
    if (known !== undefined) return known
    const date = new Date(number * DAY_MS)
    const start = atWallClock(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), 0, this.timeZone)
    this.#starts.set(number, start)
    return start
  }

  #offsetNear(atMs: number): number {
    const number = Math.floor(atMs / DAY_MS)
    return this.#starts.has(number) ? number * DAY_MS - this.#startOf(number) : zoneOffsetMs(atMs, this.timeZone)
  }
}
