import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { RoleId } from './grant-contract.ts'

export interface RoleRow {
  readonly id: RoleId
  readonly name: string
  readonly permissions: readonly string[]
}

/** The most roles a company may make. */
const ROLE_LIMIT = 200

export function listRoles(db: Db): Promise<RoleRow[]> {
  return db
    .selectFrom('identity.role')
    .select(['id', 'name', 'permissions'])
    .orderBy('name')
    .limit(ROLE_LIMIT)
    .execute()
}

export function lockRole(db: Db, id: RoleId): Promise<RoleRow | undefined> {
  return db
    .selectFrom('identity.role')
    .select(['id', 'name', 'permissions'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** Violates `role_name` when another has the name. */
export async function saveRole(db: Db, role: RoleRow, at: Instant): Promise<void> {
  await db
    .insertInto('identity.role')
    .values({ ...role, permissions: [...role.permissions], createdAt: at })
    .execute()
}

/** Violates `role_name` when another has the name. */
export async function updateRole(db: Db, { id, name, permissions }: RoleRow): Promise<void> {
  await db
    .updateTable('identity.role')
    .set({ name, permissions: [...permissions] })
    .where('id', '=', id)
    .execute()
}

export async function deleteRole(db: Db, id: RoleId): Promise<void> {
  await db.deleteFrom('identity.role').where('id', '=', id).execute()
}
