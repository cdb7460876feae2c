import { problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { ProductId } from './contract.ts'
import { WeekOn } from './forecast-contract.ts'

const strict = { additionalProperties: false } as const

export const USUAL_WEEKS = 13
const WEEKS_MAX = 26
/** The most orders that are made at once. */
const LOTS_AT_ONCE_MAX = 100

export const WeeklyCapacityQuery = Type.Object(
  { siteId: EquipmentId, weeks: Type.Optional(Type.Integer({ minimum: 2, maximum: WEEKS_MAX })) },
  strict,
)
export type WeeklyCapacityQuery = Static<typeof WeeklyCapacityQuery>

/** What one product takes of a group in a week. */
const LoadShare = Type.Object({ productId: ProductId, wantedHours: Type.Number(), plannedHours: Type.Number() })

export const WeekLoad = Type.Object({
  weekOn: WeekOn,
  /** Working hours of all of the group together, by shifts and exceptions. */
  hours: Type.Number(),
  /** What it would take to make everything in the week in which it is wanted. */
  wantedHours: Type.Number(),
  /** By the weekly plan, overtime included. */
  plannedHours: Type.Number(),
  overtimeHours: Type.Number(),
  /** One more hour here would help somebody. */
  isBottleneck: Type.Boolean(),
  shares: Type.Array(LoadShare),
})
export type WeekLoad = Static<typeof WeekLoad>

/** Machines that can stand in for each other, or people. */
export const ResourceGroup = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(['machines', 'people']),
  weeks: Type.Array(WeekLoad),
})
export type ResourceGroup = Static<typeof ResourceGroup>

/** What to make of a product in a week, in whole pieces. */
export const WeeklyLot = Type.Object({
  productId: ProductId,
  productName: Type.String(),
  weekOn: WeekOn,
  quantity: Type.Integer(),
  /** Of that what open orders of this week ask for already. */
  orderedQuantity: Type.Integer(),
  wantedQuantity: Type.Integer(),
  /** At the end of the week. */
  stockQuantity: Type.Integer(),
  owedQuantity: Type.Integer(),
  /** What it waits for, in words. Null when nothing is owed. */
  because: Type.Union([Type.String(), Type.Null()]),
})
export type WeeklyLot = Static<typeof WeeklyLot>

export const WeeklyCapacity = Type.Object({
  weeks: Type.Array(WeekOn),
  groups: Type.Array(ResourceGroup),
  lots: Type.Array(WeeklyLot),
  /** What to know first. */
  sentences: Type.Array(Type.String()),
  /** The cost may be above the least possible by this share at most. */
  gapRatio: Type.Number(),
})
export type WeeklyCapacity = Static<typeof WeeklyCapacity>

export const LotOrders = Type.Object(
  {
    siteId: EquipmentId,
    lots: Type.Array(
      Type.Object(
        { productId: ProductId, weekOn: WeekOn, quantity: Type.Integer({ minimum: 1, maximum: 10_000_000 }) },
        strict,
      ),
      { minItems: 1, maxItems: LOTS_AT_ONCE_MAX },
    ),
  },
  strict,
)
export type LotOrders = Static<typeof LotOrders>

export const capacityUnanswered = problemType(
  'planning/capacity-unanswered',
  'unavailable',
  'The weekly plan could not be computed now',
)
