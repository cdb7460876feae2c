import { Instant, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { ProductId } from './contract.ts'

const strict = { additionalProperties: false } as const

/** How many coming weeks are forecast. */
export const FORECAST_WEEKS = 26
/** So much history is kept and looked at. */
export const HISTORY_WEEKS = 260
/** A page of products has the last year of each. */
export const SPARK_WEEKS = 52
/** The most products of a site whose forecasts are listed and made. */
export const FORECAST_LIMIT = 500
/** The most rows of a file of sales. */
export const SALES_ROWS_MAX = 50_000
const FILE_LENGTH_MAX = 900_000

/** A week by the date of its Monday, `2026-11-23`. */
export const WeekOn = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
export type WeekOn = Static<typeof WeekOn>

/** Pieces sold in a week; below zero when more came back. */
export const SalesWeek = Type.Object({ weekOn: WeekOn, quantity: Type.Integer() })
export type SalesWeek = Static<typeof SalesWeek>

const Override = Type.Object({
  quantity: Type.Integer(),
  reason: Type.String(),
  setBy: Type.String(),
  setAt: Instant,
})

/** One coming week: what was computed, between what it lies four times in five, and what a planner says instead. */
export const ForecastWeek = Type.Object({
  weekOn: WeekOn,
  quantity: Type.Number(),
  lowQuantity: Type.Number(),
  highQuantity: Type.Number(),
  override: Type.Union([Override, Type.Null()]),
})
export type ForecastWeek = Static<typeof ForecastWeek>

export const ForecastMethod = Type.Enum([
  'last-year',
  'last-week',
  'mean',
  'smoothing',
  'season',
  'season-mean',
  'occasional',
])
export type ForecastMethod = Static<typeof ForecastMethod>

/** How a forecast was made, and how far its method was off on past quarters that it had not seen. */
export const ForecastAbout = Type.Object({
  method: ForecastMethod,
  /** The sum of all misses as a share of what was sold. Null when there was too little to try. */
  wapeRatio: Type.Union([Type.Number(), Type.Null()]),
  /** Above zero: it said too much. */
  biasRatio: Type.Union([Type.Number(), Type.Null()]),
  /** What the same week of last year, or else the last week, would have been off by. */
  naiveWapeRatio: Type.Union([Type.Number(), Type.Null()]),
  /** Nothing beat that, so it is what is used. */
  naiveIsBest: Type.Boolean(),
  testedWeeks: Type.Integer(),
  /** Gaps, returns and weeks far from everything that were not taken as they are. */
  mendedWeeks: Type.Integer(),
  historyUntilOn: WeekOn,
  computedAt: Instant,
})
export type ForecastAbout = Static<typeof ForecastAbout>

const named = { productId: ProductId, code: Type.String(), name: Type.String() }

export const ForecastSummary = Type.Object({
  ...named,
  /** The last year. */
  history: Type.Array(SalesWeek),
  /** Pieces expected over the next four weeks, overrides included. Null without a forecast. */
  nextFourWeeks: Type.Union([Type.Number(), Type.Null()]),
  overriddenWeeks: Type.Integer(),
  about: Type.Union([ForecastAbout, Type.Null()]),
})
export type ForecastSummary = Static<typeof ForecastSummary>

export const ProductForecast = Type.Object({
  ...named,
  siteId: EquipmentId,
  history: Type.Array(SalesWeek),
  weeks: Type.Array(ForecastWeek),
  about: Type.Union([ForecastAbout, Type.Null()]),
})
export type ProductForecast = Static<typeof ProductForecast>

export const OverrideWish = Type.Object(
  {
    weeks: Type.Array(
      Type.Object(
        {
          weekOn: WeekOn,
          /** Null goes back to what was computed. */
          quantity: Type.Union([Type.Integer({ minimum: 0, maximum: 10_000_000 }), Type.Null()]),
        },
        strict,
      ),
      { minItems: 1, maxItems: FORECAST_WEEKS * 4 },
    ),
    reason: Type.String({ minLength: 3, maxLength: 500 }),
  },
  strict,
)
export type OverrideWish = Static<typeof OverrideWish>

export const ComputeAnswer = Type.Object({
  computedCount: Type.Integer(),
  /** Products whose forecasts had no time any more: ask again. */
  leftCount: Type.Integer(),
})
export type ComputeAnswer = Static<typeof ComputeAnswer>

/** A file with the columns `product` (its code), `week` (any day of it) and `quantity`. */
export const SalesFile = Type.Object(
  { siteId: EquipmentId, csv: Type.String({ minLength: 1, maxLength: FILE_LENGTH_MAX }) },
  strict,
)
export type SalesFile = Static<typeof SalesFile>

export const SalesReading = Type.Object({
  rowCount: Type.Integer(),
  productCount: Type.Integer(),
  newWeeks: Type.Integer(),
  changedWeeks: Type.Integer(),
  /** The first of them; with any, nothing is imported. */
  faults: Type.Array(Type.Object({ line: Type.Integer(), sentence: Type.String() })),
  faultCount: Type.Integer(),
})
export type SalesReading = Static<typeof SalesReading>

export const weekInvalid = problemType('planning/week-invalid', 'invalid', 'A week is named by its Monday')
export const noForecast = problemType('planning/no-forecast', 'conflict', 'There is no forecast of this week')
export const salesFileInvalid = problemType(
  'planning/sales-file-invalid',
  'invalid',
  'The file cannot be imported as it is',
)
export const forecastFailed = problemType(
  'planning/forecast-failed',
  'unavailable',
  'The forecast could not be made now',
)
