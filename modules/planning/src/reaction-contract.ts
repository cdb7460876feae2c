import { Instant, id, problemType } from '@millrace/base'
import { EquipmentId } from '@millrace/plant/contract'
import { type Static, Type } from 'typebox'
import { GroupId } from './contract.ts'
import { Cause } from './schedule-contract.ts'

export const AbsenceId = id('Absence')
export type AbsenceId = Static<typeof AbsenceId>

const strict = { additionalProperties: false } as const

const absence = {
  siteId: EquipmentId,
  groupId: GroupId,
  /** How many of the group are missing. */
  count: Type.Integer({ minimum: 1, maximum: 1000 }),
  startAt: Instant,
  endAt: Instant,
  note: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()]),
}
/** People of a group who are missing for a while. */
export const Absence = Type.Object({ id: AbsenceId, ...absence, reportedBy: Type.String() })
export type Absence = Static<typeof Absence>
export const NewAbsence = Type.Object(absence, strict)
export type NewAbsence = Static<typeof NewAbsence>

/** More than a site has at once. */
export const ABSENCE_LIMIT = 500

const policy = {
  siteId: EquipmentId,
  enabled: Type.Boolean(),
  causes: Type.Array(Cause, { maxItems: 6 }),
  /** At most so many operations move, none of them further. */
  movesMax: Type.Integer({ minimum: 1, maximum: 100 }),
  shiftHoursMax: Type.Integer({ minimum: 1, maximum: 168 }),
  /** On the plant's clock, minutes after midnight; over midnight when the first is the later one. */
  fromMinute: Type.Integer({ minimum: 0, maximum: 1439 }),
  toMinute: Type.Integer({ minimum: 1, maximum: 1440 }),
  /** It rests after so many that were taken back or could not be applied. */
  rejectionsMax: Type.Integer({ minimum: 1, maximum: 20 }),
  /** An alarm with one of these words in it is a breakdown: nobody waits to see whether it is a short stop. */
  breakdownWords: Type.Array(Type.String({ minLength: 2, maxLength: 40 }), { maxItems: 20 }),
}
export const ReactionPolicy = Type.Object({
  ...policy,
  rejectionCount: Type.Integer(),
  /** Since when it rests; null while it does not. */
  suspendedAt: Type.Union([Instant, Type.Null()]),
  setAt: Type.Union([Instant, Type.Null()]),
  setBy: Type.Union([Type.String(), Type.Null()]),
})
export type ReactionPolicy = Static<typeof ReactionPolicy>
export const NewReactionPolicy = Type.Object(policy, strict)
export type NewReactionPolicy = Static<typeof NewReactionPolicy>

export const groupMissing = problemType('planning/group-missing', 'missing', 'No such group of people')
export const absenceMissing = problemType('planning/absence-missing', 'missing', 'No such absence')
export const absenceTooLarge = problemType('planning/absence-too-large', 'invalid', 'The group has fewer people')
export const notApplied = problemType('planning/not-applied', 'conflict', 'The policy did not apply this proposal')
