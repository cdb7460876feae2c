import { eventType, Instant, id, problemType } from '@millrace/base'
import { Command, SetPointId } from '@millrace/control/contract'
import { EquipmentId } from '@millrace/plant/contract'
import { Series } from '@millrace/telemetry/contract'
import { type Static, Type } from 'typebox'

export const FindingId = id('Finding')
export type FindingId = Static<typeof FindingId>

/** 1 needs a decision now, 2 this shift, 3 this week, 4 when there is time. */
export const Priority = Type.Integer({ minimum: 1, maximum: 4 })

export const FindingCause = Type.Enum([
  'tool-wear',
  'bearing',
  'imbalance',
  'sensor-fault',
  'energy-waste',
  'process-drift',
  'unusual',
])
export type FindingCause = Static<typeof FindingCause>

/** open → accepted or dismissed; accepted → resolved when the outcome was measured; open → closed when it went away by itself. */
export const FindingState = Type.Enum(['open', 'accepted', 'dismissed', 'resolved', 'closed'])
export type FindingState = Static<typeof FindingState>

/** A signal with its course around the finding: what was seen against what is usual. */
export const TrendEvidence = Type.Object({
  type: Type.Literal('trend'),
  series: Series,
  title: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  fromMs: Type.Number(),
  toMs: Type.Number(),
  /** The usual range at the same operating point; null while unknown. */
  usualLow: Type.Union([Type.Number(), Type.Null()]),
  usualHigh: Type.Union([Type.Number(), Type.Null()]),
  usual: Type.Union([Type.Number(), Type.Null()]),
  observed: Type.Number(),
})
export const SpectrumEvidence = Type.Object({
  type: Type.Literal('spectrum'),
  series: Series,
  title: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  resolutionHz: Type.Number(),
  now: Type.Array(Type.Number()),
  usual: Type.Array(Type.Number()),
  /** The band that gave it away. */
  bandLowHz: Type.Number(),
  bandHighHz: Type.Number(),
  bandTitle: Type.String(),
  ratio: Type.Number(),
})
export const Evidence = Type.Union([TrendEvidence, SpectrumEvidence])
export type Evidence = Static<typeof Evidence>

/** What could be done: a value to write, or a request to a person. */
export const Action = Type.Union([
  Type.Object({
    type: Type.Literal('set-point'),
    setPointId: SetPointId,
    title: Type.String(),
    value: Type.Number(),
    min: Type.Number(),
    max: Type.Number(),
    unit: Type.Union([Type.String(), Type.Null()]),
  }),
  Type.Object({ type: Type.Literal('request'), text: Type.String() }),
])
export type Action = Static<typeof Action>

/** What an accepted recommendation did, measured on the signal that gave the finding away. */
export const Outcome = Type.Object({
  series: Series,
  title: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  /** Mean over the minutes before the write and over the time after it, at the same state of the machine. */
  before: Type.Number(),
  after: Type.Number(),
  measuredAt: Instant,
  /** `better` when the value moved to its usual range by more than its noise. */
  verdict: Type.Enum(['better', 'same', 'worse']),
})
export type Outcome = Static<typeof Outcome>

export const Finding = Type.Object({
  id: FindingId,
  siteId: EquipmentId,
  workUnitId: EquipmentId,
  cause: FindingCause,
  /** "Tool wear on the spindle". */
  title: Type.String(),
  /** One or two sentences a person on the floor would say: what, against what, why it is this cause. */
  reason: Type.String(),
  priority: Priority,
  confidenceRatio: Type.Number({ minimum: 0, maximum: 1 }),
  state: FindingState,
  /** When the signal left its usual range, and when we said so. */
  sinceAt: Instant,
  foundAt: Instant,
  lastSeenAt: Instant,
  detector: Type.String(),
  detectorVersion: Type.Integer(),
  evidence: Type.Array(Evidence, { maxItems: 6 }),
  /** Suggested first; alternatives after it. */
  actions: Type.Array(Action, { maxItems: 4 }),
  /** In the site's currency: what acting saves, and what a day of waiting costs; null when unknown. */
  benefit: Type.Union([
    Type.Object({ amount: Type.Number(), currency: Type.String(), waitingPerDay: Type.Number(), text: Type.String() }),
    Type.Null(),
  ]),
  /** "About 3 h of tool life left (2 h to 4 h 30)"; null when unknown. */
  outlook: Type.Union([Type.String(), Type.Null()]),
  /** When it is expected to fail if nothing is done; null when no trend says so. */
  failsAt: Type.Union([Instant, Type.Null()]),
  decision: Type.Union([
    Type.Object({
      by: Type.String(),
      at: Instant,
      choice: Type.Enum(['accepted', 'changed', 'dismissed']),
      reason: Type.Union([Type.String(), Type.Null()]),
    }),
    Type.Null(),
  ]),
  command: Type.Union([Command, Type.Null()]),
  outcome: Type.Union([Outcome, Type.Null()]),
})
export type Finding = Static<typeof Finding>

/** A past finding of the same cause, and how it ended. */
export const SimilarFinding = Type.Object({
  id: FindingId,
  workUnitName: Type.String(),
  title: Type.String(),
  foundAt: Instant,
  state: FindingState,
  outcome: Type.Union([Outcome, Type.Null()]),
})
export type SimilarFinding = Static<typeof SimilarFinding>

export const FindingDetail = Type.Object({ finding: Finding, similar: Type.Array(SimilarFinding, { maxItems: 10 }) })
export type FindingDetail = Static<typeof FindingDetail>

export const Acceptance = Type.Object(
  {
    /** Which of the actions. */
    actionIndex: Type.Integer({ minimum: 0, maximum: 3 }),
    /** Another value than the suggested one; a reason is needed then. */
    value: Type.Optional(Type.Number()),
    reason: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })),
    idempotencyKey: Type.String({ minLength: 8, maxLength: 100 }),
  },
  { additionalProperties: false },
)
export type Acceptance = Static<typeof Acceptance>

export const Dismissal = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 500 }) },
  { additionalProperties: false },
)
export type Dismissal = Static<typeof Dismissal>

export const findingMissing = problemType('insight/finding-missing', 'missing', 'No such finding')
export const findingDecided = problemType('insight/finding-decided', 'conflict', 'Finding has been decided already')
export const reasonNeeded = problemType('insight/reason-needed', 'invalid', 'Say why')
export const actionMissing = problemType('insight/action-missing', 'invalid', 'The finding has no such action')

export const findingChanged = eventType(
  'insight.finding-changed',
  Type.Object({ findingId: FindingId, siteId: EquipmentId, workUnitId: EquipmentId, state: FindingState }),
)
