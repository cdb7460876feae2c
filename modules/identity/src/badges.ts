import { randomBytes } from 'node:crypto'
import { limitOf, newId, type Page, pageOf } from '@millrace/base'
import { authorize, type Context, may, reachOf } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import * as store from './badge-store.ts'
import { type Person, type PersonId, personMissing } from './contract.ts'
import { getEnterprise } from './enterprise-store.ts'
import { placeOf } from './grants.ts'
import { listPeople, lockPerson } from './person-store.ts'
import { recordListed } from './read-budget.ts'
import { deleteStationSessionsOf } from './session-store.ts'
import { type BadgeHolder, badgeMissing, type IssuedBadge, personEnded } from './station-contract.ts'
import { BADGE_LENGTH, badgeOf } from './station-rules.ts'
import { deletePin } from './station-store.ts'
import { STATION_WRITE } from './stations.ts'
import { sha256 } from './token.ts'

/** What a badge is found by. */
export function badgeHash(badge: string): Buffer {
  return sha256(`badge:${badge}`)
}

/** The people of the places the actor looks after, and with what they sign in at stations. By name. */
export async function listBadgeHolders(
  ctx: Context,
  query: { limit?: number; cursor?: string; text?: string },
): Promise<Page<BadgeHolder>> {
  const reach = reachOf(ctx.actor, STATION_WRITE)
  if (reach === undefined) return { items: [] }
  const limit = limitOf(query)
  const people = await listPeople(ctx.db, {
    ...{ limit: limit + 1, state: 'active' as const },
    ...(reach !== 'everywhere' && { within: [...reach.sites.union(reach.partly)] }),
    ...(query.cursor !== undefined && { after: query.cursor }),
    ...(query.text !== undefined && { text: query.text }),
  })
  await recordListed(ctx, 'identity.badge.list', 'personal')
  const ids = people.map((person) => person.id)
  const badges = await store.lastBadgesOf(ctx.db, ids)
  const pins = await store.withPin(ctx.db, ids)
  const holders = people.map(({ id, name, title }) => {
    const badge = badges.get(id)
    const works = badge !== undefined && badge.blockedAt === null
    return {
      ...{ personId: id, name, title, hasPin: pins.has(id) },
      badgeIssuedAt: works ? badge.issuedAt : null,
      badgeBlockedAt: badge?.blockedAt ?? null,
    }
  })
  return pageOf(holders, limit, (last) => last.personId)
}

/**
 * Insists that the actor may give somebody the means to sign in at stations: wherever that person may do something. Who
 * looks after one plant must not make a badge of somebody with more.
 */
async function lockLookedAfter(ctx: Context, personId: PersonId): Promise<Person> {
  const person = await lockPerson(ctx.db, personId)
  if (!person) throw personMissing(`There is no person ${personId}.`)
  if (may(ctx.actor, STATION_WRITE)) return person
  const places = person.grants.map((grant) => placeOf(grant.siteId, grant.placeId))
  for (const place of places.length === 0 ? [undefined] : places) authorize(ctx.actor, STATION_WRITE, place)
  return person
}

/** Issues a badge; the one before is blocked. What it says is in the answer only. @throws personMissing, personEnded */
export async function issueBadge(ctx: Context, personId: PersonId): Promise<IssuedBadge> {
  const person = await lockLookedAfter(ctx, personId)
  if (person.endedAt !== null) throw personEnded(`${person.name} has left and needs no badge.`)
  const replaced = await store.blockBadgeOf(ctx.db, personId, ctx.now, 'A new badge was issued.')
  const badge = badgeOf(randomBytes(BADGE_LENGTH / 2))
  const id = newId(ctx.nowMs)
  await store.saveBadge(ctx.db, {
    ...{ id, personId, secretSha256: badgeHash(badge), issuedAt: ctx.now, blockedAt: null },
  })
  if (replaced) await endAtStations(ctx, personId)
  ctx.audit({
    action: 'identity.badge.issue',
    object: `person ${personId}`,
    detail: { name: person.name, badgeId: id, replaced },
  })
  const { name, title } = person
  return { personId, name, title, enterpriseName: (await getEnterprise(ctx.db)).name, badge }
}

/** Blocks the badge of a person, at once. @throws personMissing, badgeMissing */
export async function blockBadge(ctx: Context, personId: PersonId, reason: string): Promise<void> {
  const person = await lockLookedAfter(ctx, personId)
  if (!(await store.blockBadgeOf(ctx.db, personId, ctx.now, reason))) {
    throw badgeMissing(`${person.name} has no badge that works.`)
  }
  await endAtStations(ctx, personId)
  ctx.audit({
    ...{ action: 'identity.badge.block', object: `person ${personId}`, reason },
    detail: { name: person.name },
  })
}

/** Takes a person's PIN away; a new one is chosen at a station after showing the badge. @throws personMissing */
export async function removePin(ctx: Context, personId: PersonId): Promise<void> {
  const person = await lockLookedAfter(ctx, personId)
  const removed = await deletePin(ctx.db, personId)
  if (removed) await endAtStations(ctx, personId)
  ctx.audit({ action: 'identity.pin.remove', object: `person ${personId}`, detail: { name: person.name, removed } })
}

async function endAtStations(ctx: Context, personId: PersonId): Promise<void> {
  await deleteStationSessionsOf(ctx.db, personId)
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}
