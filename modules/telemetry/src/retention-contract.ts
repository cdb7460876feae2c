import { Instant, id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import type { Measurand, SignalKind } from './contract.ts'

/** Kinds of signals that are kept for equally long. */
export const SignalClass = Type.Enum(['state', 'production', 'energy', 'process', 'condition', 'vibration', 'other'])
export type SignalClass = Static<typeof SignalClass>
export const SIGNAL_CLASSES: readonly SignalClass[] = SignalClass.enum

const CLASSES: Readonly<Record<Measurand, SignalClass>> = {
  state: 'state',
  alarm: 'state',
  program: 'state',
  order: 'state',
  'good-count': 'production',
  'scrap-count': 'production',
  'cycle-time': 'production',
  power: 'energy',
  temperature: 'process',
  speed: 'process',
  'feed-override': 'process',
  load: 'process',
  pressure: 'process',
  flow: 'process',
  vibration: 'condition',
  'tool-life': 'condition',
  'vibration-spectrum': 'vibration',
  'vibration-waveform': 'vibration',
  other: 'other',
}

/** The class of a signal: by what it measures; whatever is a vector is of the class of vibration, for its size. */
export function classOf({ measurand, kind }: { measurand: Measurand; kind: SignalKind }): SignalClass {
  return kind === 'vector' ? 'vibration' : CLASSES[measurand]
}

export const RETENTION_DAYS_MIN = 7
export const RETENTION_DAYS_MAX = 3660
const Days = Type.Integer({ minimum: RETENTION_DAYS_MIN, maximum: RETENTION_DAYS_MAX })

/**
 * For how many days a class is kept: single samples, then what they amount to by minutes, then by hours. Texts and states have
 * single samples only. Of vectors every one is kept at first, then one an hour, then one a day.
 */
export const RetentionRule = Type.Object(
  { class: SignalClass, rawDays: Days, minuteDays: Days, hourDays: Days },
  { additionalProperties: false },
)
export type RetentionRule = Static<typeof RetentionRule>

/** What holds until a company says otherwise. */
export const DEFAULT_RULES: readonly RetentionRule[] = [
  { class: 'state', rawDays: 732, minuteDays: 732, hourDays: 732 },
  { class: 'production', rawDays: 100, minuteDays: 732, hourDays: 1830 },
  { class: 'energy', rawDays: 100, minuteDays: 732, hourDays: 3660 },
  { class: 'process', rawDays: 100, minuteDays: 732, hourDays: 1830 },
  { class: 'condition', rawDays: 100, minuteDays: 732, hourDays: 1830 },
  { class: 'vibration', rawDays: 30, minuteDays: 366, hourDays: 1830 },
  { class: 'other', rawDays: 100, minuteDays: 366, hourDays: 732 },
]

/** A rule with what it keeps now. */
export const RetainedClass = Type.Object({
  ...RetentionRule.properties,
  isDefault: Type.Boolean(),
  signalCount: Type.Integer(),
  /** On disk, as last measured. */
  bytes: Type.Number(),
  /** Null: unchanged since the beginning. */
  changedAt: Type.Union([Instant, Type.Null()]),
  changedByName: Type.Union([Type.String(), Type.Null()]),
  /** Of this fineness nothing is left before then; null while nothing was thinned out. */
  rawThinnedMs: Type.Union([Type.Number(), Type.Null()]),
})
export type RetainedClass = Static<typeof RetainedClass>

/** What other rules would do to the history as it is. */
export const RetentionPreview = Type.Object({
  /** What goes that stays by the rules of now, as estimated from the last measurement. What is held stays. */
  freedBytes: Type.Number(),
  classes: Type.Array(
    Type.Object({
      class: SignalClass,
      freedBytes: Type.Number(),
      /** The oldest that is left of each fineness. */
      oldestRawMs: Type.Number(),
      oldestMinuteMs: Type.Number(),
      oldestHourMs: Type.Number(),
      /** Whether something goes that nobody can bring back. */
      shortens: Type.Boolean(),
    }),
  ),
})
export type RetentionPreview = Static<typeof RetentionPreview>

export const HoldId = id('Hold')
export type HoldId = Static<typeof HoldId>

const HoldReason = Type.String({ minLength: 3, maxLength: 500, pattern: '\\S' })

export const NewHold = Type.Object(
  {
    workUnitId: EquipmentId,
    fromMs: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
    toMs: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
    /** For people: "Complaint 4711, lot 23". */
    reason: HoldReason,
  },
  { additionalProperties: false },
)
export type NewHold = Static<typeof NewHold>

/** Samples of a machine and a period that are kept whatever the rules say, until somebody releases them. */
export const Hold = Type.Object({
  id: HoldId,
  siteId: EquipmentId,
  workUnitId: EquipmentId,
  fromMs: Type.Number(),
  toMs: Type.Number(),
  reason: Type.String(),
  createdAt: Instant,
  createdByName: Type.String(),
  releasedAt: Type.Union([Instant, Type.Null()]),
  releasedByName: Type.Union([Type.String(), Type.Null()]),
})
export type Hold = Static<typeof Hold>

/** The most that are listed. */
export const HOLDS_MAX = 200

export const retentionInvalid = problemType('telemetry/retention-invalid', 'invalid', 'The rules make no sense')
export const holdMissing = problemType('telemetry/hold-missing', 'missing', 'Nothing is held under this id')
export const holdsFull = problemType('telemetry/holds-full', 'conflict', 'Too much is held already')
