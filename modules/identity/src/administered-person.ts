import { authorize, type Context } from '@millrace/runtime'
import { type PersonId, personMissing } from './contract.ts'
import { findPerson } from './person-store.ts'

/**
 * Insists that the actor administers people, and that there is this one. Not locked: a GET may not lock.
 *
 * @throws forbidden, personMissing
 */
export async function insistOnAdministered(ctx: Context, personId: PersonId): Promise<void> {
  authorize(ctx.actor, 'identity:person:write')
  if (!(await findPerson(ctx.db, personId))) throw personMissing(`There is no person ${personId}.`)
}
