import type { RequestFacts } from '@millrace/http'
import { type Context, inContext, type MailMessage, type Runtime, systemActor } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { type Person, type PersonId, personLocked, signInRefused } from './contract.ts'
import { findEnterpriseByEmail, getEnterprise } from './enterprise-store.ts'
import { withdrawLinks } from './entry-link-store.ts'
import { type FoundLink, makeLink, openLink, takeLink } from './entry-links.ts'
import { forgetGuessesOf, guess } from './guesses.ts'
import { requiredFor } from './identity-provider-rules.ts'
import { listProviders } from './identity-provider-store.ts'
import { lockAdministered } from './invitations.ts'
import {
  type MadeLink,
  mailMissing,
  type ResetDone,
  type ResetFacts,
  resetNeedless,
  resetUnknown,
} from './joining-contract.ts'
import { mails } from './mail-texts.ts'
import { hasOwnWay, insistOnOwnWay } from './own-way.ts'
import { hashPassword } from './password.ts'
import { insistOnGoodPassword } from './passwords.ts'
import { findCredentials, lockPerson, updatePerson } from './person-store.ts'
import { insistOnProvider } from './required-provider.ts'
import { deleteSessionsOf } from './session-store.ts'
import { emailHash } from './token.ts'

const KIND = 'reset'

/**
 * Takes somebody's word that the password of this address is forgotten. What it means is looked up only after the answer,
 * so that neither the answer nor its time tells whether there is such an address (THREATS T-A2). Each one counts as a guess.
 *
 * @param runtime of the process: the request is over when the mail is written
 * @throws mailMissing nothing can be sent from here, whatever the address
 * @throws signInPaused too many for this address or from this place
 */
export async function askForReset(runtime: Runtime, email: string, facts: RequestFacts): Promise<void> {
  if (!runtime.mail.configured) {
    throw mailMissing('No mail is sent from here. Ask whoever administers people in your company for a link.')
  }
  await guess(runtime, { kind: KIND, account: email, address: facts.address }, async () => undefined)
  runtime.mail.send(() => writeResetMail(runtime, email, facts))
}

/** The mail with the link, when the address is somebody's who has a password here. */
async function writeResetMail(runtime: Runtime, email: string, facts: RequestFacts): Promise<MailMessage | undefined> {
  const enterpriseId = await findEnterpriseByEmail(runtime.app.kysely, emailHash(email))
  if (enterpriseId === undefined) return undefined
  return inContext(runtime, systemActor(enterpriseId, 'forgotten password'), async (ctx) => {
    const found = await findCredentials(ctx.db, email)
    const person = found && (await lockPerson(ctx.db, found.id))
    if (!person || person.endedAt !== null || person.lockedAt !== null) return undefined
    const { name } = person
    const { name: company } = await getEnterprise(ctx.db)
    const origin = ctx.publicUrl ?? ''
    const [required] = requiredFor(person.email, await listProviders(ctx.db))
    if (required) {
      return { to: person.email, ...mails.resetByProvider({ name, company, provider: required.name, origin }) }
    }
    if (found.passwordHash === null) return undefined
    const made = await makeLink(ctx, KIND, person, { madeBy: null, origin })
    ctx.audit({
      action: 'identity.password-reset.ask',
      object: `person ${person.id}`,
      detail: { name, address: facts.address ?? null },
    })
    return { to: person.email, ...mails.reset({ name, company, ...made }) }
  })
}

/**
 * Makes a link by which a person sets a new password, to be passed on by hand. The route asks for a step-up.
 *
 * @throws forbidden, personMissing, personProvisioned, personLocked, providerRequired, invitationImpossible
 * @throws resetNeedless the person has no way to sign in yet: that is an invitation
 */
export async function makeResetLink(ctx: Context, id: PersonId, facts: RequestFacts): Promise<MadeLink> {
  const person = await lockAdministered(ctx, id)
  await insistOnOwnWay(ctx, person)
  if (!(await hasOwnWay(ctx, person))) throw resetNeedless(`${person.name} has not joined yet. Make an invitation.`)
  const made = await makeLink(ctx, KIND, person, { madeBy: ctx.actor.name, origin: facts.origin ?? '' })
  ctx.audit({
    action: 'identity.password-reset.create',
    object: `person ${id}`,
    detail: { name: person.name, expiresAt: made.expiresAt },
  })
  return { ...made, mailed: false }
}

/**
 * Whose password a link sets anew.
 *
 * @throws resetUnknown, resetUsed, resetWithdrawn, resetExpired, signInPaused
 * @throws signInRefused, personLocked, providerRequired since it was made, the person may not any more
 */
export function lookAtReset(runtime: Runtime, token: string, facts: RequestFacts): Promise<ResetFacts> {
  return withPerson(runtime, token, facts, async (_, { name, email }, { row }) => ({
    ...{ name, email, expiresAt: row.expiresAt },
  }))
}

/**
 * Sets a new password by a link, and ends every session of the person. Nobody is signed in by it: the new password is typed
 * in next, and a second factor asked for as always.
 *
 * @throws passwordWeak the link stays open; else as {@link lookAtReset}
 */
export async function resetPassword(
  runtime: Runtime,
  { token, newPassword }: { token: string; newPassword: string },
  facts: RequestFacts,
): Promise<ResetDone> {
  const { endedCount, email } = await withPerson(runtime, token, facts, async (ctx, person, { row }) => {
    const { id, name } = person
    insistOnGoodPassword(newPassword, person)
    await takeLink(ctx, row)
    await updatePerson(ctx.db, id, { passwordHash: await hashPassword(newPassword) })
    await withdrawLinks(ctx.db, id, ctx.now)
    const ended = await deleteSessionsOf(ctx.db, id)
    ctx.audit({
      action: 'identity.password-reset.use',
      object: `person ${id}`,
      detail: { name, endedCount: ended, address: facts.address ?? null },
      by: { kind: 'person', id, name },
    })
    const { name: company } = await getEnterprise(ctx.db)
    ctx.afterCommit(() => {
      forgetActors(ctx.enterpriseId)
      ctx.mail.send({ to: person.email, ...mails.passwordSet({ name, company, at: ctx.now }) })
    })
    return { endedCount: ended, email: person.email }
  })
  // Whoever has forgotten a password has guessed at it before.
  await forgetGuessesOf(runtime, { kind: 'password', account: email })
  return { endedCount }
}

async function withPerson<T>(
  runtime: Runtime,
  token: string,
  facts: RequestFacts,
  act: (ctx: Context, person: Person, link: FoundLink) => Promise<T>,
): Promise<T> {
  const link = await openLink(runtime, KIND, token, facts)
  return inContext(runtime, systemActor(link.enterpriseId, 'forgotten password'), async (ctx) => {
    const person = await lockPerson(ctx.db, link.row.personId)
    if (!person) throw resetUnknown('There is no such link.')
    await insistOnProvider(ctx, person, 'password')
    if (person.endedAt !== null) throw signInRefused('This person can no longer sign in.')
    if (person.lockedAt !== null) throw personLocked('This account is locked. Ask an administrator.')
    return act(ctx, person, link)
  })
}
