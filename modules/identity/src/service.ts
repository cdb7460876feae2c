import { epochMs, type Instant, isUuid, later, newId, now, PAGE_LIMIT, type Page } from '@millrace/base'
import { violates } from '@millrace/db'
import { type Actor, authorize, type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import {
  type AuditEvent,
  type Enterprise,
  type EnterpriseId,
  emailTaken,
  enterpriseExists,
  type Grant,
  notADemo,
  type Person,
  type PersonId,
  type Session,
  signInPaused,
  signInRefused,
  type Welcome,
} from './contract.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { FAILURE_MEMORY_MS, pauseAfter, permissionsOf, SESSION_IDLE_MS, SESSION_TOTAL_MS } from './rules.ts'
import * as store from './store.ts'
import { emailHash, enterpriseOfToken, newSessionToken, sha256 } from './token.ts'

/** A session just opened, with the token that only the browser keeps. */
export interface OpenedSession {
  readonly token: string
  readonly session: Session
}

const WELCOME_PEOPLE = 100

/** The demo company of this installation, if it is here. */
export async function findDemoEnterprise(runtime: Runtime): Promise<EnterpriseId | undefined> {
  return (await store.listFoundings(runtime.app.kysely)).find((one) => one.demo)?.enterpriseId
}

/** What a visitor may know before signing in. */
export async function welcome(runtime: Runtime): Promise<Welcome> {
  const foundings = await store.listFoundings(runtime.app.kysely)
  const demo = foundings.find((one) => one.demo)
  const people = demo
    ? await inContext(runtime, systemActor(demo.enterpriseId, 'welcome'), (ctx) =>
        store.listPeople(ctx.db, undefined, WELCOME_PEOPLE),
      )
    : []
  return {
    setUp: foundings.length > 0,
    mayFound: foundings.every((one) => one.demo),
    demoPeople: people.flatMap(({ id, name, title, grants }) => {
      const role = grants[0]?.role
      return role ? [{ id, name, title, role }] : []
    }),
  }
}

/**
 * Founds a company with its first person, who may do everything in it.
 *
 * @throws enterpriseExists there is one already
 * @throws emailTaken the address signs in somebody else
 */
export async function foundEnterprise(
  runtime: Runtime,
  founding: { enterpriseName: string; person: { name: string; email: string; password: string } },
): Promise<OpenedSession> {
  const { person } = founding
  const passwordHash = await hashPassword(person.password)
  const enterpriseId = newId<'Enterprise'>(epochMs(now()))
  const actor = systemActor(enterpriseId, 'founding')
  return inContext(runtime, actor, async (ctx) => {
    await createEnterprise(ctx, { id: enterpriseId, name: founding.enterpriseName, demo: false })
    const grants: Grant[] = [
      { role: 'it-admin', siteId: null },
      { role: 'plant-manager', siteId: null },
    ]
    const id = await createPerson(ctx, { ...person, title: 'Founder', grants, passwordHash })
    return openSession(ctx, id)
  })
}

/**
 * Creates the enterprise of this context's tenant.
 *
 * @throws enterpriseExists there is one of its kind (own, demo) already
 */
export async function createEnterprise(ctx: Context, enterprise: Enterprise): Promise<void> {
  try {
    await store.saveEnterprise(ctx.db, enterprise, ctx.now)
  } catch (error) {
    if (violates(error, 'founding_one_of_each')) {
      throw enterpriseExists('A company was founded here already. Sign in instead.', {}, { cause: error })
    }
    throw error
  }
  ctx.audit({
    action: 'identity.enterprise.create',
    object: `enterprise ${enterprise.id}`,
    detail: { name: enterprise.name },
  })
}

/** Removes the enterprise of this context's tenant with all that hangs on it by foreign keys. */
export async function removeEnterprise(ctx: Context): Promise<void> {
  await store.deleteEnterprise(ctx.db, ctx.enterpriseId as EnterpriseId)
}

/**
 * Adds a person to the context's enterprise.
 *
 * @param person.passwordHash null for somebody who cannot sign in with a password.
 * @throws emailTaken
 */
export async function createPerson(
  ctx: Context,
  person: { name: string; email: string; title: string; grants: Grant[]; passwordHash: string | null },
): Promise<PersonId> {
  const id = newId<'Person'>(ctx.nowMs)
  const { name, email, title, grants, passwordHash } = person
  try {
    await store.savePerson(
      ctx.db,
      { id, name, email, title, grants, passwordHash },
      emailHash(email),
      ctx.enterpriseId as EnterpriseId,
      ctx.now,
    )
  } catch (error) {
    if (violates(error, 'person_email') || violates(error, 'sign_in_name_pkey')) {
      throw emailTaken(`${email} signs in somebody already.`, {}, { cause: error })
    }
    throw error
  }
  ctx.audit({ action: 'identity.person.create', object: `person ${id}`, detail: { name, title, grants } })
  return id
}

/**
 * Signs in with e-mail and password.
 *
 * @throws signInRefused  the same for an unknown address and a wrong password
 * @throws signInPaused   too many failures for this address; `retryAfterMs` says how long
 */
export async function signIn(runtime: Runtime, email: string, password: string): Promise<OpenedSession> {
  const platform = runtime.app.kysely
  const subject = emailHash(email)
  const account = `account:${subject.toString('base64url')}`
  const at = now()
  const failed = await store.findFailures(platform, account)
  const waitMs = failed ? epochMs(failed.lastAt) + pauseAfter(failed.failures) - epochMs(at) : 0
  if (
    failed &&
    epochMs(at) - epochMs(failed.lastAt) < Math.max(FAILURE_MEMORY_MS, pauseAfter(failed.failures)) &&
    waitMs > 0
  ) {
    throw signInPaused('Too many attempts for this address. Wait a little and try again.', { retryAfterMs: waitMs })
  }

  // Counted before the password is looked at: many guesses at the same moment are many failures.
  await store.saveFailure(platform, account, at, later(at, -FAILURE_MEMORY_MS))
  const enterpriseId = await store.findEnterpriseByEmail(platform, subject)
  const credentials =
    enterpriseId &&
    (await inContext(runtime, systemActor(enterpriseId, 'sign-in'), (ctx) => store.findCredentials(ctx.db, email)))
  const right = await verifyPassword(password, credentials ? credentials.passwordHash : undefined)
  if (!enterpriseId || !credentials || !right) throw signInRefused('E-mail address and password do not fit.')

  await store.clearFailures(platform, account)
  return inContext(runtime, systemActor(enterpriseId, 'sign-in'), (ctx) => openSession(ctx, credentials.id))
}

/**
 * Signs in as a person of the demo company, without a password: it holds invented data only.
 *
 * @throws notADemo there is no demo company, or no such person in it
 */
export async function signInToDemo(runtime: Runtime, personId: PersonId): Promise<OpenedSession> {
  const enterpriseId = await findDemoEnterprise(runtime)
  if (!enterpriseId) throw notADemo('There is no demo company here.')
  return inContext(runtime, systemActor(enterpriseId, 'demo sign-in'), (ctx) => openSession(ctx, personId))
}

async function openSession(ctx: Context, personId: PersonId): Promise<OpenedSession> {
  const person = await store.findPerson(ctx.db, personId)
  if (!person) throw notADemo('There is no such person in the demo company.')
  const token = newSessionToken(ctx.enterpriseId)
  const expiresAt = later(ctx.now, SESSION_TOTAL_MS)
  await store.saveSession(ctx.db, { tokenSha256: sha256(token), personId, at: ctx.now, expiresAt })
  ctx.audit({ action: 'identity.session.create', object: `person ${personId}`, detail: { name: person.name } })
  return { token, session: await describe(ctx, person, expiresAt) }
}

async function describe(ctx: Context, person: Person, expiresAt: Instant): Promise<Session> {
  const enterprise = await store.getEnterprise(ctx.db)
  return { person, enterprise, permissions: [...permissionsOf(person.grants).keys()].sort(), expiresAt }
}

const TOUCH_MS = 60_000

/** The person behind a session token; undefined when it is unknown, ended, or too old. */
export async function actorOfToken(runtime: Runtime, token: string): Promise<Actor | undefined> {
  const enterpriseId = enterpriseOfToken(token)
  if (!enterpriseId) return undefined
  return inContext(runtime, systemActor(enterpriseId, 'session'), async (ctx) => {
    const tokenSha256 = sha256(token)
    const session = await store.findSession(ctx.db, tokenSha256)
    const idleMs = session ? ctx.nowMs - epochMs(session.lastUsedAt) : 0
    if (!session || session.expiresAt <= ctx.now || idleMs > SESSION_IDLE_MS) return undefined
    const person = await store.findPerson(ctx.db, session.personId)
    if (!person) return undefined
    if (idleMs > TOUCH_MS) await store.touchSession(ctx.db, tokenSha256, ctx.now)
    return {
      kind: 'person',
      id: person.id,
      name: person.name,
      enterpriseId,
      permissions: permissionsOf(person.grants),
    }
  })
}

/** The session the actor acts in. @throws signInRefused for an actor that is no person. */
export async function getSession(ctx: Context): Promise<Session> {
  const person = isUuid(ctx.actor.id) ? await store.findPerson(ctx.db, ctx.actor.id as PersonId) : undefined
  if (!person) throw signInRefused('Only people have sessions.')
  return describe(ctx, person, later(ctx.now, SESSION_IDLE_MS))
}

/** Ends a session; one that is gone already is no problem. */
export async function endSession(ctx: Context, token: string): Promise<void> {
  await store.deleteSession(ctx.db, sha256(token))
  ctx.audit({ action: 'identity.session.end', object: `person ${ctx.actor.id}` })
}

/** Everybody, by id. */
export async function listPeople(ctx: Context, query: { limit?: number; cursor?: string }): Promise<Page<Person>> {
  authorize(ctx.actor, 'identity:person:read')
  return paged(query, (limit) => store.listPeople(ctx.db, query.cursor, limit))
}

/** The trail of the enterprise, newest first. */
export async function listAuditEvents(
  ctx: Context,
  query: { limit?: number; cursor?: string },
): Promise<Page<AuditEvent>> {
  authorize(ctx.actor, 'identity:audit:read')
  return paged(query, (limit) => store.listAuditEvents(ctx.db, query.cursor, limit))
}

const DEFAULT_PAGE = 50

async function paged<T extends { id: string }>(
  query: { limit?: number },
  load: (limit: number) => Promise<T[]>,
): Promise<Page<T>> {
  const limit = Math.min(query.limit ?? DEFAULT_PAGE, PAGE_LIMIT)
  const items = await load(limit + 1)
  const last = items[limit - 1]
  return items.length > limit && last ? { items: items.slice(0, limit), nextCursor: last.id } : { items }
}

/** Ends sessions that can no longer be used. */
export async function endDeadSessions(ctx: Context): Promise<void> {
  await store.deleteDeadSessions(ctx.db, ctx.now, later(ctx.now, -SESSION_IDLE_MS))
}
