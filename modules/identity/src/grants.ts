import { newId } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import { type Person, type PersonId, personMissing } from './contract.ts'
import { knownPlaces } from './extension-points.ts'
import {
  BUILT_IN_ROLES,
  type Grant,
  grantOfGroup,
  lastAdministrator,
  type NewGrant,
  placeUnknown,
  roleUnknown,
  shiftNeedsPlace,
  zoneUnknown,
} from './grant-contract.ts'
import * as store from './grant-store.ts'
import { builtInRoles } from './holdings.ts'
import { listZones } from './network-zone-store.ts'
import { findPerson, lockPerson } from './person-store.ts'
import { listRoles } from './role-store.ts'

/** What somebody must hold everywhere for the company not to lock itself out. */
const ADMINISTER = 'identity:grant:write'

/** Gives a new person or key its first roles. @throws roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace */
export async function saveNewGrants(
  ctx: Context,
  kind: store.Holder,
  holderId: string,
  grants: readonly NewGrant[],
): Promise<Grant[]> {
  const checked = await checkGrants(ctx, grants)
  await store.saveGrants(ctx.db, kind, holderId, checked)
  return checked
}

/** Makes grants of what was asked for, or says what is wrong with it. @throws as {@link saveNewGrants} */
export async function checkGrants(ctx: Context, grants: readonly NewGrant[]): Promise<Grant[]> {
  if (grants.length === 0) return []
  const roles = new Set<string>([...BUILT_IN_ROLES, ...(await listRoles(ctx.db)).map((role) => role.id)])
  const placeIds = grants.flatMap((grant) => grant.placeId ?? [])
  const places = new Map((await ctx.ask(knownPlaces, placeIds)).flatMap((known) => [...known]))
  const zones = new Set((await listZones(ctx.db)).map((zone) => zone.name))
  return grants.map(({ role, placeId, conditions = {} }) => {
    if (!roles.has(role)) throw roleUnknown(`There is no role ${role}.`, { role })
    const place = placeId === null ? undefined : places.get(placeId)
    if (placeId !== null && !place) throw placeUnknown(`There is no place ${placeId}.`, { placeId })
    const strange = conditions.zones?.find((zone) => !zones.has(zone))
    if (strange !== undefined) throw zoneUnknown(`There is no network zone ${strange}.`, { zone: strange })
    if (conditions.shifts && !place) throw shiftNeedsPlace('A role for certain shifts is held at a site or below.')
    return { id: newId(ctx.nowMs), role, placeId, siteId: place?.siteId ?? null, conditions }
  })
}

/**
 * Sets what a person holds: what is not listed is taken away.
 *
 * @throws personMissing, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace
 * @throws lastAdministrator nobody else could give roles any more
 * @throws grantOfGroup a role that comes with a group of the identity provider is not taken by hand
 */
export async function setGrants(
  ctx: Context,
  personId: PersonId,
  grants: readonly NewGrant[],
  reason?: string,
): Promise<Person> {
  const before = await lockPerson(ctx.db, personId)
  if (!before) throw personMissing(`There is no person ${personId}.`)
  const checked = await checkGrants(ctx, grants)
  // What stays as it is keeps its id, so that the trail and "why" go on naming the same grant.
  const kept = before.grants.filter((old) => checked.some((one) => isSameGrant(old, one)))
  const given = checked.filter((one) => !kept.some((old) => isSameGrant(old, one)))
  const taken = before.grants.filter((old) => !kept.includes(old))
  const ofGroup = taken.find((old) => old.groupId !== undefined)
  if (ofGroup) {
    throw grantOfGroup(
      'This role comes with a group of the identity provider. Take the person out of the group there.',
      {
        role: ofGroup.role,
        groupId: ofGroup.groupId,
      },
    )
  }
  for (const { siteId, placeId } of [...given, ...taken]) {
    authorize(ctx.actor, ADMINISTER, placeOf(siteId, placeId))
  }
  await store.deleteGrants(
    ctx.db,
    taken.map((grant) => grant.id),
  )
  await store.saveGrants(ctx.db, 'person', personId, given)
  await insistOnAdministrator(ctx, personId, [...kept, ...given])
  await store.touchAccess(ctx.db, 'person', personId)
  ctx.audit({
    action: 'identity.grant.set',
    object: `person ${personId}`,
    detail: { name: before.name, before: before.grants, after: [...kept, ...given] },
    ...(reason !== undefined && { reason }),
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  // Just locked: it is there.
  return (await findPerson(ctx.db, personId)) as Person
}

/** A grant's place as a place of a permission. */
export function placeOf(siteId: string | null, placeId: string | null) {
  if (siteId === null || placeId === null) return undefined
  return siteId === placeId ? siteId : { siteId, equipmentId: placeId }
}

export function isSameGrant(one: Grant, other: Grant): boolean {
  const text = ({ role, placeId, conditions }: Grant) =>
    JSON.stringify([role, placeId, Object.entries(conditions).sort(([a], [b]) => (a < b ? -1 : 1))])
  return text(one) === text(other)
}

/** The roles with which one gives roles. */
export async function administratorRoles(ctx: Context): Promise<string[]> {
  const own = (await listRoles(ctx.db)).filter((role) => role.permissions.includes(ADMINISTER)).map((role) => role.id)
  const builtIn = [...builtInRoles(ctx.permissions)].filter(([, contained]) => contained.has(ADMINISTER))
  return [...builtIn.map(([role]) => role), ...own]
}

/** Insists that somebody can still give roles when a person holds no more than these. @throws lastAdministrator */
export async function insistOnAdministrator(ctx: Context, personId: PersonId, grants: readonly Grant[]): Promise<void> {
  // Two administrators who end each other in the same moment would each see the other still there.
  await store.lockAdministration(ctx.db)
  const roles = await administratorRoles(ctx)
  const still = grants.some(
    (grant) => roles.includes(grant.role) && grant.placeId === null && Object.keys(grant.conditions).length === 0,
  )
  if (!still && (await store.countOtherHolders(ctx.db, roles, [personId])) === 0) {
    throw lastAdministrator('Nobody else could give roles any more. Give somebody else the role first.')
  }
}

/** The same after a change of many people's roles at once. @throws lastAdministrator */
export async function insistOnSomeAdministrator(ctx: Context): Promise<void> {
  await store.lockAdministration(ctx.db)
  if ((await store.countOtherHolders(ctx.db, await administratorRoles(ctx))) === 0) {
    throw lastAdministrator('Nobody could give roles any more. Give somebody else the role first.')
  }
}
