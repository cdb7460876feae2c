import type { RequestFacts } from '@millrace/http'
import { authorize, type Context } from '@millrace/runtime'
import { type NewPerson, type Person, type PersonId, personMissing } from './contract.ts'
import { getEnterprise } from './enterprise-store.ts'
import { withdrawLinks } from './entry-link-store.ts'
import { makeLink } from './entry-links.ts'
import { type Invited, invitationNeedless, invitationNotOpen } from './joining-contract.ts'
import { mails } from './mail-texts.ts'
import { hasOwnWay, insistOnOwnWay } from './own-way.ts'
import { createPerson } from './people.ts'
import { findPerson, lockPerson } from './person-store.ts'

const PERMISSION = 'identity:person:write'

/**
 * Adds a person and invites that person to join by a link. The route asks for a step-up: who has the link comes in as that
 * person, with all that the grants give.
 *
 * @throws emailTaken, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace, providerRequired
 */
export async function inviteNewPerson(ctx: Context, person: NewPerson, facts: RequestFacts): Promise<Invited> {
  return invitePerson(ctx, await createPerson(ctx, { ...person, passwordHash: null }), facts)
}

/**
 * Invites a person who has no way to sign in yet. A former invitation is void. The route asks for a step-up.
 *
 * @throws personMissing, personProvisioned, personLocked, providerRequired, invitationImpossible
 * @throws invitationNeedless the person has a password or a passkey
 */
export async function invitePerson(ctx: Context, id: PersonId, facts: RequestFacts): Promise<Invited> {
  const person = await lockAdministered(ctx, id)
  await insistOnOwnWay(ctx, person)
  if (await hasOwnWay(ctx, person)) {
    throw invitationNeedless(`${person.name} can sign in already. For a forgotten password make a reset link.`)
  }
  const { name, email } = person
  const made = await makeLink(ctx, 'invitation', person, { madeBy: ctx.actor.name, origin: facts.origin ?? '' })
  ctx.audit({
    action: 'identity.invitation.create',
    object: `person ${id}`,
    detail: { name, expiresAt: made.expiresAt, mailed: ctx.mail.configured },
  })
  const { name: company } = await getEnterprise(ctx.db)
  const text = mails.invitation({ name, company, by: ctx.actor.name, ...made })
  ctx.afterCommit(() => ctx.mail.send({ to: email, ...text }))
  return { person: await personNow(ctx, id), ...made, mailed: ctx.mail.configured }
}

/** Takes an open invitation back. @throws personMissing, invitationNotOpen */
export async function withdrawInvitation(ctx: Context, id: PersonId): Promise<Person> {
  const { name } = await lockAdministered(ctx, id)
  if ((await withdrawLinks(ctx.db, id, ctx.now, 'invitation')) === 0) {
    throw invitationNotOpen(`${name} has no open invitation.`)
  }
  ctx.audit({ action: 'identity.invitation.withdraw', object: `person ${id}`, detail: { name } })
  return personNow(ctx, id)
}

/** The person after the act: what the actor has just dealt with is not opened anew, and counts as no reading. */
async function personNow(ctx: Context, id: PersonId): Promise<Person> {
  const person = await findPerson(ctx.db, id)
  if (!person) throw personMissing(`There is no person ${id}.`)
  return person
}

/** A person whom the actor administers, locked. @throws forbidden, personMissing */
export async function lockAdministered(ctx: Context, id: PersonId): Promise<Person> {
  authorize(ctx.actor, PERMISSION)
  const person = await lockPerson(ctx.db, id)
  if (!person) throw personMissing(`There is no person ${id}.`)
  return person
}
