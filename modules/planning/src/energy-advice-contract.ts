import { Instant, id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { OperationId } from './schedule-contract.ts'

export const AdviceId = id('EnergyAdvice')
export type AdviceId = Static<typeof AdviceId>
export const SwitchOffId = id('EnergySwitchOff')
export type SwitchOffId = Static<typeof SwitchOffId>

const strict = { additionalProperties: false } as const

/**
 * What a plan takes from now to its end, beyond the base load. Energy and money are different things: moving work rarely saves
 * energy.
 */
export const EnergyTotals = Type.Object({
  /** Drawn by its machines, own generation included. */
  usedKwh: Type.Number(),
  /** From the grid. */
  boughtKwh: Type.Number(),
  /** In the currency, without the charge for the peak. */
  cost: Type.Number(),
  /** What the plan adds to the charge for the peaks of its months, beyond the peak that this one has reached. */
  peakCost: Type.Number(),
  /** Of what is bought; null when nothing is known of some slot of it. */
  carbonKg: Type.Union([Type.Number(), Type.Null()]),
  /** Highest mean of a quarter of an hour from the grid, base load included. */
  peakKw: Type.Number(),
})
export type EnergyTotals = Static<typeof EnergyTotals>

export const SwitchOff = Type.Object({
  workUnitId: EquipmentId,
  /** In words. */
  text: Type.String(),
  fromAt: Instant,
  /** When it is switched on again. */
  toAt: Instant,
  savedKwh: Type.Number(),
  savedCost: Type.Number(),
})
export type SwitchOff = Static<typeof SwitchOff>

/** What the electricity of a plan comes to. */
export const EnergyOfPlan = Type.Object({
  siteId: EquipmentId,
  timeZone: Type.String(),
  currency: Type.String(),
  /** `tariff`, `powers`, `plan`: what has to be there first. Null when everything is. */
  missing: Type.Union([Type.Enum(['tariff', 'powers', 'plan']), Type.Null()]),
  /** Planned machines of which nothing is known. */
  unknownMachines: Type.Array(Type.String()),
  totals: Type.Union([EnergyTotals, Type.Null()]),
  days: Type.Array(
    Type.Object({
      dayStartAt: Instant,
      usedKwh: Type.Number(),
      boughtKwh: Type.Number(),
      cost: Type.Number(),
      carbonKg: Type.Union([Type.Number(), Type.Null()]),
      peakKw: Type.Number(),
    }),
  ),
  /** Of the next days, slot after slot of a quarter of an hour. */
  curve: Type.Object({
    fromAt: Instant,
    usedKw: Type.Array(Type.Number()),
    generationKw: Type.Array(Type.Number()),
    pricePerKwh: Type.Array(Type.Number()),
  }),
  peakReachedKw: Type.Number(),
  /** That somebody decided on, those of them that still lie in a gap of the plan. */
  switchOffs: Type.Array(Type.Object({ id: SwitchOffId, ...SwitchOff.properties })),
})
export type EnergyOfPlan = Static<typeof EnergyOfPlan>

export const ADVICE_BUDGET_S = 4
export const AdviceWish = Type.Object(
  {
    siteId: EquipmentId,
    budgetS: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
    /** At most so many moves. */
    movesMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    /** Stay below this, as mean of a quarter of an hour from the grid, wherever that is possible. */
    capKw: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 })),
    /** How much later than its due date, or than planned, an order may be done. Not at all when left out. */
    laterMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_080 })),
  },
  strict,
)
export type AdviceWish = Static<typeof AdviceWish>

/** Operations that move together. */
export const AdviceMove = Type.Object({
  text: Type.String(),
  operations: Type.Array(
    Type.Object({ operationId: OperationId, workUnitId: EquipmentId, fromAt: Instant, toAt: Instant }),
  ),
  /** Places in the list of the moves that have to be made before it. */
  needs: Type.Array(Type.Integer()),
  /** With the moves before it made; the charge for the peak included. */
  savedCost: Type.Number(),
  savedKwh: Type.Number(),
  savedCarbonKg: Type.Union([Type.Number(), Type.Null()]),
})
export type AdviceMove = Static<typeof AdviceMove>

export const AdviceResult = Type.Object({
  before: EnergyTotals,
  /** With all moves. */
  moved: EnergyTotals,
  /** With all moves and all machines switched off that are listed. */
  after: EnergyTotals,
  moves: Type.Array(AdviceMove),
  switchOffs: Type.Array(SwitchOff),
  /** Moves that were found and would have broken a rule of the plan. */
  leftOut: Type.Integer(),
})
export type AdviceResult = Static<typeof AdviceResult>

export const Advice = Type.Object({
  id: AdviceId,
  state: Type.Enum(['running', 'open', 'accepted', 'dismissed', 'outdated', 'cancelled', 'failed']),
  wish: AdviceWish,
  progressRatio: Type.Number(),
  startedAt: Instant,
  startedBy: Type.String(),
  decidedBy: Type.Union([Type.String(), Type.Null()]),
  /** Whether the plan was changed since. */
  stale: Type.Boolean(),
  result: Type.Union([AdviceResult, Type.Null()]),
})
export type Advice = Static<typeof Advice>
export const AdviceAnswer = Type.Object({ advice: Type.Union([Advice, Type.Null()]) })

const Places = Type.Array(Type.Integer({ minimum: 0, maximum: 1000 }), { maxItems: 1000, uniqueItems: true })
/** What of it is to be done: places in its lists. */
export const AdviceChoice = Type.Object({ moves: Places, switchOffs: Places }, strict)
export type AdviceChoice = Static<typeof AdviceChoice>

export const adviceMissing = problemType('planning/energy-advice-missing', 'missing', 'No such recommendation')
export const adviceNotSought = problemType('planning/energy-advice-idle', 'conflict', 'No recommendation is sought')
export const adviceDecided = problemType('planning/energy-advice-decided', 'conflict', 'It was decided before')
export const adviceBusy = problemType('planning/energy-advice-busy', 'conflict', 'It is being looked for just now')
export const adviceImpossible = problemType(
  'planning/energy-advice-impossible',
  'conflict',
  'Prices, powers or a plan are missing',
)
export const choiceIncomplete = problemType(
  'planning/energy-choice-incomplete',
  'invalid',
  'A move needs another one that was not chosen',
)
export const switchOffMissing = problemType('planning/switch-off-missing', 'missing', 'No such decision')
