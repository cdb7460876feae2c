import { eventType, Instant, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { PersonId } from './contract.ts'

const closed = { additionalProperties: false }
const BreakGlassName = Type.String({ minLength: 3, maxLength: 80 })

/** The break-glass account of the company: whether there is one, and when one was used. */
export const BreakGlass = Type.Object({
  /** The one that is ready; null = there is none. */
  ready: Type.Union([
    Type.Object({ name: Type.String(), preparedAt: Instant, preparedBy: Type.String() }),
    Type.Null(),
  ]),
  /** Those that were used, newest first. */
  uses: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      personId: PersonId,
      usedAt: Instant,
      address: Type.Union([Type.String(), Type.Null()]),
      acknowledgedAt: Type.Union([Instant, Type.Null()]),
      acknowledgedBy: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
})
export type BreakGlass = Static<typeof BreakGlass>

/** A code to print and lock away. Shown once. */
export const PreparedBreakGlass = Type.Object({ name: Type.String(), code: Type.String() })
export type PreparedBreakGlass = Static<typeof PreparedBreakGlass>

export const NewBreakGlass = Type.Object({ name: BreakGlassName }, closed)
export const BreakGlassSignIn = Type.Object(
  { name: BreakGlassName, code: Type.String({ minLength: 1, maxLength: 100 }) },
  closed,
)

/** Somebody has come in with the break-glass code. */
export const breakGlassUsed = eventType(
  'identity.break-glass-used',
  Type.Object({ name: Type.String(), personId: PersonId, address: Type.Union([Type.String(), Type.Null()]) }),
)

export const breakGlassSpent = problemType('identity/break-glass-spent', 'forbidden', 'Break-glass code was used')
export const breakGlassNameTaken = problemType('identity/break-glass-name-taken', 'conflict', 'Name is in use')
