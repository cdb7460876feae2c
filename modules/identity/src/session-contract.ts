import { Instant, problemType } from '@millrace/base'
import { type Static, Type } from 'typebox'
import { Password, SignInMethod } from './contract.ts'

/** A session as its person, or an administrator, sees it. */
export const SessionShown = Type.Object({
  id: Type.String(),
  /** In words, from what the browser says of itself: `Chrome on Windows`. */
  device: Type.String(),
  address: Type.Union([Type.String(), Type.Null()]),
  method: SignInMethod,
  level: Type.Union([Type.Literal(1), Type.Literal(2)]),
  station: Type.Boolean(),
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
  /** The one that asks. */
  current: Type.Boolean(),
})
export type SessionShown = Static<typeof SessionShown>

export const EndedSessions = Type.Object({ endedCount: Type.Integer() })
export type EndedSessions = Static<typeof EndedSessions>

const closed = { additionalProperties: false }
export const PasswordChange = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: 200 }), newPassword: Password },
  closed,
)
export const NewPassword = Type.Object({ newPassword: Password }, closed)

export const passwordWrong = problemType('identity/password-wrong', 'forbidden', 'Password is wrong')
export const passwordWeak = problemType('identity/password-weak', 'invalid', 'Password is easy to guess')
