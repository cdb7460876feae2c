import { atWallClock, MINUTE_MS } from '@millrace/base'

/** Reads the time of a row. @returns epoch milliseconds, undefined for a cell that is none. */
export type TimeReader = (cell: string) => number | undefined

// Year first, or day and month first; then perhaps a time, perhaps fractions of a second, perhaps a zone.
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(.*))?$/
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})(?:[T ,]+(.*))?$/
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/** Numbers from here on count milliseconds since 1970, smaller ones seconds: the border is 2001 and the year 5138. */
const MILLISECONDS_FROM = 1e11

/**
 * Finds out how a column writes its times.
 *
 * Understood are ISO 8601 and its variants with a space, day-first and month-first dates (told apart by a part above 12; with
 * slashes the month is first, else the day), and numbers: seconds or milliseconds since 1970, or since the start of the recording.
 *
 * @param cells some of the column's cells.
 * @param timeZone for times without a zone.
 * @returns undefined when most cells are no times.
 */
export function timeReaderFor(cells: readonly string[], timeZone: string): TimeReader | undefined {
  const filled = cells.filter((cell) => cell.trim() !== '')
  const monthFirst = isMonthFirst(filled)
  const atWall = wallReader(timeZone)
  const reader: TimeReader = (cell) => timeOf(cell.trim(), atWall, monthFirst)
  const read = filled.filter((cell) => reader(cell) !== undefined).length
  return filled.length > 0 && read >= 0.9 * filled.length ? reader : undefined
}

type WallReader = (year: number, month: number, day: number, minuteOfDay: number) => number

/** Clocks are changed on whole half hours: within one, the zone is asked once, which costs more than all the rest of a row. */
const HALF_HOUR_MINUTES = 30

function wallReader(timeZone: string): WallReader {
  let known = { key: '', ms: 0 }
  return (year, month, day, minuteOfDay) => {
    const half = Math.floor(minuteOfDay / HALF_HOUR_MINUTES) * HALF_HOUR_MINUTES
    const key = `${year} ${month} ${day} ${half}`
    if (known.key !== key) known = { key, ms: atWallClock(year, month, day, half, timeZone) }
    return known.ms + (minuteOfDay - half) * MINUTE_MS
  }
}

function isMonthFirst(cells: readonly string[]): boolean {
  const dates = cells.map((cell) => YEAR_LAST.exec(cell.trim())).filter((match) => match !== null)
  if (dates.some((match) => Number(match[1]) > 12)) return false
  if (dates.some((match) => Number(match[3]) > 12)) return true
  return dates.some((match) => match[2] === '/')
}

function timeOf(cell: string, atWall: WallReader, monthFirst: boolean): number | undefined {
  const yearFirst = YEAR_FIRST.exec(cell)
  if (yearFirst) return instantOf([yearFirst[1], yearFirst[2], yearFirst[3]], yearFirst[4], atWall)
  const yearLast = YEAR_LAST.exec(cell)
  if (yearLast) {
    const [, first, , second, year] = yearLast
    return instantOf(monthFirst ? [year, first, second] : [year, second, first], yearLast[5], atWall)
  }
  const number = cell === '' ? Number.NaN : Number(cell)
  if (!Number.isFinite(number) || number < 0) return undefined
  return Math.round(number >= MILLISECONDS_FROM ? number : number * 1000)
}

function instantOf(
  date: readonly (string | undefined)[],
  clock: string | undefined,
  atWall: WallReader,
): number | undefined {
  const [year = 0, month = 0, day = 0] = date.map(Number)
  const time = clock === undefined || clock === '' ? ['', '0', '0'] : CLOCK.exec(clock)
  if (!time || month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const [, hour = '0', minute = '0', second = '0', fraction = '', zone] = time
  const minuteOfDay = Number(hour) * 60 + Number(minute)
  if (minuteOfDay > 1440 || Number(second) > 60) return undefined
  const restMs = Number(second) * 1000 + Math.round(Number(`0.${fraction || '0'}`) * 1000)
  if (zone === undefined) return atWall(year, month, day, minuteOfDay) + restMs
  return Date.UTC(year, month - 1, day) + minuteOfDay * MINUTE_MS + restMs - offsetMs(zone)
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * MINUTE_MS
}
