import './tables.ts'
import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { PersonId } from './contract.ts'

export function findSeat(db: Db, personId: PersonId): Promise<{ siteId: string; since: Instant } | undefined> {
  return db
    .selectFrom('identity.controlSeat')
    .select(['siteId', 'since'])
    .where('personId', '=', personId)
    .executeTakeFirst()
}

/** Takes the seat unless the person has one: of two at the same moment one wins. */
export async function takeSeat(db: Db, personId: PersonId, siteId: string, at: Instant): Promise<void> {
  await db
    .insertInto('identity.controlSeat')
    .values({ personId, siteId, since: at })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'personId']).doNothing())
    .execute()
}

export async function moveSeat(db: Db, personId: PersonId, siteId: string, at: Instant): Promise<void> {
  await db
    .insertInto('identity.controlSeat')
    .values({ personId, siteId, since: at })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'personId']).doUpdateSet({ siteId, since: at }))
    .execute()
}
