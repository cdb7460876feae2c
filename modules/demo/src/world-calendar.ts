import { DAY_MS } from '@millrace/base'
import type { WorkCalendar } from '@millrace/machines'

/** Years whose holidays the demo knows, around the year of the present. */
const YEARS_AROUND = 1

const EVERY_WORKDAY = [1, 2, 3, 4, 5]
const MONDAY_TO_SATURDAY = [1, 2, 3, 4, 5, 6]
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

export const surseeShifts = [
  { name: 'Early', weekdays: EVERY_WORKDAY, startMinute: 6 * 60, endMinute: 14 * 60 },
  { name: 'Late', weekdays: EVERY_WORKDAY, startMinute: 14 * 60, endMinute: 22 * 60 },
]

/** Furnaces also work at night, so that nobody waits for heat in the morning. */
const surseeFurnaceShifts = [
  ...surseeShifts,
  { name: 'Night', weekdays: EVERY_WORKDAY, startMinute: 22 * 60, endMinute: 30 * 60 },
]

export const queretaroShifts = [
  { name: 'Day', weekdays: MONDAY_TO_SATURDAY, startMinute: 6 * 60, endMinute: 14 * 60 },
  { name: 'Evening', weekdays: MONDAY_TO_SATURDAY, startMinute: 14 * 60, endMinute: 22 * 60 },
  { name: 'Night', weekdays: MONDAY_TO_SATURDAY, startMinute: 22 * 60, endMinute: 30 * 60 },
]

const surseeBreaks = [
  { startMinute: 9 * 60, endMinute: 9 * 60 + 15 },
  { startMinute: 12 * 60, endMinute: 12 * 60 + 30 },
  { startMinute: 18 * 60, endMinute: 18 * 60 + 30 },
]
const queretaroBreaks = [
  { startMinute: 2 * 60, endMinute: 2 * 60 + 30 },
  { startMinute: 10 * 60, endMinute: 10 * 60 + 30 },
  { startMinute: 18 * 60, endMinute: 18 * 60 + 30 },
]

export type CalendarKey = 'sursee' | 'sursee-furnaces' | 'queretaro' | 'always'

/** The work calendars of the company as of a moment. */
export function worldCalendars(nowMs: number): Record<CalendarKey, WorkCalendar> {
  const holidays = worldHolidays(nowMs)
  const datesAt = (site: keyof typeof holidays) => holidays[site].map(({ date }) => date)
  const swiss = { timeZone: 'Europe/Zurich', holidays: datesAt('sursee') }
  const mexican = { timeZone: 'America/Mexico_City', holidays: datesAt('queretaro') }
  return {
    sursee: { ...swiss, shifts: surseeShifts, breaks: surseeBreaks },
    'sursee-furnaces': { ...swiss, shifts: surseeFurnaceShifts, breaks: [] },
    queretaro: { ...mexican, shifts: queretaroShifts, breaks: queretaroBreaks },
    always: {
      timeZone: 'UTC',
      holidays: [],
      breaks: [],
      shifts: [{ name: 'Always', weekdays: EVERY_DAY, startMinute: 0, endMinute: 1440 }],
    },
  }
}

/** A day on which a plant stands still, as a local date. */
export type Holiday = { readonly date: string; readonly name: string }

/** Holidays of both plants, of the year of the present and those beside it. */
export function worldHolidays(nowMs: number): Record<'sursee' | 'queretaro', Holiday[]> {
  const thisYear = new Date(nowMs).getUTCFullYear()
  const years = Array.from({ length: 2 * YEARS_AROUND + 1 }, (_, i) => thisYear - YEARS_AROUND + i)
  return { sursee: years.flatMap(swissHolidays), queretaro: years.flatMap(mexicanHolidays) }
}

/** Public holidays of the canton of Lucerne. */
export function swissHolidays(year: number): Holiday[] {
  const easter = easterSunday(year)
  const behindEaster = (days: number, name: string) => ({ date: date(easter + days * DAY_MS), name })
  return [
    { date: `${year}-01-01`, name: 'New Year' },
    { date: `${year}-01-02`, name: 'St Berchtold' },
    behindEaster(-2, 'Good Friday'),
    behindEaster(1, 'Easter Monday'),
    behindEaster(39, 'Ascension'),
    behindEaster(50, 'Whit Monday'),
    behindEaster(60, 'Corpus Christi'),
    { date: `${year}-08-01`, name: 'National Day' },
    { date: `${year}-08-15`, name: 'Assumption' },
    { date: `${year}-11-01`, name: 'All Saints' },
    { date: `${year}-12-08`, name: 'Immaculate Conception' },
    { date: `${year}-12-25`, name: 'Christmas' },
    { date: `${year}-12-26`, name: 'St Stephen' },
  ]
}

/** Days of rest of the Mexican federal labour law (art. 74). */
export function mexicanHolidays(year: number): Holiday[] {
  return [
    { date: `${year}-01-01`, name: 'New Year' },
    { date: nthMonday(year, 2, 1), name: 'Constitution Day' },
    { date: nthMonday(year, 3, 3), name: 'Birthday of Juárez' },
    { date: `${year}-05-01`, name: 'Labour Day' },
    { date: `${year}-09-16`, name: 'Independence Day' },
    { date: nthMonday(year, 11, 3), name: 'Revolution Day' },
    { date: `${year}-12-25`, name: 'Christmas' },
  ]
}

/** Easter Sunday of the Gregorian calendar, as epoch milliseconds (Meeus, Jones, Butcher). */
function easterSunday(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114
  return Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1)
}

function nthMonday(year: number, month: number, n: number): string {
  const first = Date.UTC(year, month - 1, 1)
  const daysToMonday = (8 - new Date(first).getUTCDay()) % 7
  return date(first + (daysToMonday + (n - 1) * 7) * DAY_MS)
}

function date(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10)
}
