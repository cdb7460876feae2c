import { limitOf, type Page, pageOf } from '@millrace/base'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import type { PersonId } from './contract.ts'
import type { Grant } from './grant-contract.ts'
import { checkGrants, insistOnSomeAdministrator, isSameGrant, placeOf } from './grants.ts'
import { builtInRoles } from './holdings.ts'
import { listRoles } from './role-store.ts'
import { groupMissing, type ProvisionedGroup, type RolesOfGroup } from './scim-contract.ts'
import * as store from './scim-group-store.ts'

/** The groups of the identity provider, with the roles their people get. */
export async function listGroups(
  ctx: Context,
  query: { limit?: number; cursor?: string },
): Promise<Page<ProvisionedGroup>> {
  authorize(ctx.actor, 'identity:provisioning:read')
  const limit = limitOf(query)
  const groups = await store.listGroupsAfter(ctx.db, query.cursor, limit + 1)
  return pageOf(await described(ctx, groups), limit, (last) => last.id)
}

async function described(
  ctx: Context,
  groups: readonly { id: string; displayName: string }[],
): Promise<ProvisionedGroup[]> {
  const ids = groups.map((group) => group.id)
  const roles = await store.rolesOf(ctx.db, ids)
  const members = await store.countMembers(ctx.db, ids)
  const administering = await administeringRoles(ctx)
  return groups.map(({ id, displayName }) => ({
    ...{ id, displayName, memberCount: members.get(id) ?? 0, roles: roles.get(id) ?? [] },
    administers: (roles.get(id) ?? []).some(({ role }) => administering.has(role)),
  }))
}

/** Roles that contain an act of administration. */
async function administeringRoles(ctx: Context): Promise<ReadonlySet<string>> {
  const acts = new Set<string>(ctx.permissions.filter((one) => one.kind === 'administer').map((one) => one.name))
  const builtIn = [...builtInRoles(ctx.permissions)].filter(([, contained]) => !acts.isDisjointFrom(contained))
  const own = (await listRoles(ctx.db)).filter((role) => role.permissions.some((name) => acts.has(name)))
  return new Set([...builtIn.map(([role]) => role), ...own.map((role) => role.id)])
}

/**
 * Sets the roles that the people of a group get: at once for everybody in it, and with the membership from then on.
 *
 * @throws groupMissing, roleUnknown, placeUnknown, zoneUnknown, shiftNeedsPlace, lastAdministrator
 */
export async function setRolesOfGroup(ctx: Context, id: string, change: RolesOfGroup): Promise<ProvisionedGroup> {
  authorize(ctx.actor, 'identity:provisioning:write')
  const group = await store.lockGroup(ctx.db, id)
  if (!group) throw groupMissing(`There is no group ${id}.`)
  const before = (await store.rolesOf(ctx.db, [id])).get(id) ?? []
  const wanted = await checkGrants(ctx, change.roles)
  const kept = before.filter((old) => wanted.some((one) => isSameGrant(old, one)))
  const given = wanted.filter((one) => !kept.some((old) => isSameGrant(old, one)))
  const taken = before.filter((old) => !kept.includes(old))
  // Whoever says what a group may do gives roles, and may give no more than that otherwise.
  for (const { siteId, placeId } of [...given, ...taken]) {
    authorize(ctx.actor, 'identity:grant:write', placeOf(siteId, placeId))
  }
  const held = await store.deleteRoles(
    ctx.db,
    id,
    taken.map((role) => role.id),
  )
  await store.saveRoles(ctx.db, id, given)
  ctx.audit({
    action: 'identity.group.roles',
    object: `group ${id}`,
    detail: { name: group.displayName, before, after: [...kept, ...given] },
    ...(change.reason !== undefined && { reason: change.reason }),
  })
  const members = await store.membersOf(ctx.db, [id], MEMBERS_MAX)
  await applyGroups(
    ctx,
    members.map((member) => member.personId),
    held,
  )
  const [shown] = await described(ctx, [group])
  return shown as ProvisionedGroup
}

/** More than a group can hold. */
export const MEMBERS_MAX = 20_000

/**
 * Makes what people hold because of their groups what the groups say.
 *
 * @param taken what they have lost already.
 * @throws lastAdministrator
 */
export async function applyGroups(
  ctx: Context,
  personIds: readonly PersonId[],
  taken: readonly { readonly personId: PersonId; readonly role: string }[] = [],
): Promise<void> {
  const changes = [
    ...taken.map((one) => ({ ...one, given: false })),
    ...(personIds.length === 0 ? [] : await store.syncGrants(ctx.db, personIds)),
  ]
  if (changes.length === 0) return
  if (changes.some((one) => !one.given)) await insistOnSomeAdministrator(ctx)
  const byPerson = Map.groupBy(changes, (one) => one.personId)
  await store.touchAccessOf(ctx.db, [...byPerson.keys()])
  for (const [personId, all] of byPerson) {
    const roles = (given: boolean): Grant['role'][] => all.filter((one) => one.given === given).map((one) => one.role)
    ctx.audit({
      action: 'identity.grant.by-group',
      object: `person ${personId}`,
      detail: { given: roles(true), taken: roles(false) },
    })
  }
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
}
