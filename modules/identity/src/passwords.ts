import type { RequestFacts } from '@millrace/http'
import { type Actor, type Context, inContext, type Runtime } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { type PersonId, personMissing } from './contract.ts'
import { withdrawLinks } from './entry-link-store.ts'
import { guessFactor } from './factor-guess.ts'
import { oneself } from './oneself.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { type Owner, passwordFault } from './password-rules.ts'
import { findPasswordHash, findPerson, updatePerson } from './person-store.ts'
import { passwordWeak, passwordWrong } from './session-contract.ts'
import { deleteSessionsOf } from './session-store.ts'

/** Insists that a password is not easy to guess. @throws passwordWeak */
export function insistOnGoodPassword(password: string, owner: Owner): void {
  const fault = passwordFault(password, owner)
  if (fault !== undefined) throw passwordWeak(fault)
}

/**
 * Changes the actor's password, with the old one; all other sessions end.
 *
 * @throws passwordWrong, passwordWeak, signInPaused
 */
export async function changePassword(
  runtime: Runtime,
  actor: Actor,
  password: string,
  newPassword: string,
  facts: RequestFacts,
): Promise<void> {
  await guessFactor(runtime, actor.id as PersonId, facts, () =>
    inContext(runtime, actor, async (ctx) => {
      const right = await verifyPassword(password, await findPasswordHash(ctx.db, oneself(ctx)))
      if (!right) throw passwordWrong('The old password is wrong.')
      return right
    }),
  )
  await inContext(runtime, actor, (ctx) => setPassword(ctx, newPassword))
}

/** Gives the actor a new password; all other sessions end. The route asks for a step-up. @throws passwordWeak */
export async function setPassword(ctx: Context, newPassword: string): Promise<void> {
  const id = oneself(ctx)
  const person = await findPerson(ctx.db, id)
  if (!person) throw personMissing('Only people have passwords.')
  insistOnGoodPassword(newPassword, person)
  await updatePerson(ctx.db, id, { passwordHash: await hashPassword(newPassword) })
  await withdrawLinks(ctx.db, id, ctx.now, 'reset')
  await deleteSessionsOf(ctx.db, id, { but: ctx.actor.signIn?.sessionId ?? null })
  ctx.audit({ action: 'identity.password.change', object: `person ${id}`, detail: { name: person.name } })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}
