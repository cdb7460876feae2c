import { later, now } from '@millrace/base'
import type { RequestFacts } from '@millrace/http'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { saveSignInChallenge, takeSignInChallenge } from './challenge-store.ts'
import type { Person } from './contract.ts'
import { getEnterprise } from './enterprise-store.ts'
import { withdrawLinks } from './entry-link-store.ts'
import { type FoundLink, openLink, takeLink } from './entry-links.ts'
import type { PasskeyMade, PasskeyOffer } from './factor-contract.ts'
import { type InvitationFacts, invitationUnknown } from './joining-contract.ts'
import { insistOnOwnWay } from './own-way.ts'
import { CHALLENGE_MS, registrationFor, rpIdOf, saveMade } from './passkey-making.ts'
import { challengeIn, insistInTime, newChallenge } from './passkeys.ts'
import { hashPassword } from './password.ts'
import { insistOnGoodPassword } from './passwords.ts'
import { lockPerson, updatePerson } from './person-store.ts'
import { makeRecoveryCodes } from './recovery-codes.ts'
import { insistOnProvider } from './required-provider.ts'
import { type OpenedSession, openSession, owesSecondFactor } from './sessions.ts'

const KIND = 'invitation'

/**
 * Whom an invitation means and from which company it is; nothing else.
 *
 * @throws invitationUnknown, invitationUsed, invitationWithdrawn, invitationExpired, signInPaused
 * @throws providerRequired, personProvisioned, personLocked, invitationImpossible since it was made, the person may not any more
 */
export function lookAtInvitation(runtime: Runtime, token: string, facts: RequestFacts): Promise<InvitationFacts> {
  return withInvited(runtime, token, facts, async (ctx, person, { row }) => ({
    enterpriseName: (await getEnterprise(ctx.db)).name,
    ...{ personId: person.id, name: person.name, email: person.email, expiresAt: row.expiresAt },
  }))
}

/**
 * Joins with a password, and signs in.
 *
 * @throws passwordWeak the invitation stays open; else as {@link lookAtInvitation}
 */
export function joinWithPassword(
  runtime: Runtime,
  { token, newPassword }: { token: string; newPassword: string },
  facts: RequestFacts,
): Promise<OpenedSession> {
  return withInvited(runtime, token, facts, async (ctx, person, link) => {
    insistOnGoodPassword(newPassword, person)
    await takeLink(ctx, link.row)
    await updatePerson(ctx.db, person.id, { passwordHash: await hashPassword(newPassword) })
    return enter(ctx, person, 'password', facts)
  })
}

/** How the browser of whoever was invited is to make a passkey. @throws passkeyNeedsName; as {@link lookAtInvitation} */
export async function offerPasskeyToJoin(runtime: Runtime, token: string, facts: RequestFacts): Promise<PasskeyOffer> {
  const rpId = rpIdOf(facts.origin)
  const challenge = newChallenge()
  const offer = await withInvited(runtime, token, facts, (ctx, person) =>
    registrationFor(ctx, person, { challenge, rpId, known: [] }),
  )
  const at = now()
  await saveSignInChallenge(runtime.app.kysely, challenge, later(at, CHALLENGE_MS), later(at, -CHALLENGE_MS))
  return offer
}

/** A session of somebody who joined with a passkey, and what helps when the device is lost. */
export interface JoinedByPasskey extends OpenedSession {
  readonly recoveryCodes: string[]
}

/**
 * Joins with a passkey that the browser has made, and signs in.
 *
 * @throws challengeUnknown, challengeExpired, passkeyInvalid, passkeyKnown, passkeyNeedsName; as {@link lookAtInvitation}
 */
export async function joinWithPasskey(
  runtime: Runtime,
  { token, name, passkey }: { token: string; name: string; passkey: PasskeyMade },
  facts: RequestFacts,
): Promise<JoinedByPasskey> {
  const challenge = challengeIn(passkey.response.clientDataJSON)
  insistInTime(await takeSignInChallenge(runtime.app.kysely, challenge), now())
  return withInvited(runtime, token, facts, async (ctx, person, link) => {
    await takeLink(ctx, link.row)
    await saveMade(ctx, { personId: person.id, name }, passkey, challenge, facts)
    const recoveryCodes = await makeRecoveryCodes(ctx, person.id)
    return { ...(await enter(ctx, person, 'passkey', facts)), recoveryCodes }
  })
}

/** Does something for whoever was invited, in the company of the invitation, with the person locked. */
async function withInvited<T>(
  runtime: Runtime,
  token: string,
  facts: RequestFacts,
  act: (ctx: Context, person: Person, link: FoundLink) => Promise<T>,
): Promise<T> {
  const link = await openLink(runtime, KIND, token, facts)
  return inContext(runtime, systemActor(link.enterpriseId, KIND), async (ctx) => {
    const person = await lockPerson(ctx.db, link.row.personId)
    if (!person) throw invitationUnknown('There is no such invitation.')
    await insistOnProvider(ctx, person, KIND)
    await insistOnOwnWay(ctx, person)
    return act(ctx, person, link)
  })
}

async function enter(
  ctx: Context,
  person: Person,
  by: 'password' | 'passkey',
  facts: RequestFacts,
): Promise<OpenedSession> {
  await withdrawLinks(ctx.db, person.id, ctx.now)
  // A passkey was just made by a device that has verified its person: nothing more is owed.
  const level = by === 'password' && (await owesSecondFactor(ctx, person.id)) ? 1 : 2
  const opened = await openSession(ctx, person.id, { method: KIND, level }, facts)
  ctx.audit({
    action: 'identity.invitation.use',
    object: `person ${person.id}`,
    detail: { name: person.name, by },
    by: { kind: 'person', id: person.id, name: person.name },
  })
  return opened
}
