import { eventType, Instant, id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { OrderId, ProductId } from './contract.ts'
import { MACHINES_MAX, UnitCapacity } from './resource-contract.ts'

export const PlanId = id('Plan')
export type PlanId = Static<typeof PlanId>
export const ProposalId = id('Proposal')
export type ProposalId = Static<typeof ProposalId>

const strict = { additionalProperties: false } as const

/** An operation: its order and its position in the routing, `0199….2`; of one that was split a further part, `0199….2.2`. */
export const OperationId = Type.String({ pattern: '^[0-9a-f-]{36}\\.[1-9][0-9]{0,2}(\\.[2-9])?$', maxLength: 42 })

const Span = { startAt: Instant, endAt: Instant }

/** Why an operation does not start earlier, as it was when it was placed. */
export const StartReason = Type.Object({
  kind: Type.Enum([
    ...['now', 'release', 'lock', 'pin', 'predecessor', 'machine', 'setup', 'operators', 'tool', 'material', 'moved'],
  ] as const),
  /** The operation that is waited for, or the group that is busy. */
  of: Type.Union([Type.String(), Type.Null()]),
  /** Seconds of closed time between that and the start. */
  closedS: Type.Integer(),
})
export type StartReason = Static<typeof StartReason>

/** Where and when an operation is done. The set-up lies between `setupStartAt` and `startAt`. */
export const Placement = Type.Object(
  {
    operationId: OperationId,
    /** Pieces of one part of an operation that was split. Left out: all of the order. */
    quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
    workUnitId: EquipmentId,
    /** Which of several equal machines, from 0, which it is when left out. */
    lane: Type.Optional(Type.Integer({ minimum: 0, maximum: MACHINES_MAX - 1 })),
    setupStartAt: Instant,
    startAt: Instant,
    endAt: Instant,
    operatorGroupId: Type.Union([Type.String({ maxLength: 36 }), Type.Null()]),
    locked: Type.Boolean(),
  },
  strict,
)
export type Placement = Static<typeof Placement>

export const ScheduleOperation = Type.Object({
  operationId: OperationId,
  orderId: OrderId,
  step: Type.String(),
  /** Pieces: all of the order, or those of its part. */
  quantity: Type.Integer(),
  isPart: Type.Boolean(),
  /** Operations in front of it, and how long it has to wait after them wherever both are done: cooling, curing. */
  after: Type.Array(Type.Object({ operationId: OperationId, waitS: Type.Integer() })),
  /** Where it may be done, and for how many seconds of working time. */
  alternatives: Type.Array(Type.Object({ workUnitId: EquipmentId, durationS: Type.Integer() })),
  /** Null: it has no place yet. */
  placement: Type.Union([Placement, Type.Null()]),
  state: Type.Enum(['scheduled', 'running', 'done']),
  /** What it waits for, in words; null without a place. */
  reason: Type.Union([Type.String(), Type.Null()]),
  /** Why it cannot be so, in words; null when it can. */
  conflict: Type.Union([Type.String(), Type.Null()]),
})
export type ScheduleOperation = Static<typeof ScheduleOperation>

export const ScheduleOrder = Type.Object({
  id: OrderId,
  number: Type.String(),
  product: Type.String(),
  family: Type.String(),
  quantity: Type.Integer(),
  customer: Type.Union([Type.String(), Type.Null()]),
  priority: Type.Integer(),
  dueAt: Instant,
  endAt: Type.Union([Instant, Type.Null()]),
  lateS: Type.Integer(),
  /** Of a late order: what it waits for, from its beginning to its end; the longest wait is marked. */
  reasons: Type.Array(Type.Object({ text: Type.String(), waitS: Type.Integer(), main: Type.Boolean() })),
})
export type ScheduleOrder = Static<typeof ScheduleOrder>

export const Lane = Type.Object({
  workUnitId: EquipmentId,
  name: Type.String(),
  group: Type.String(),
  kind: UnitCapacity.properties.kind,
  /** Equal machines that stand for it. */
  count: Type.Integer(),
  shifts: Type.Array(Type.Object({ name: Type.String(), ...Span })),
  exceptions: Type.Array(
    Type.Object({ kind: Type.Enum(['holiday', 'maintenance', 'stop', 'extra']), note: Type.String(), ...Span }),
  ),
  load: Type.Array(Type.Object({ dayStartAt: Instant, loadRatio: Type.Number() })),
  /** Its fences: what starts before is left alone by planning, or changed with a reason only. Null while nothing is published. */
  frozenUntilAt: Type.Union([Instant, Type.Null()]),
  slushyUntilAt: Type.Union([Instant, Type.Null()]),
})
export type Lane = Static<typeof Lane>

export const Figures = Type.Object({
  orderCount: Type.Integer(),
  lateCount: Type.Integer(),
  /** Share of orders that end in time; null without orders. */
  onTimeRatio: Type.Union([Type.Number(), Type.Null()]),
  /** Planned work against staffed time of the next seven days; null without staffed time. */
  loadRatio: Type.Union([Type.Number(), Type.Null()]),
  setupHours: Type.Number(),
  operationCount: Type.Integer(),
  waitingCount: Type.Integer(),
})
export type Figures = Static<typeof Figures>

/** The planning that is under way, or was last. */
export const Run = Type.Object({
  state: Type.Enum(['running', 'done', 'cancelled', 'failed']),
  startedAt: Instant,
  startedBy: Type.String(),
  budgetS: Type.Integer(),
  progressRatio: Type.Number(),
  lateCount: Type.Union([Type.Integer(), Type.Null()]),
  detail: Type.Union([Type.String(), Type.Null()]),
})
export type Run = Static<typeof Run>

/** How a plan differs from another. Orders are named by their numbers. */
export const Diff = Type.Object({
  moved: Type.Integer(),
  added: Type.Integer(),
  removed: Type.Integer(),
  nowLate: Type.Array(Type.String()),
  saved: Type.Array(Type.String()),
})
export type Diff = Static<typeof Diff>

/** What a plan reacts to. */
export const Cause = Type.Enum(['stopped', 'slow', 'scrap', 'late-delivery', 'absent', 'predicted-failure'])
export type Cause = Static<typeof Cause>

export const Proposal = Type.Object({
  id: ProposalId,
  /** The machine it is about; null when it is about people or material. */
  workUnitId: Type.Union([EquipmentId, Type.Null()]),
  cause: Cause,
  /** What it is about: a machine, an operation, a delivery, an absence or a finding. One is open about each at a time. */
  subject: Type.String(),
  title: Type.String(),
  summary: Type.String(),
  /** What is not known and was taken to be so. */
  assumption: Type.String(),
  /** Until when it is of use. */
  untilAt: Instant,
  madeAt: Instant,
  /** Why it took the place of another one about the same, in words; null for the first. */
  renewedBecause: Type.Union([Type.String(), Type.Null()]),
  /** Each move in words, and why it lies where it lies; with the place it leads from and to. */
  changes: Type.Array(
    Type.Object({
      operationId: OperationId,
      text: Type.String(),
      why: Type.String(),
      before: Type.Union([Placement, Type.Null()]),
      after: Type.Union([Placement, Type.Null()]),
    }),
  ),
})
export type Proposal = Static<typeof Proposal>

/** A proposal that the policy of the site applied, and that can be taken back. */
export const AppliedProposal = Type.Object({
  id: ProposalId,
  title: Type.String(),
  summary: Type.String(),
  appliedAt: Instant,
})
export type AppliedProposal = Static<typeof AppliedProposal>

export const Schedule = Type.Object({
  siteId: EquipmentId,
  timeZone: Type.String(),
  /** `none`: nothing was planned yet. */
  shown: Type.Enum(['draft', 'published', 'none']),
  /** Of the draft; 0 without one. */
  revision: Type.Integer(),
  madeAt: Type.Union([Instant, Type.Null()]),
  madeBy: Type.Union([Type.String(), Type.Null()]),
  publishedAt: Type.Union([Instant, Type.Null()]),
  publishedBy: Type.Union([Type.String(), Type.Null()]),
  fromAt: Instant,
  toAt: Instant,
  frozenUntilAt: Type.Union([Instant, Type.Null()]),
  lanes: Type.Array(Lane),
  orders: Type.Array(ScheduleOrder),
  operations: Type.Array(ScheduleOperation),
  figures: Figures,
  /** Of the draft against the published plan; null without both. */
  diff: Type.Union([Diff, Type.Null()]),
  run: Type.Union([Run, Type.Null()]),
  proposals: Type.Array(Proposal),
  /** What the policy did during the last day, newest first. */
  applied: Type.Array(AppliedProposal),
})
export type Schedule = Static<typeof Schedule>

export const ScheduleQuery = Type.Object(
  { siteId: EquipmentId, plan: Type.Optional(Type.Enum(['draft', 'published'])) },
  strict,
)
export type ScheduleQuery = Static<typeof ScheduleQuery>

/** The longest a planning may take, and what it takes when nothing else is asked for. */
const BUDGET_S_MAX = 300
export const BUDGET_S = 10

export const PlanWish = Type.Object(
  { siteId: EquipmentId, budgetS: Type.Optional(Type.Integer({ minimum: 1, maximum: BUDGET_S_MAX })) },
  strict,
)
export type PlanWish = Static<typeof PlanWish>

const OperationIds = Type.Array(OperationId, { minItems: 1, maxItems: 500 })

/** Something a planner wants to do to the draft. */
export const Edit = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('move'),
      moves: Type.Array(Type.Object({ operationId: OperationId, workUnitId: EquipmentId, startAt: Instant }, strict), {
        minItems: 1,
        maxItems: 500,
      }),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal('unplace'), operationIds: OperationIds }, strict),
  Type.Object({ kind: Type.Literal('lock'), operationIds: OperationIds, locked: Type.Boolean() }, strict),
  /** Into two parts: what is done of it by a moment, and the rest right behind. */
  Type.Object({ kind: Type.Literal('split'), operationId: OperationId, atAt: Instant }, strict),
])
export type Edit = Static<typeof Edit>
export const EditWish = Type.Object({ siteId: EquipmentId, edit: Edit }, strict)
export type EditWish = Static<typeof EditWish>

/** One operation before and after an edit; null where it had or has no place. */
export const OperationChange = Type.Object(
  {
    operationId: OperationId,
    before: Type.Union([Placement, Type.Null()]),
    after: Type.Union([Placement, Type.Null()]),
  },
  strict,
)
export type OperationChange = Static<typeof OperationChange>

/** What an edit would do, successors and all; or why it may not be. */
export const Outcome = Type.Union([
  Type.Object({
    changes: Type.Array(OperationChange),
    text: Type.String(),
    /** The change lies behind a fence: what is needed to make it, in words. */
    fence: Type.Optional(Type.Object({ kind: Type.Enum(['frozen', 'slushy']), text: Type.String() })),
  }),
  Type.Object({ refusal: Type.String() }),
])
export type Outcome = Static<typeof Outcome>

/** Changes as they were previewed, or turned round to take them back. */
export const Changes = Type.Object(
  {
    siteId: EquipmentId,
    changes: Type.Array(OperationChange, { minItems: 1, maxItems: 5000 }),
    /** Why something behind a fence has to change. */
    reason: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })),
  },
  strict,
)
export type Changes = Static<typeof Changes>

export const DraftState = Type.Object({ revision: Type.Integer() })

export const PublishWish = Type.Object({ siteId: EquipmentId, revision: Type.Integer({ minimum: 1 }) }, strict)
export type PublishWish = Static<typeof PublishWish>

/** An order that does not exist yet. */
export const PromiseWish = Type.Object(
  { siteId: EquipmentId, productId: ProductId, quantity: Type.Integer({ minimum: 1, maximum: 10_000_000 }) },
  strict,
)
export type PromiseWish = Static<typeof PromiseWish>
/** When it could be done; null when there is no room for it, with the reason where it is not the room. */
export const PromiseAnswer = Type.Object({
  endAt: Type.Union([Instant, Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
})
export type PromiseAnswer = Static<typeof PromiseAnswer>

export const FixQuery = Type.Object({ siteId: EquipmentId, orderId: OrderId }, strict)
export type FixQuery = Static<typeof FixQuery>
/** What would make a late order earlier, the cheapest first. */
export const FixAnswer = Type.Object({
  items: Type.Array(
    Type.Object({
      text: Type.String(),
      /** How much earlier it would be done. */
      wonS: Type.Integer(),
      /** Numbers of orders that would be later for it. */
      delayed: Type.Array(Type.String()),
    }),
  ),
})
export type FixAnswer = Static<typeof FixAnswer>

export const Dismissal = Type.Object({ reason: Type.String({ minLength: 3, maxLength: 500 }) }, strict)

export const planStale = problemType('planning/plan-stale', 'conflict', 'The plan has changed meanwhile')
export const planInvalid = problemType('planning/plan-invalid', 'conflict', 'The plan cannot be kept')
export const noDraft = problemType('planning/no-draft', 'conflict', 'There is no draft')
export const nothingToPlan = problemType('planning/nothing-to-plan', 'conflict', 'There is nothing to plan')
export const planBusy = problemType('planning/plan-busy', 'conflict', 'This site is being planned just now')
export const notPlanning = problemType('planning/not-planning', 'conflict', 'This site is not being planned')
export const proposalMissing = problemType('planning/proposal-missing', 'missing', 'No such proposal')
export const proposalDecided = problemType('planning/proposal-decided', 'conflict', 'The proposal was decided before')

export const planPublished = eventType(
  'planning.plan-published',
  Type.Object({ planId: PlanId, siteId: EquipmentId, lateCount: Type.Integer() }),
)
