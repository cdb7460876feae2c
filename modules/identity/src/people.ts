import { limitOf, newId, type Page, pageOf } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context, may, reachOf } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import {
  type EnterpriseId,
  emailTaken,
  type NewPerson,
  type Person,
  type PersonChange,
  type PersonFilter,
  type PersonId,
  personMissing,
  personProvisioned,
} from './contract.ts'
import { withdrawLinks } from './entry-link-store.ts'
import type { NewGrant } from './grant-contract.ts'
import { insistOnAdministrator, saveNewGrants } from './grants.ts'
import * as store from './person-store.ts'
import { recordListed, recordPersonOpened } from './read-budget.ts'
import { deleteSessionsOf } from './session-store.ts'
import { emailHash } from './token.ts'

/** A person to be added. `passwordHash` null: cannot sign in with a password. */
export interface NewPersonRow {
  readonly name: string
  readonly email: string
  readonly title: string
  readonly grants: readonly NewGrant[]
  readonly passwordHash: string | null
}

/** The people the actor may see: those who hold something where the actor may look. By name. */
export async function listPeople(
  ctx: Context,
  query: PersonFilter & { limit?: number; cursor?: string },
): Promise<Page<Person>> {
  const reach = reachOf(ctx.actor, 'identity:person:read')
  if (reach === undefined) return { items: [] }
  const { cursor, limit: _, ...filter } = query
  const limit = limitOf(query)
  const found = await store.listPeople(ctx.db, {
    ...{ ...filter, limit: limit + 1 },
    ...(reach !== 'everywhere' && { within: [...reach.sites.union(reach.partly)] }),
    ...(cursor !== undefined && { after: cursor }),
  })
  await recordListed(ctx, 'identity.person.list', 'personal')
  return pageOf(found, limit, (last) => last.id)
}

/** A person the actor may see; everybody sees oneself. @throws personMissing */
export async function getPerson(ctx: Context, id: PersonId): Promise<Person> {
  const person = await store.findPerson(ctx.db, id)
  if (!person || !maySee(ctx, person)) throw personMissing(`There is no person ${id}.`)
  await recordPersonOpened(ctx, 'identity.person.open', person)
  return person
}

/** Whether the actor may know of a person: oneself, and who holds something where the actor may look. */
export function maySee(ctx: Context, person: Person): boolean {
  if (person.id === ctx.actor.id || may(ctx.actor, 'identity:person:read')) return true
  const reach = reachOf(ctx.actor, 'identity:person:read')
  if (reach === undefined || reach === 'everywhere') return reach === 'everywhere'
  return person.grants.some(({ siteId }) => siteId === null || reach.sites.has(siteId) || reach.partly.has(siteId))
}

/**
 * Adds a person to the context's enterprise.
 *
 * @throws emailTaken, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace
 */
export async function createPerson(ctx: Context, person: NewPersonRow): Promise<PersonId> {
  authorize(ctx.actor, 'identity:person:write')
  return saveNewPerson(ctx, person)
}

/** {@link createPerson} for a caller that has authorized. */
export async function saveNewPerson(ctx: Context, person: NewPersonRow): Promise<PersonId> {
  const id = newId<'Person'>(ctx.nowMs)
  const { name, email, title, grants, passwordHash } = person
  try {
    await store.savePerson(
      ctx.db,
      { id, name, email, title, passwordHash },
      emailHash(email),
      ctx.enterpriseId as EnterpriseId,
      ctx.now,
    )
  } catch (error) {
    throw asEmailTaken(error, email)
  }
  await saveNewGrants(ctx, 'person', id, grants)
  ctx.audit({ action: 'identity.person.create', object: `person ${id}`, detail: { name, title, grants } })
  return id
}

/** Adds a person who signs in as soon as a way to is given: an invitation, a badge, the company's sign-in. */
export async function addPerson(ctx: Context, person: NewPerson): Promise<Person> {
  return getPerson(ctx, await createPerson(ctx, { ...person, passwordHash: null }))
}

function asEmailTaken(error: unknown, email: string): unknown {
  if (violates(error, 'person_email') || violates(error, 'sign_in_name_pkey')) {
    return emailTaken(`${email} signs in somebody already.`, {}, { cause: error })
  }
  return error
}

/** Changes name, title or address of a person. @throws personMissing, personProvisioned, emailTaken */
export async function changePerson(ctx: Context, id: PersonId, change: PersonChange): Promise<Person> {
  authorize(ctx.actor, 'identity:person:write')
  await savePersonChange(ctx, await lockByHand(ctx, id), change)
  return getPerson(ctx, id)
}

/** A person to be changed by hand. @throws personMissing, personProvisioned */
async function lockByHand(ctx: Context, id: PersonId): Promise<Person> {
  const person = await store.lockPerson(ctx.db, id)
  if (!person) throw personMissing(`There is no person ${id}.`)
  if (person.provisioned) {
    throw personProvisioned(
      `${person.name} is looked after by the identity provider. Change it there, or release the person first.`,
    )
  }
  return person
}

/** {@link changePerson} for a caller that has authorized and locked the person. */
export async function savePersonChange(ctx: Context, before: Person, change: PersonChange): Promise<void> {
  const { id } = before
  try {
    await store.updatePerson(ctx.db, id, change)
    if (change.email !== undefined && change.email !== before.email) {
      await store.deleteSignInName(ctx.db, emailHash(before.email))
      await store.saveSignInName(ctx.db, emailHash(change.email), ctx.enterpriseId as EnterpriseId)
      // What was mailed to the old address may be read by somebody else by now.
      await withdrawLinks(ctx.db, id, ctx.now)
    }
  } catch (error) {
    throw asEmailTaken(error, change.email ?? '')
  }
  const { name, email, title } = before
  ctx.audit({
    action: 'identity.person.change',
    object: `person ${id}`,
    detail: { before: { name, email, title }, after: change },
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}

/**
 * Ends a person: all sessions end at once, no new one begins; name and acts stay for the trail. Brought back the same way.
 *
 * @throws personMissing, personProvisioned, lastAdministrator
 */
export async function endPerson(ctx: Context, id: PersonId, ended: boolean, reason?: string): Promise<Person> {
  authorize(ctx.actor, 'identity:person:write')
  await savePersonEnd(ctx, await lockByHand(ctx, id), ended, reason)
  return getPerson(ctx, id)
}

/** {@link endPerson} for a caller that has authorized and locked the person. */
export async function savePersonEnd(ctx: Context, before: Person, ended: boolean, reason?: string): Promise<void> {
  const { id } = before
  if ((before.endedAt !== null) === ended) return
  await store.updatePerson(ctx.db, id, { endedAt: ended ? ctx.now : null })
  if (ended) {
    await insistOnAdministrator(ctx, id, [])
    await deleteSessionsOf(ctx.db, id)
  }
  ctx.audit({
    action: ended ? 'identity.person.end' : 'identity.person.return',
    object: `person ${id}`,
    detail: { name: before.name },
    ...(reason !== undefined && { reason }),
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}
