import type { SiteKey } from './world-sites.ts'

/** What the company sold of a product before its present, oldest week first; null is a week that nobody wrote down. */
export interface WorldSales {
  readonly siteKey: SiteKey
  readonly productCode: string
  readonly weeks: readonly (number | null)[]
}

/** Three years. */
export const SALES_WEEKS = 156
const YEAR_WEEKS = 52.18

interface Habit {
  readonly siteKey: SiteKey
  readonly code: string
  /** Pieces in a usual week of the present. */
  readonly level: number
  /** Over a year. */
  readonly growth: number
  /** How much more before Christmas, and in early summer, as shares of the level. */
  readonly christmas: number
  readonly summer: number
}

const habits: readonly Habit[] = [
  { siteKey: 'sursee', code: 'BLADE-CK200', level: 1500, growth: 0.07, christmas: 0.6, summer: 0.1 },
  { siteKey: 'sursee', code: 'BLADE-BK260', level: 1000, growth: 0.02, christmas: 0.35, summer: 0.05 },
  { siteKey: 'sursee', code: 'BLADE-SAN170', level: 1100, growth: 0.12, christmas: 0.5, summer: 0 },
  { siteKey: 'sursee', code: 'BLADE-PK91', level: 1900, growth: -0.03, christmas: 0.3, summer: 0.45 },
  { siteKey: 'sursee', code: 'BLADE-PAR8', level: 1500, growth: 0, christmas: 0.1, summer: 0.05 },
  { siteKey: 'queretaro', code: 'HANDLE-PK91-RED', level: 8000, growth: -0.02, christmas: 0.35, summer: 0.4 },
  { siteKey: 'queretaro', code: 'HANDLE-PK91-BLK', level: 6000, growth: 0.03, christmas: 0.25, summer: 0.3 },
  { siteKey: 'queretaro', code: 'HANDLE-PAR8-GRN', level: 5000, growth: 0.04, christmas: 0.1, summer: 0.1 },
  { siteKey: 'queretaro', code: 'BOLSTER-CK200', level: 5000, growth: 0.07, christmas: 0.5, summer: 0.1 },
  { siteKey: 'queretaro', code: 'SCALE-AL91', level: 3500, growth: 0.15, christmas: 0.55, summer: 0.2 },
]
const NOISE = 0.09
/** The stocktaking of a year ago: the figure of one week was lost. */
const LOST_WEEKS_AGO = 48
/** A supermarket's campaign that did not come again. */
const CAMPAIGN_WEEKS_AGO = 70

/**
 * Weekly sales of every product: level, growth, two seasons of the calendar, chance. Always the same for the same week.
 *
 * @param dayOfYear of the Monday of the world's running week, which is not part of them
 */
export function salesUntil(dayOfYear: number): WorldSales[] {
  return habits.map(({ siteKey, code, level, growth, christmas, summer }, row) => ({
    ...{ siteKey, productCode: code },
    weeks: Array.from({ length: SALES_WEEKS }, (_, at) => {
      const ago = SALES_WEEKS - at
      if (row === 4 && ago === LOST_WEEKS_AGO) return null
      const week = (((dayOfYear / 7 - ago) % YEAR_WEEKS) + YEAR_WEEKS) % YEAR_WEEKS
      const season = 1 + christmas * bump(week, 48.5, 3) + summer * bump(week, 22, 4) - 0.25 * bump(week, 0.5, 1.2)
      const campaign = row === 0 && ago === CAMPAIGN_WEEKS_AGO ? 2.4 : 1
      return Math.round(level * (1 - (growth * ago) / YEAR_WEEKS) * season * campaign * (1 + NOISE * chance(row, at)))
    }),
  }))
}

function bump(week: number, top: number, width: number): number {
  const away = Math.min(Math.abs(week - top), YEAR_WEEKS - Math.abs(week - top))
  return Math.exp(-((away / width) ** 2) / 2)
}

/** Between -2 and 2, mostly near 0, determined by its place. */
function chance(row: number, at: number): number {
  let sum = -2
  for (let part = 0; part < 4; part += 1) {
    const mixed = Math.imul((row + 1) * 1009 + at * 31 + part * 7, 0x9e3779b1)
    sum += (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 0) / 4_294_967_296
  }
  return sum
}
