import type { PermissionDetail, RoleDetail } from '../grant-contract.ts'

/** Permissions of one module, in the order of the program. */
export interface PermissionGroup {
  readonly module: string
  readonly permissions: readonly PermissionDetail[]
}

/** Permissions by the module that declares them. */
export function groupsOf(permissions: readonly PermissionDetail[]): PermissionGroup[] {
  const groups = new Map<string, PermissionDetail[]>()
  for (const permission of permissions) {
    const module = permission.name.split(':')[0] ?? ''
    groups.set(module, [...(groups.get(module) ?? []), permission])
  }
  return [...groups].map(([module, contained]) => ({ module, permissions: contained }))
}

/** What own roles are to contain, by their ids; a role that is not in it stays as it is. */
export type RoleDrafts = ReadonlyMap<string, ReadonlySet<string>>

/** Puts a permission into a role or takes it out. A draft that says what the role says anyway is dropped. */
export function toggled(drafts: RoleDrafts, role: RoleDetail, permission: string): RoleDrafts {
  const before = drafts.get(role.id) ?? new Set(role.permissions)
  const wanted = before.has(permission)
    ? new Set([...before].filter((one) => one !== permission))
    : new Set([...before, permission])
  const others = new Map([...drafts].filter(([id]) => id !== role.id))
  const same = wanted.size === role.permissions.length && role.permissions.every((one) => wanted.has(one))
  return same ? others : new Map([...others, [role.id, wanted]])
}

/** What a role gains and loses by a draft, in the order of the program. */
export function roleChange(
  role: RoleDetail,
  draft: ReadonlySet<string>,
  permissions: readonly PermissionDetail[],
): { gains: PermissionDetail[]; loses: PermissionDetail[] } {
  const had = new Set(role.permissions)
  return {
    gains: permissions.filter(({ name }) => draft.has(name) && !had.has(name)),
    loses: permissions.filter(({ name }) => had.has(name) && !draft.has(name)),
  }
}
