import { isProblem } from '@millrace/base'
import { violates } from '@millrace/db'
import type { Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import type { Person, PersonId } from './contract.ts'
import { type Grant, lastAdministrator, type NewGrant } from './grant-contract.ts'
import { deleteGrants, touchAccess } from './grant-store.ts'
import { insistOnAdministrator, saveNewGrants } from './grants.ts'
import {
  linkedOtherwise,
  type ProviderChoices,
  type ProviderId,
  type SignInCheck,
} from './identity-provider-contract.ts'
import { type Match, matchOf, type Received, rolesOf } from './identity-provider-rules.ts'
import * as store from './identity-provider-store.ts'
import { createPerson } from './people.ts'
import { findCredentials, findPerson } from './person-store.ts'

/** A provider and what is decided about the people who come from it. */
export interface AdmittingProvider {
  readonly id: ProviderId
  readonly name: string
  readonly choices: ProviderChoices
}

/** Whom an answer means, without changing anything. @throws the problem when it means nobody */
export async function findMatch(ctx: Context, provider: AdmittingProvider, received: Received): Promise<Match> {
  const { subject, email } = received
  const linkedId = subject === null ? undefined : await store.findLinkedPerson(ctx.db, provider.id, subject)
  const byMail = linkedId === undefined && email !== null ? await personByMail(ctx, email) : undefined
  const otherSubject = byMail && (await store.findSubject(ctx.db, provider.id, byMail.id))
  const match = matchOf(received, provider.choices, {
    linked: linkedId && (await findPerson(ctx.db, linkedId)),
    byMail,
    linkedOtherwise: otherSubject !== undefined && otherSubject !== subject,
  })
  if ('fault' in match) throw match.fault
  return match
}

async function personByMail(ctx: Context, email: string): Promise<Person | undefined> {
  const found = await findCredentials(ctx.db, email)
  return found && findPerson(ctx.db, found.id)
}

/** What a match means, in words, for the page of a try. */
export function matchChecks(provider: AdmittingProvider, received: Received, match: Match): SignInCheck[] {
  const roles = rolesOf(received.groups, provider.choices.groupRoles).length
  const { secondFactor } = received
  return [
    {
      passed: true,
      sentence:
        match.kind === 'new'
          ? `Nobody here has the address ${match.email}: the person would be added.`
          : `This is ${match.person.name}${match.linkNow ? ', found by the e-mail address; from then on by the account.' : '.'}`,
    },
    {
      passed: true,
      sentence: secondFactor
        ? 'The provider says that a second factor was shown.'
        : provider.choices.provesSecondFactor
          ? 'The provider says nothing of a second factor; it is trusted to ask for one always.'
          : 'The provider says nothing of a second factor: whoever has one here is asked for it.',
    },
    ...(provider.choices.groupsClaim === null
      ? []
      : [
          {
            passed: true,
            sentence: `${received.groups.length} groups were received; they give ${roles === 1 ? 'one role' : `${roles} roles`}.`,
          },
        ]),
  ]
}

/**
 * Makes the answer of a provider come true: the person is added if new, linked, and holds what the groups give.
 *
 * @throws the problem of {@link findMatch}; emailTaken when the address signs in somebody of another company
 */
export async function admit(ctx: Context, provider: AdmittingProvider, received: Received): Promise<PersonId> {
  const match = await findMatch(ctx, provider, received)
  const personId = match.kind === 'known' ? match.person.id : await addNewcomer(ctx, provider, received, match.email)
  const { subject } = received
  if (subject !== null && (match.kind === 'new' || match.linkNow)) await link(ctx, provider, subject, personId)
  else if (subject !== null) await store.touchLink(ctx.db, provider.id, subject, ctx.now)
  if (provider.choices.groupsClaim !== null) await applyGroups(ctx, provider, received, personId)
  return personId
}

function addNewcomer(ctx: Context, provider: AdmittingProvider, received: Received, email: string): Promise<PersonId> {
  const { newcomers } = provider.choices
  return createPerson(ctx, {
    name: (received.name ?? email).slice(0, 200),
    ...{ email, title: '', passwordHash: null },
    grants: newcomers ? [newcomers] : [],
  })
}

async function link(ctx: Context, provider: AdmittingProvider, subject: string, personId: PersonId): Promise<void> {
  try {
    await store.saveLink(ctx.db, { providerId: provider.id, subject: subject.slice(0, 500), personId }, ctx.now)
  } catch (error) {
    if (!violates(error, 'provider_link_person') && !violates(error, 'provider_link_pkey')) throw error
    throw linkedOtherwise('This account was linked in the same moment. Sign in again.', {}, { cause: error })
  }
  ctx.audit({
    action: 'identity.provider-link.create',
    object: `person ${personId}`,
    detail: { provider: provider.name, subject },
  })
}

/** Gives what the groups give now and takes what they gave before; what was given by hand stays. */
async function applyGroups(
  ctx: Context,
  provider: AdmittingProvider,
  received: Received,
  personId: PersonId,
): Promise<void> {
  const wanted = rolesOf(received.groups, provider.choices.groupRoles)
  const held = (await findPerson(ctx.db, personId))?.grants ?? []
  const before = await store.groupGrantsOf(ctx.db, provider.id, personId)
  const taken = before.filter((grant) => !wanted.some((one) => isSame(grant, one)))
  // Held by hand or by another provider's groups: it needs no second one.
  const missing = wanted.filter((one) => !held.some((grant) => isSame(grant, one)))
  if (taken.length === 0 && missing.length === 0) return
  const given = await saveNewGrants(ctx, 'person', personId, missing)
  await store.markGroupGrants(
    ctx.db,
    provider.id,
    given.map((grant) => grant.id),
  )
  const kept = (await mayTake(ctx, personId, [...held, ...given], taken)) ? [] : taken
  if (kept.length === 0) {
    await deleteGrants(
      ctx.db,
      taken.map((grant) => grant.id),
    )
  }
  await touchAccess(ctx.db, 'person', personId)
  ctx.audit({
    action: 'identity.grant.set',
    object: `person ${personId}`,
    detail: { provider: provider.name, groups: received.groups.slice(0, 100), given, taken, kept },
    reason: 'Groups of the identity provider',
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}

/** A provider must not be able to leave a company without anybody who can give roles. */
async function mayTake(
  ctx: Context,
  personId: PersonId,
  held: readonly Grant[],
  taken: readonly Grant[],
): Promise<boolean> {
  try {
    await insistOnAdministrator(
      ctx,
      personId,
      held.filter((grant) => !taken.some((one) => one.id === grant.id)),
    )
    return true
  } catch (error) {
    if (isProblem(error, lastAdministrator)) return taken.length === 0
    throw error
  }
}

function isSame(grant: Grant, { role, placeId }: NewGrant): boolean {
  return grant.role === role && grant.placeId === placeId && Object.keys(grant.conditions).length === 0
}
