import { Instant, id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { GroupId, OrderId, ProductId } from './contract.ts'
import { Diff, Figures } from './schedule-contract.ts'

export const ScenarioId = id('Scenario')
export type ScenarioId = Static<typeof ScenarioId>

/** How many a site may have, and how many changes each. More cannot be told apart. */
export const SCENARIO_LIMIT = 20
export const CHANGE_LIMIT = 20
/** How many are compared side by side. */
export const COMPARED_LIMIT = 4
/** Seconds of search for a better plan: usually, and at most. */
export const SCENARIO_BUDGET_S = 5
const SCENARIO_BUDGET_S_MAX = 60
/** The longest that extra work is asked for at once. */
export const EXTRA_DAYS_MAX = 31

const strict = { additionalProperties: false } as const
/** A date on the plant's clock. */
const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', maxLength: 10 })
const Minute = { minimum: 0, maximum: 2880 } as const

/** Work outside the shifts: on these weekdays between two dates, from one time to another on the plant's clock. */
const ExtraWork = Type.Object(
  {
    kind: Type.Literal('extra-work'),
    fromOn: Day,
    untilOn: Day,
    /** 1 is Monday. */
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
    /** Minutes after midnight; an end beyond 1440 lies on the next day. */
    startMinute: Type.Integer(Minute),
    endMinute: Type.Integer(Minute),
    /** Null for the whole plant. */
    workUnitIds: Type.Union([Type.Array(EquipmentId, { minItems: 1, maxItems: 20, uniqueItems: true }), Type.Null()]),
  },
  strict,
)

/** A machine that is not to be had. */
const MachineAway = Type.Object(
  { kind: Type.Literal('machine-away'), workUnitId: EquipmentId, startAt: Instant, endAt: Instant },
  strict,
)

/** An order that does not exist yet, to be begun at once. */
const RushOrder = Type.Object(
  {
    kind: Type.Literal('rush-order'),
    number: Type.String({ minLength: 1, maxLength: 40 }),
    productId: ProductId,
    quantity: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
    dueAt: Instant,
    priority: Type.Integer({ minimum: 1, maximum: 5 }),
    customer: Type.Union([Type.String({ minLength: 1, maxLength: 120 }), Type.Null()]),
  },
  strict,
)

/** Something else of an order that exists. What is left out stays. */
const OtherOrder = Type.Object(
  {
    kind: Type.Literal('other-order'),
    orderId: OrderId,
    dueAt: Type.Optional(Instant),
    priority: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  },
  strict,
)

/** More or fewer people of a group in a shift. */
const People = Type.Object(
  {
    kind: Type.Literal('people'),
    groupId: GroupId,
    shift: Type.String({ minLength: 1, maxLength: 60 }),
    count: Type.Integer({ minimum: 0, maximum: 1000 }),
  },
  strict,
)

/** A step that one more machine can do. */
const OtherMachine = Type.Object(
  {
    kind: Type.Literal('other-machine'),
    productId: ProductId,
    /** Of the step in the routing, from 1. */
    position: Type.Integer({ minimum: 1, maximum: 100 }),
    workUnitId: EquipmentId,
    minutesPerPiece: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
  },
  strict,
)

export const ScenarioChange = Type.Union([ExtraWork, MachineAway, RushOrder, OtherOrder, People, OtherMachine])
export type ScenarioChange = Static<typeof ScenarioChange>

export const NewScenario = Type.Object(
  {
    siteId: EquipmentId,
    name: Type.String({ minLength: 1, maxLength: 80 }),
    /** None: the same plan, improved for as long, which is what others are fairly compared with. */
    changes: Type.Array(ScenarioChange, { maxItems: CHANGE_LIMIT }),
    budgetS: Type.Optional(Type.Integer({ minimum: 1, maximum: SCENARIO_BUDGET_S_MAX })),
  },
  strict,
)
export type NewScenario = Static<typeof NewScenario>

/** How good a plan is, with what only matters when plans are compared. */
export const ScenarioFigures = Type.Object({
  ...Figures.properties,
  /** Hours of lateness of all orders, each counted by its priority: 16-fold for the most urgent, once for the least. */
  weightedLateHours: Type.Number(),
  /** Hours that machines work outside the shifts. */
  overtimeHours: Type.Number(),
})
export type ScenarioFigures = Static<typeof ScenarioFigures>

/** Planned work of a work unit against its staffed time, next seven days; null without staffed time. */
export const UnitLoad = Type.Object({
  workUnitId: EquipmentId,
  name: Type.String(),
  loadRatio: Type.Union([Type.Number(), Type.Null()]),
})
export type UnitLoad = Static<typeof UnitLoad>

/** What a plan's electricity costs from now to its end, peak charge included; null without a tariff or powers of machines. */
const ElectricityCost = Type.Union([Type.Number(), Type.Null()])

export const ScenarioResult = Type.Object({
  figures: ScenarioFigures,
  loads: Type.Array(UnitLoad),
  electricityCost: ElectricityCost,
  /** That of the plan it started from, at the same time. */
  baseElectricityCost: ElectricityCost,
  /** Against the plan it started from. */
  diff: Diff,
})
export type ScenarioResult = Static<typeof ScenarioResult>

export const Scenario = Type.Object({
  id: ScenarioId,
  siteId: EquipmentId,
  name: Type.String(),
  changes: Type.Array(ScenarioChange),
  /** Each change in words. */
  texts: Type.Array(Type.String()),
  state: Type.Enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
  progressRatio: Type.Number(),
  detail: Type.Union([Type.String(), Type.Null()]),
  /** Null until it was computed once. */
  result: Type.Union([ScenarioResult, Type.Null()]),
  computedAt: Type.Union([Instant, Type.Null()]),
  /** The plan, or something it is made of, has changed since it was computed. */
  outdated: Type.Boolean(),
  madeAt: Instant,
  madeBy: Type.String(),
  usedAt: Type.Union([Instant, Type.Null()]),
  usedBy: Type.Union([Type.String(), Type.Null()]),
})
export type Scenario = Static<typeof Scenario>

/** The scenarios of a site beside its plan as it is. */
export const Scenarios = Type.Object({
  timeZone: Type.String(),
  /** `none`: nothing was planned yet, so nothing can be tried. */
  shown: Type.Enum(['draft', 'published', 'none']),
  figures: Type.Union([ScenarioFigures, Type.Null()]),
  loads: Type.Array(UnitLoad),
  electricityCost: ElectricityCost,
  /** ISO 4217. */
  currency: Type.String(),
  /** The oldest first. */
  items: Type.Array(Scenario),
})
export type Scenarios = Static<typeof Scenarios>

export const scenarioMissing = problemType('planning/scenario-missing', 'missing', 'No such scenario')
export const tooManyScenarios = problemType(
  'planning/too-many-scenarios',
  'conflict',
  'The site has too many scenarios',
)
export const scenarioInvalid = problemType('planning/scenario-invalid', 'invalid', 'A change of the scenario cannot be')
export const scenarioBusy = problemType('planning/scenario-busy', 'conflict', 'The scenario is being computed')
export const scenarioIdle = problemType('planning/scenario-idle', 'conflict', 'The scenario is not being computed')
export const scenarioStale = problemType(
  'planning/scenario-stale',
  'conflict',
  'The plan has changed since the scenario',
)
export const noPlan = problemType('planning/no-plan', 'conflict', 'There is no plan to start from')
