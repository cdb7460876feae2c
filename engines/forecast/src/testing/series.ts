import type { WeeklySeries } from '../series.ts'

/** What a made-up product sells like. */
export interface SeriesWish {
  readonly weeks: number
  readonly seed: number
  /** Pieces in a usual week. */
  readonly level: number
  /** Growth over a year, 0.05 for 5 %. */
  readonly growth: number
  /** How far the season swings, as a share of the level. */
  readonly season: number
  /** Where in the year the top of the season lies, in weeks. */
  readonly topWeek: number
  /** Standard deviation of what nobody can foresee, as a share of the week. */
  readonly noise: number
  /** The chance of a week with demand; 1 for every week. */
  readonly chance?: number
}

/** A weekly series with level, growth, season and noise; the same for the same wish. */
export function madeUpSeries(wish: SeriesWish): WeeklySeries {
  const unit = seeded(wish.seed)
  const gauss = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
  return Array.from({ length: wish.weeks }, (_, week) => {
    const swing = 1 + wish.season * Math.cos((2 * Math.PI * (week - wish.topWeek)) / 52.18)
    const trend = 1 + (wish.growth * week) / 52.18
    const value = wish.level * trend * swing * (1 + wish.noise * gauss())
    const comes = unit() < (wish.chance ?? 1)
    return comes ? Math.max(0, Math.round(value)) : 0
  })
}

/** 60 products as a plant might have them: most with a season, some growing, a few sold now and then. Three and a half years. */
export function madeUpSet(seed: number): WeeklySeries[] {
  return Array.from({ length: 60 }, (_, index) => {
    const unit = seeded(seed * 1000 + index)
    return madeUpSeries({
      ...{ weeks: 182, seed: seed * 7919 + index, level: 40 + 2000 * unit() ** 2, growth: 0.25 * unit() - 0.08 },
      ...{ season: index % 5 === 0 ? 0 : 0.1 + 0.4 * unit(), topWeek: 52 * unit(), noise: 0.06 + 0.2 * unit() },
      ...(index % 10 === 9 && { chance: 0.25 }),
    })
  })
}

/** Numbers from 0 to below 1 that a seed determines (splitmix32). */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
}
