import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'

export const ATTAINMENT_DAYS = 14
const ATTAINMENT_DAYS_MAX = 92

/** What became of planned processing: the seconds beside `plannedS` add up to it. */
export const Attained = Type.Object({
  plannedS: Type.Integer(),
  ranS: Type.Integer(),
  /** Until it first ran, where it began later than planned. */
  lateS: Type.Integer(),
  /** Stopped, with or without an alarm. */
  stoppedS: Type.Integer(),
  /** Neither stopped nor running: idle, being set up, switched off. */
  idleS: Type.Integer(),
  /** Nobody knows: the machine was not heard. Counts neither for nor against it. */
  unheardS: Type.Integer(),
  /** Operations that were to begin, and those whose machine ran within half an hour. */
  startCount: Type.Integer(),
  metCount: Type.Integer(),
})
export type Attained = Static<typeof Attained>

export const UnitAttainment = Type.Object({
  workUnitId: EquipmentId,
  name: Type.String(),
  total: Attained,
  /** One for each of the days; null where nothing was planned. */
  days: Type.Array(Type.Union([Attained, Type.Null()])),
})
export type UnitAttainment = Static<typeof UnitAttainment>

/** How far the machines of a site did what its published plans said, by the days on which shifts began. */
export const Attainment = Type.Object({
  /** `2026-11-27`, in the plant's time, oldest first; without days on which nothing was planned. */
  days: Type.Array(Type.String()),
  total: Attained,
  byDay: Type.Array(Attained),
  /** The one that missed most first. */
  units: Type.Array(UnitAttainment),
  /** Shifts of machines that are over but not judged yet. */
  unsettledCount: Type.Integer(),
  orders: Type.Object({
    /** Orders that were due in the time, without those that were cancelled. */
    dueCount: Type.Integer(),
    inTimeCount: Type.Integer(),
    lateCount: Type.Integer(),
    openCount: Type.Integer(),
  }),
  /** What stands out, in words, the most important first. */
  sentences: Type.Array(Type.String()),
})
export type Attainment = Static<typeof Attainment>

export const AttainmentQuery = Type.Object(
  {
    siteId: EquipmentId,
    /** How many days back. */
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: ATTAINMENT_DAYS_MAX, default: ATTAINMENT_DAYS })),
  },
  { additionalProperties: false },
)
export type AttainmentQuery = Static<typeof AttainmentQuery>
