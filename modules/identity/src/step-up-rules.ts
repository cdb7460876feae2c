import type { Factors } from './factor-contract.ts'
import type { StepUpMethod } from './step-up-contract.ts'

/** Operations with which somebody gets a first factor, and so cannot be confirmed with one. */
const FIRST_FACTOR: ReadonlySet<string> = new Set(['offerPasskey', 'offerTotp'])
/** As long as this after a sign-in nobody else has come to the screen. */
const JUST_SIGNED_IN_MS = 10 * 60_000

/** What decides how a person confirms an act. */
export interface Standing {
  readonly factors: Factors
  /** How the session was opened. */
  readonly sessionMethod: string
  readonly sessionAgeMs: number
  /** Whether the company is the demo, whose data are invented. */
  readonly demo: boolean
  readonly operationId: string
}

/** How a person confirms an act: the strongest way there is, and then no other (THREATS T-A5). Empty = not at all. */
export function methodsOf(standing: Standing): StepUpMethod[] {
  const { factors, sessionMethod, operationId } = standing
  if (factors.passkeyCount > 0) return ['passkey']
  if (factors.totp && factors.password) return ['password-totp']
  if (sessionMethod === 'break-glass') return ['break-glass-code']
  if (standing.demo && sessionMethod === 'demo') return ['press']
  if (!FIRST_FACTOR.has(operationId) || factors.totp) return []
  if (factors.password) return ['password']
  return standing.sessionAgeMs < JUST_SIGNED_IN_MS ? ['press'] : []
}
