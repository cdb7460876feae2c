import { newId } from '@millrace/base'
import { violates } from '@millrace/db'
import { authorize, type Context } from '@millrace/runtime'
import { forgetActors } from './actor-cache.ts'
import {
  BUILT_IN_ROLES,
  type NewRole,
  type PermissionDetail,
  permissionUnknown,
  ROLE_TITLES,
  type RoleDetail,
  type RoleId,
  roleHeld,
  roleMissing,
  roleNameTaken,
} from './grant-contract.ts'
import { countHolders, listGroupsWith, listHolderNames, touchHolders } from './grant-store.ts'
import { builtInRoles, type RolePermissions } from './holdings.ts'
import * as store from './role-store.ts'

/** Of those who hold a role as many are named as fit into a sentence. */
const HOLDERS_NAMED = 5

/** Everything a role may contain, in the order of the modules. */
export function listPermissions(ctx: Context): PermissionDetail[] {
  return ctx.permissions
    .filter((permission) => !permission.machine)
    .map(({ name, title, kind, label, station = false, personOnly = false }) => ({
      ...{ name, title, kind, label, station, personOnly },
    }))
}

/** What each role contains, built in or the company's own. */
export async function rolesOf(ctx: Context): Promise<RolePermissions> {
  const builtIn = builtInRoles(ctx.permissions)
  const own = new Map((await store.listRoles(ctx.db)).map((role) => [role.id as string, new Set(role.permissions)]))
  return (role) => builtIn.get(role) ?? own.get(role)
}

/** The built-in roles, then the company's own by name. */
export async function listRoles(ctx: Context): Promise<RoleDetail[]> {
  const contained = builtInRoles(ctx.permissions)
  const holders = await countHolders(ctx.db)
  const builtIn = BUILT_IN_ROLES.map((id) => ({
    ...{ id, name: ROLE_TITLES[id], builtIn: true, holders: holders.get(id) ?? 0 },
    permissions: [...(contained.get(id) ?? [])].sort(),
  }))
  const own = await store.listRoles(ctx.db)
  return [
    ...builtIn,
    ...own.map(({ id, name, permissions }) => ({
      ...{ id, name, builtIn: false, holders: holders.get(id) ?? 0 },
      permissions: [...permissions],
    })),
  ]
}

/** Makes a role. @throws roleNameTaken, permissionUnknown */
export async function createRole(ctx: Context, role: NewRole): Promise<RoleDetail> {
  authorize(ctx.actor, 'identity:role:write')
  insistOnOwnName(role.name)
  const row = { id: newId<'Role'>(ctx.nowMs), name: role.name, permissions: known(ctx, role.permissions) }
  await store.saveRole(ctx.db, row, ctx.now).catch((error: unknown) => {
    throw asNameTaken(error, role.name)
  })
  ctx.audit({ action: 'identity.role.create', object: `role ${row.id}`, detail: { after: role } })
  return { ...row, builtIn: false, holders: 0 }
}

/** Changes a role, for everybody who holds it, at once. @throws roleMissing, roleNameTaken, permissionUnknown */
export async function changeRole(ctx: Context, id: RoleId, role: NewRole): Promise<RoleDetail> {
  authorize(ctx.actor, 'identity:role:write')
  const before = await store.lockRole(ctx.db, id)
  if (!before) throw roleMissing(`There is no role ${id}.`)
  insistOnOwnName(role.name)
  const row = { id, name: role.name, permissions: known(ctx, role.permissions) }
  await store.updateRole(ctx.db, row).catch((error: unknown) => {
    throw asNameTaken(error, role.name)
  })
  await touchHolders(ctx.db, id)
  const { name, permissions } = before
  ctx.audit({
    action: 'identity.role.change',
    object: `role ${id}`,
    detail: { before: { name, permissions }, after: role },
  })
  ctx.afterCommit(() => forgetActors(ctx.enterpriseId))
  return { ...row, builtIn: false, holders: (await countHolders(ctx.db)).get(id) ?? 0 }
}

/** Removes a role nobody holds. @throws roleMissing, roleHeld */
export async function removeRole(ctx: Context, id: RoleId): Promise<void> {
  authorize(ctx.actor, 'identity:role:write')
  const before = await store.lockRole(ctx.db, id)
  if (!before) throw roleMissing(`There is no role ${id}.`)
  const { names, count } = await listHolderNames(ctx.db, id, HOLDERS_NAMED)
  if (count > 0) {
    const rest = count > names.length ? ` and ${count - names.length} more` : ''
    throw roleHeld(`${names.join(', ')}${rest} hold ${before.name}. Take it from them first.`, { holders: count })
  }
  const groups = await listGroupsWith(ctx.db, id, HOLDERS_NAMED)
  if (groups.length > 0) {
    throw roleHeld(`People in ${groups.join(', ')} get ${before.name}. Take it from the group first.`, { groups })
  }
  await store.deleteRole(ctx.db, id)
  ctx.audit({ action: 'identity.role.remove', object: `role ${id}`, detail: { before: before.name } })
}

function known(ctx: Context, names: readonly string[]): string[] {
  const all = new Set(listPermissions(ctx).map((permission) => permission.name))
  const strange = names.find((name) => !all.has(name))
  if (strange !== undefined) throw permissionUnknown(`There is no permission ${strange}.`, { permission: strange })
  return [...new Set(names)].sort()
}

/** Two roles of one name could not be told apart in a grant. @throws roleNameTaken */
function insistOnOwnName(name: string): void {
  const wanted = name.trim().toLowerCase()
  if (BUILT_IN_ROLES.some((role) => role === wanted || ROLE_TITLES[role].toLowerCase() === wanted)) {
    throw roleNameTaken(`${name} is a role of the program. Choose another name.`)
  }
}

function asNameTaken(error: unknown, name: string): unknown {
  if (!violates(error, 'role_name')) return error
  return roleNameTaken(`There is a role named ${name} already.`, {}, { cause: error })
}
