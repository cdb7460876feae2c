import { isUuid, later, newId } from '@millrace/base'
import type { RequestFacts } from '@millrace/http'
import { type Actor, type Context, type Holding, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { judgedOf } from './actors.ts'
import { listHoldingKeys } from './api-key-store.ts'
import {
  notADemo,
  type Person,
  type PersonId,
  personLocked,
  type Session,
  type SignInMethod,
  signInRefused,
} from './contract.ts'
import { findDemoEnterprise } from './demo-enterprise.ts'
import { findEnterpriseByEmail, getEnterprise } from './enterprise-store.ts'
import { factorNotOwed } from './factor-contract.ts'
import { guess } from './guesses.ts'
import { holdingsFrom } from './holdings.ts'
import { countPasskeys } from './passkey-store.ts'
import { verifyPassword } from './password.ts'
import { findCredentials, findPerson } from './person-store.ts'
import { insistOnProvider } from './required-provider.ts'
import * as store from './session-store.ts'
import { SESSION_IDLE_MS, SESSION_TOTAL_MS } from './sign-in-rules.ts'
import type { StationId } from './station-contract.ts'
import { emailHash, newToken, sha256 } from './token.ts'
import { hasTotp } from './totp-store.ts'

/** A session just opened, with the token that only the browser keeps. */
export interface OpenedSession {
  readonly token: string
  readonly session: Session
}

/** How somebody came in. */
export interface Entry {
  readonly method: SignInMethod
  readonly level: 1 | 2
  readonly station?: boolean
  /** Where it was opened, when at a shared station. */
  readonly stationId?: StationId
  /** How long nobody may be there; as for everybody when left out. */
  readonly idleMs?: number
}

/**
 * Signs in with e-mail and password.
 *
 * @throws signInRefused  the same for an unknown address and a wrong password
 * @throws signInPaused   too many guesses; `retryAfterMs` says how long to wait
 */
export async function signIn(
  runtime: Runtime,
  email: string,
  password: string,
  facts: RequestFacts,
): Promise<OpenedSession> {
  const found = await guess(runtime, { kind: 'password', account: email, address: facts.address }, async () => {
    const enterpriseId = await findEnterpriseByEmail(runtime.app.kysely, emailHash(email))
    const credentials =
      enterpriseId &&
      (await inContext(runtime, systemActor(enterpriseId, 'sign-in'), (ctx) => findCredentials(ctx.db, email)))
    const right = await verifyPassword(password, credentials ? credentials.passwordHash : undefined)
    return enterpriseId && credentials && right ? { enterpriseId, personId: credentials.id } : undefined
  })
  if (!found) throw signInRefused('E-mail address and password do not fit.')
  const { enterpriseId, personId } = found
  return inContext(runtime, systemActor(enterpriseId, 'sign-in'), async (ctx) => {
    const level = (await owesSecondFactor(ctx, personId)) ? 1 : 2
    return openSession(ctx, personId, { method: 'password', level }, facts)
  })
}

/** Whether a password alone is not enough for this person (THREATS T-A4). */
export async function owesSecondFactor(ctx: Context, personId: PersonId): Promise<boolean> {
  return (await hasTotp(ctx.db, personId)) || (await countPasskeys(ctx.db, personId)) > 0
}

/**
 * Signs in as a person of the demo company, without a password: it holds invented data only.
 *
 * @throws notADemo there is no demo company, or no such person in it
 */
export async function signInToDemo(runtime: Runtime, personId: PersonId, facts: RequestFacts): Promise<OpenedSession> {
  const enterpriseId = await findDemoEnterprise(runtime)
  if (!enterpriseId) throw notADemo('There is no demo company here.')
  return inContext(runtime, systemActor(enterpriseId, 'demo sign-in'), (ctx) =>
    openSession(ctx, personId, { method: 'demo', level: 2 }, facts),
  )
}

/** Opens a session for a person whose right to it was just proved. @throws signInRefused, personLocked */
export async function openSession(
  ctx: Context,
  personId: PersonId,
  entry: Entry,
  facts: RequestFacts,
): Promise<OpenedSession> {
  const person = await findPerson(ctx.db, personId)
  if (!person) throw notADemo('There is no such person in the demo company.')
  if (person.endedAt !== null) throw signInRefused('This person can no longer sign in.')
  if (person.lockedAt !== null)
    throw personLocked(`This account is locked: ${person.lockedReason}. Ask an administrator.`)
  await insistOnProvider(ctx, person, entry.method)
  const token = newToken('session', ctx.enterpriseId)
  const expiresAt = later(ctx.now, SESSION_TOTAL_MS)
  const row: store.SessionRow = {
    id: newId(ctx.nowMs),
    personId,
    level: entry.level,
    station: entry.station ?? false,
    method: entry.method,
    address: facts.address ?? null,
    device: facts.userAgent ?? '',
    createdAt: ctx.now,
    lastUsedAt: ctx.now,
    expiresAt,
    idleMs: entry.idleMs ?? SESSION_IDLE_MS,
    stationId: entry.stationId ?? null,
  }
  await store.saveSession(ctx.db, { ...row, tokenSha256: sha256(token) })
  ctx.audit({
    action: 'identity.session.create',
    object: `person ${personId}`,
    detail: {
      ...{ name: person.name, method: entry.method, level: entry.level },
      ...(entry.stationId !== undefined && { stationId: entry.stationId }),
    },
  })
  return { token, session: await describe(ctx, person, row, facts.address) }
}

/**
 * Raises the actor's half-signed-in session after a second factor. The token is another one from then on: whoever saw the
 * first one has nothing of it.
 *
 * @throws factorNotOwed it was raised already
 */
export async function raiseSession(ctx: Context, method: SignInMethod, facts: RequestFacts): Promise<OpenedSession> {
  const personId = ctx.actor.id as PersonId
  const token = newToken('session', ctx.enterpriseId)
  const of = { tokenSha256: sha256(token), method, lastUsedAt: ctx.now }
  const row = await store.raiseSession(ctx.db, ctx.actor.signIn?.sessionId ?? '', of)
  const person = await findPerson(ctx.db, personId)
  if (!row || !person) throw factorNotOwed('You are signed in already.')
  ctx.audit({
    action: 'identity.session.raise',
    object: `person ${personId}`,
    detail: { name: person.name, method, level: 2 },
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return { token, session: await describe(ctx, person, row, facts.address) }
}

async function describe(
  ctx: Context,
  person: Person,
  session: Pick<store.SessionRow, 'id' | 'level' | 'station' | 'expiresAt'>,
  address: string | undefined,
): Promise<Session> {
  const { level, station, expiresAt } = session
  const judged = await judgedOf(ctx, {
    holder: { kind: 'person', id: person.id },
    grants: person.grants,
    standing: { kind: 'person', level, station },
    address,
  })
  const held = holdingsFrom({ ...judged, catalogue: ctx.permissions })
  return {
    id: session.id,
    ...{ person, level, station, expiresAt },
    enterprise: await getEnterprise(ctx.db),
    permissions: [...held.keys()].sort(),
    bounded: boundedTo(held),
  }
}

/** Where permissions are held that are not held everywhere, so that screens leave out what would only be refused. */
function boundedTo(held: ReadonlyMap<string, readonly Holding[]>): Session['bounded'] {
  return [...held].flatMap(([permission, holdings]) => {
    const sites = new Set<string>()
    for (const { where } of holdings) {
      if (where === 'everywhere') return []
      if (where.equipment === 'all') sites.add(where.siteId)
    }
    return [{ permission, siteIds: [...sites].sort() }]
  })
}

/** The session the actor acts in. @throws signInRefused for an actor that is no person. */
export async function getSession(ctx: Context): Promise<Session> {
  const { signIn } = ctx.actor
  const person = signIn && isUuid(ctx.actor.id) ? await findPerson(ctx.db, ctx.actor.id as PersonId) : undefined
  if (!signIn || !person) throw signInRefused('Only people have sessions.')
  const sessions = await store.listSessions(ctx.db, person.id, SESSIONS_SHOWN)
  const session = sessions.find((one) => one.id === signIn.sessionId)
  if (!session) throw signInRefused('This session has ended.')
  return describe(ctx, person, session, signIn.address)
}

/** The most sessions of one person that are looked at. */
const SESSIONS_SHOWN = 100

/** Ends the actor's own session; one that is gone already is no problem. */
export async function signOut(ctx: Context): Promise<void> {
  if (ctx.actor.signIn) await store.deleteSession(ctx.db, ctx.actor.signIn.sessionId)
  ctx.audit({ action: 'identity.session.end', object: `person ${ctx.actor.id}` })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}

/** Ends sessions that can no longer be used. */
export async function endDeadSessions(ctx: Context): Promise<void> {
  await store.deleteDeadSessions(ctx.db, ctx.now)
}

/** Which of these actors, watching now, may go on: their session or key holds and allows what it did. */
export async function stillSignedIn(runtime: Runtime, actors: readonly Actor[]): Promise<boolean[]> {
  const versions = new Map<string, number>()
  for (const enterpriseId of new Set(actors.map((actor) => actor.enterpriseId))) {
    const here = actors.filter((actor) => actor.enterpriseId === enterpriseId)
    const holding = await inContext(runtime, systemActor(enterpriseId, 'watch'), async (ctx) => [
      ...(await store.listHolding(
        ctx.db,
        here.flatMap((actor) => actor.signIn?.sessionId ?? []),
        ctx.now,
      )),
      ...(await listHoldingKeys(
        ctx.db,
        here.flatMap((actor) => (actor.kind === 'key' ? actor.id : [])),
        ctx.now,
      )),
    ])
    for (const { id, accessVersion } of holding) versions.set(id, accessVersion)
  }
  return actors.map((actor) => {
    // What is neither a session nor a key, such as a gateway, is looked after by whoever recognised it.
    const id = actor.signIn?.sessionId ?? (actor.kind === 'key' ? actor.id : undefined)
    return id === undefined || versions.get(id) === actor.accessVersion
  })
}
