import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Database, Db } from '@millrace/db'
import type { Kysely } from 'kysely'

/** Platform-wide tables are read before a tenant is known; either kind of connection will do. */
type Platform = Kysely<Database>

export async function saveWorld(db: Db, anchorAt: Instant): Promise<void> {
  await db.insertInto('demo.world').values({ anchorAt, completeAt: null }).execute()
}

export async function saveWorldComplete(db: Db, at: Instant): Promise<void> {
  await db.updateTable('demo.world').set({ completeAt: at }).execute()
}

export function findWorld(db: Db): Promise<{ anchorAt: Instant; completeAt: Instant | null } | undefined> {
  return db.selectFrom('demo.world').select(['anchorAt', 'completeAt']).executeTakeFirst()
}

export async function wasRemoved(db: Platform): Promise<boolean> {
  return (await db.selectFrom('demo.removal').select('removedAt').executeTakeFirst()) !== undefined
}

export async function saveRemoval(db: Platform, removed: boolean): Promise<void> {
  await db.deleteFrom('demo.removal').execute()
  if (removed) await db.insertInto('demo.removal').defaultValues().execute()
}
