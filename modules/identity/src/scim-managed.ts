import { authorize, type Context } from '@millrace/runtime'
import { readResource, USER } from '@millrace/scim'
import { findReady } from './break-glass-store.ts'
import { type Person, type PersonId, personMissing, personProvisioned } from './contract.ts'
import { findPerson, lockPerson } from './person-store.ts'
import { breakGlassStays, personNotProvisioned } from './scim-contract.ts'
import { keepGrants, touchGroupsOf } from './scim-group-store.ts'
import { keyOfName, userOf } from './scim-rules.ts'
import { lockUser, releaseUser, saveUser } from './scim-user-store.ts'

/**
 * Hands a person made by hand over to the identity provider, which finds the person by address from then on.
 *
 * @throws personMissing, personProvisioned, breakGlassStays
 */
export async function handOverPerson(ctx: Context, id: PersonId): Promise<Person> {
  authorize(ctx.actor, 'identity:provisioning:write')
  const person = await lockPerson(ctx.db, id)
  if (!person) throw personMissing(`There is no person ${id}.`)
  if (person.provisioned) throw personProvisioned(`${person.name} is looked after by the identity provider already.`)
  if ((await findReady(ctx.db))?.personId === id) {
    throw breakGlassStays('The break-glass account is for when the identity provider is out of reach.')
  }
  const document = readResource(USER, userOf(person))
  await saveUser(ctx.db, { personId: id, userNameKey: keyOfName(person.email), document }, ctx.now)
  ctx.audit({ action: 'identity.user.hand-over', object: `person ${id}`, detail: { name: person.name } })
  return (await findPerson(ctx.db, id)) as Person
}

/**
 * Takes a person back from the identity provider. The roles that came with groups stay, as if given by hand.
 *
 * @throws personMissing, personNotProvisioned
 */
export async function releasePerson(ctx: Context, id: PersonId): Promise<Person> {
  authorize(ctx.actor, 'identity:provisioning:write')
  // In the order in which the identity provider's own requests take them.
  await lockUser(ctx.db, id)
  const person = await lockPerson(ctx.db, id)
  if (!person) throw personMissing(`There is no person ${id}.`)
  await touchGroupsOf(ctx.db, id, ctx.now)
  await keepGrants(ctx.db, id)
  if (!(await releaseUser(ctx.db, id))) throw personNotProvisioned(`${person.name} is looked after by hand.`)
  ctx.audit({ action: 'identity.user.release', object: `person ${id}`, detail: { name: person.name } })
  return (await findPerson(ctx.db, id)) as Person
}
