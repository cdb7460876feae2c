import { DAY_MS, HOUR_MS } from '@millrace/base'
import type { Span } from './model.ts'
import { texts } from './texts.ts'
import type { ZoneDay, ZoneDays } from './zone-days.ts'

/** One line of the grid; the finer of the two rows of the axis writes a label at it. */
export interface Tick {
  readonly atMs: number
  /** Empty where the label would not fit. */
  readonly label: string
  /** Whether a new day, week or month of the upper row begins here. */
  readonly isMajor: boolean
}

/** A stretch of the upper row: a day, a week, a month or a year. */
export interface AxisSpan extends Span {
  readonly label: string
}

export interface TimeAxis {
  readonly ticks: readonly Tick[]
  readonly spans: readonly AxisSpan[]
}

/** Pixels that an hour (`06`), a day (`23`), a weekday and day (`Mon 23`) and a month want. */
const HOUR_PX = 34
const DAY_PX = 22
const WEEKDAY_PX = 50
const WEEK_PX = 48
const HOUR_STEPS = [1, 2, 3, 4, 6, 12]

/** Two rows of the axis for a span: hours under days, days under weeks, weeks under months, months under years. */
export function timeAxis(days: ZoneDays, span: Span, msPerPx: number, locale: string): TimeAxis {
  const pxPerDay = DAY_MS / msPerPx
  const inside = days.within(span)
  const words = wordsOf(locale)
  const hourStep = HOUR_STEPS.find((step) => (HOUR_MS * step) / msPerPx >= HOUR_PX)
  if (hourStep !== undefined) {
    const minuteTicks = HOUR_MS / msPerPx >= 4 * HOUR_PX
    return {
      ticks: inside.flatMap((day) => hourTicks(days, day, hourStep, minuteTicks)),
      spans: inside.map((day) => ({ ...spanOf(day), label: words.dayTitle(day) })),
    }
  }
  if (pxPerDay >= DAY_PX) {
    const label = pxPerDay >= WEEKDAY_PX ? words.weekdayAndDay : words.dayOfMonth
    return {
      ticks: inside.map((day) => ({ atMs: day.fromMs, label: label(day), isMajor: day.weekday === 1 })),
      spans: grouped(
        inside,
        (day) => day.number - (day.weekday - 1),
        (day) => words.weekTitle(day),
      ),
    }
  }
  if (pxPerDay * 7 >= WEEK_PX) {
    const mondays = inside.filter((day) => day.weekday === 1)
    return {
      ticks: mondays.map((day) => ({ atMs: day.fromMs, label: words.dayAndMonth(day), isMajor: false })),
      spans: grouped(
        inside,
        (day) => day.year * 12 + day.month,
        (day) => words.monthTitle(day),
      ),
    }
  }
  const firsts = inside.filter((day) => day.dayOfMonth === 1)
  return {
    ticks: firsts.map((day) => ({ atMs: day.fromMs, label: words.month(day), isMajor: day.month === 1 })),
    spans: grouped(
      inside,
      (day) => day.year,
      (day) => String(day.year),
    ),
  }
}

function hourTicks(days: ZoneDays, day: ZoneDay, step: number, minuteTicks: boolean): Tick[] {
  const ticks: Tick[] = []
  for (let hour = 0; hour < 24; hour += step) {
    const atMs = days.hour(day, hour)
    const text = String(hour).padStart(2, '0')
    ticks.push({ atMs, label: minuteTicks ? `${text}:00` : text, isMajor: hour === 0 })
    // The hour that is shown twice in autumn gets its quarters once.
    if (minuteTicks) {
      for (const minute of [15, 30, 45]) {
        ticks.push({ atMs: atMs + (minute / 60) * HOUR_MS, label: `${text}:${minute}`, isMajor: false })
      }
    }
  }
  return ticks
}

function spanOf({ fromMs, toMs }: Span): Span {
  return { fromMs, toMs }
}

function grouped(
  days: readonly ZoneDay[],
  keyOf: (day: ZoneDay) => number,
  labelOf: (day: ZoneDay) => string,
): AxisSpan[] {
  const spans: { fromMs: number; toMs: number; label: string; key: number }[] = []
  for (const day of days) {
    const last = spans.at(-1)
    const key = keyOf(day)
    if (last?.key === key) last.toMs = day.toMs
    else spans.push({ fromMs: day.fromMs, toMs: day.toMs, label: labelOf(day), key })
  }
  return spans.map(({ fromMs, toMs, label }) => ({ fromMs, toMs, label }))
}

type Words = Record<
  'dayTitle' | 'weekdayAndDay' | 'dayOfMonth' | 'weekTitle' | 'dayAndMonth' | 'monthTitle' | 'month',
  (day: ZoneDay) => string
>

const known = new Map<string, Words>()

/** The words of a locale. A day is a date on the wall, so it is formatted as one of UTC. */
function wordsOf(locale: string): Words {
  const made = known.get(locale)
  if (made) return made
  const format = (options: Intl.DateTimeFormatOptions) => {
    const intl = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
    const texts = new Map<number, string>()
    return (day: ZoneDay) => {
      let text = texts.get(day.number)
      if (text === undefined) {
        text = intl.format(day.number * DAY_MS)
        texts.set(day.number, text)
      }
      return text
    }
  }
  const month = format({ month: 'long', year: 'numeric' })
  const words: Words = {
    dayTitle: format({ weekday: 'short', day: 'numeric', month: 'short' }),
    weekdayAndDay: format({ weekday: 'short', day: 'numeric' }),
    dayOfMonth: (day) => String(day.dayOfMonth),
    weekTitle: (day) => `${texts.week(isoWeek(day.number))}, ${month(day)}`,
    dayAndMonth: format({ day: 'numeric', month: 'short' }),
    monthTitle: month,
    month: format({ month: 'short' }),
  }
  known.set(locale, words)
  return words
}

/** The week of a day (ISO 8601): that of its Thursday, whose year it belongs to. */
export function isoWeek(dayNumber: number): number {
  const thursday = dayNumber - ((dayNumber + 3) % 7) + 3
  const newYear = Date.UTC(new Date(thursday * DAY_MS).getUTCFullYear(), 0, 1) / DAY_MS
  return Math.floor((thursday - newYear) / 7) + 1
}
