import { type Context, forbidden } from '@millrace/runtime'
import type { PersonId } from './contract.ts'

/** The person who acts, for what somebody has of one's own: factors, sessions, a password. @throws forbidden for a key */
export function oneself(ctx: Context): PersonId {
  if (ctx.actor.kind !== 'person') throw forbidden('Only people have this.')
  return ctx.actor.id as PersonId
}
