import { authorize, type Context } from '@millrace/runtime'
import { type Person, type PersonId, personMissing } from './contract.ts'
import { findPerson } from './person-store.ts'

/**
 * Insists that the actor administers people, and that there is this one. Not locked: a GET may not lock.
 *
 * @throws forbidden, personMissing
 */
export async function insistOnAdministered(ctx: Context, personId: PersonId): Promise<Person> {
  authorize(ctx.actor, 'identity:person:write')
  const person = await findPerson(ctx.db, personId)
  if (!person) throw personMissing(`There is no person ${personId}.`)
  return person
}
