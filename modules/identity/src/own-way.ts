import type { Context } from '@millrace/runtime'
import { type Person, personLocked, personProvisioned } from './contract.ts'
import { providerRequired } from './identity-provider-contract.ts'
import { requiredFor } from './identity-provider-rules.ts'
import { listProviders } from './identity-provider-store.ts'
import { invitationImpossible } from './joining-contract.ts'
import { countPasskeys } from './passkey-store.ts'
import { findPasswordHash } from './person-store.ts'

/**
 * Insists that a person may have a password or passkey of one's own.
 *
 * @throws personProvisioned, providerRequired, personLocked
 * @throws invitationImpossible the person has left, or is the break-glass account
 */
export async function insistOnOwnWay(ctx: Context, person: Person): Promise<void> {
  const { name } = person
  if (person.provisioned) {
    throw personProvisioned(`${name} is looked after by the identity provider, and signs in there.`)
  }
  const [required] = requiredFor(person.email, await listProviders(ctx.db))
  if (required) {
    throw providerRequired(`${name} signs in with ${required.name}, as your company wants it. No link is needed.`, {
      providerName: required.name,
    })
  }
  if (isBreakGlass(person)) throw invitationImpossible('The break-glass account opens with the code on its paper only.')
  if (person.endedAt !== null) throw invitationImpossible(`${name} has left. Bring the person back first.`)
  if (person.lockedAt !== null) throw personLocked(`The account of ${name} is locked. Unlock it first.`)
}

/** Whether a person has a password or a passkey. */
export async function hasOwnWay(ctx: Context, { id }: Pick<Person, 'id'>): Promise<boolean> {
  return (await findPasswordHash(ctx.db, id)) !== undefined || (await countPasskeys(ctx.db, id)) > 0
}

/** The account for when no other way in is left; see break-glass.ts for its address. */
function isBreakGlass({ email }: Person): boolean {
  return email.endsWith('@break-glass.invalid')
}
