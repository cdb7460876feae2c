import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Database, Db } from '@millrace/db'
import type { Kysely } from 'kysely'
import type { Enterprise, EnterpriseId } from './contract.ts'

/** Platform-wide tables are read before a tenant is known; either kind of connection will do. */
export type Platform = Kysely<Database>

export async function findEnterpriseByEmail(db: Platform, emailSha256: Buffer): Promise<EnterpriseId | undefined> {
  const row = await db
    .selectFrom('identity.signInName')
    .select('enterpriseId')
    .where('emailSha256', '=', emailSha256)
    .executeTakeFirst()
  return row?.enterpriseId
}

export function listFoundings(db: Platform): Promise<{ enterpriseId: EnterpriseId; demo: boolean }[]> {
  return db.selectFrom('identity.founding').select(['enterpriseId', 'demo']).limit(2).execute()
}

/** Every tenant, for background work. */
export async function listTenants(db: Platform): Promise<EnterpriseId[]> {
  const rows = await db.selectFrom('runtime.tenant').select('enterpriseId').execute()
  return rows.map(({ enterpriseId }) => enterpriseId)
}

export async function saveEnterprise(db: Db, enterprise: Enterprise, at: Instant): Promise<void> {
  await db.insertInto('runtime.tenant').values({ enterpriseId: enterprise.id }).execute()
  await db.insertInto('identity.founding').values({ enterpriseId: enterprise.id, demo: enterprise.demo }).execute()
  await db
    .insertInto('identity.enterprise')
    .values({ name: enterprise.name, demo: enterprise.demo, createdAt: at })
    .execute()
}

/** Removes a company with everything that hangs on it; other modules' big tables are emptied before. */
export async function deleteEnterprise(db: Db, id: EnterpriseId): Promise<void> {
  await db.deleteFrom('runtime.tenant').where('enterpriseId', '=', id).execute()
}

export async function getEnterprise(db: Db): Promise<Enterprise> {
  const row = await db
    .selectFrom('identity.enterprise')
    .select(['enterpriseId', 'name', 'demo'])
    .executeTakeFirstOrThrow()
  return { id: row.enterpriseId, name: row.name, demo: row.demo }
}
