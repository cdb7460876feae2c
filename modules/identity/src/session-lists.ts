import { epochMs, type Page } from '@millrace/base'
import type { Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { insistOnAdministered } from './administered-person.ts'
import type { PersonId, SignInMethod } from './contract.ts'
import { deviceOf } from './device-rules.ts'
import { oneself } from './oneself.ts'
import { recordPersonOpened } from './read-budget.ts'
import type { EndedSessions, SessionShown } from './session-contract.ts'
import * as store from './session-store.ts'
import { SESSION_IDLE_MS } from './sign-in-rules.ts'

/** More sessions than this nobody looks through; the one used last comes first. */
const SESSIONS_SHOWN = 100

/** The actor's own sessions that still hold. */
export function listOwnSessions(ctx: Context): Promise<Page<SessionShown>> {
  return list(ctx, oneself(ctx))
}

/** The sessions of a person, for an administrator. @throws personMissing, forbidden */
export async function listSessionsOf(ctx: Context, personId: PersonId): Promise<Page<SessionShown>> {
  await recordPersonOpened(ctx, 'identity.session.list', await insistOnAdministered(ctx, personId))
  return list(ctx, personId)
}

async function list(ctx: Context, personId: PersonId): Promise<Page<SessionShown>> {
  const sessions = await store.listSessions(ctx.db, personId, SESSIONS_SHOWN)
  const holding = sessions.filter(
    (one) => one.expiresAt > ctx.now && ctx.nowMs - epochMs(one.lastUsedAt) <= SESSION_IDLE_MS,
  )
  return {
    items: holding.map(({ id, address, level, station, createdAt, lastUsedAt, expiresAt, ...one }) => ({
      ...{ id, address, level, station, createdAt, lastUsedAt, expiresAt },
      device: deviceOf(one.device),
      method: one.method as SignInMethod,
      current: id === ctx.actor.signIn?.sessionId,
    })),
  }
}

/** Ends one of the actor's own sessions, everywhere within two seconds; one that is gone already is no problem. */
export async function endOwnSession(ctx: Context, id: string): Promise<void> {
  await end(ctx, oneself(ctx), { only: id })
}

/** Ends all sessions of the actor but the one that asks. */
export function endOtherSessions(ctx: Context): Promise<EndedSessions> {
  return end(ctx, oneself(ctx), { but: ctx.actor.signIn?.sessionId ?? null })
}

/** Ends one session of a person, for an administrator. @throws personMissing, forbidden */
export async function endSessionOf(ctx: Context, personId: PersonId, id: string): Promise<void> {
  await insistOnAdministered(ctx, personId)
  await end(ctx, personId, { only: id })
}

/** Ends all sessions of a person, for an administrator. @throws personMissing, forbidden */
export async function endSessionsOf(ctx: Context, personId: PersonId): Promise<EndedSessions> {
  await insistOnAdministered(ctx, personId)
  return end(ctx, personId, { but: null })
}

async function end(ctx: Context, personId: PersonId, which: store.WhichSessions): Promise<EndedSessions> {
  const endedCount = await store.deleteSessionsOf(ctx.db, personId, which)
  if (endedCount > 0) {
    ctx.audit({ action: 'identity.session.end', object: `person ${personId}`, detail: { endedCount, ...which } })
  }
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return { endedCount }
}
