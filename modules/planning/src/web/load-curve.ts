import { HOUR_MS, MINUTE_MS, zoneOffsetMs } from '@millrace/base'

const QUARTER_MS = 15 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A step of a curve: what is drawn in an hour. */
export interface CurveHour {
  readonly atMs: number
  readonly usedKw: number
  readonly generationKw: number
  /** Dearer than the middle of all prices. */
  readonly isDear: boolean
}

/** Hours of a curve of quarters: highest load, mean generation. The last hour may be shorter. */
export function curveHours(
  fromMs: number,
  curve: {
    readonly usedKw: readonly number[]
    readonly generationKw: readonly number[]
    readonly pricePerKwh: readonly number[]
  },
): CurveHour[] {
  const prices = curve.pricePerKwh
  const [least, most] = [Math.min(...prices), Math.max(...prices)]
  const hours = new Map<number, number[]>()
  for (const index of curve.usedKw.keys()) {
    const hour = Math.floor((fromMs + index * QUARTER_MS) / HOUR_MS) * HOUR_MS
    const own = hours.get(hour)
    if (own) own.push(index)
    else hours.set(hour, [index])
  }
  return [...hours].map(([atMs, places]) => {
    const of = (list: readonly number[]) => places.map((place) => list[place] ?? 0)
    return {
      ...{ atMs, usedKw: Math.max(...of(curve.usedKw)) },
      generationKw: of(curve.generationKw).reduce((sum, one) => sum + one, 0) / places.length,
      isDear: most > least && Math.max(...of(prices)) > (least + most) / 2,
    }
  })
}

/** Midnights of a clock within hours, as places between them. */
export function midnights(
  hours: readonly CurveHour[],
  timeZone: string,
): { readonly place: number; readonly atMs: number }[] {
  const dayOf = (atMs: number) => Math.floor((atMs + zoneOffsetMs(atMs, timeZone)) / DAY_MS)
  return hours.flatMap(({ atMs }, place) => {
    const before = hours[place - 1]
    return place === 0 || (before && dayOf(before.atMs) !== dayOf(atMs)) ? [{ place, atMs }] : []
  })
}
