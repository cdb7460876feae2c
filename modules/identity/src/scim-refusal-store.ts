import './tables.ts'
import type { Instant } from '@millrace/base'
import { type Db, ours } from '@millrace/db'
import { sql } from 'kysely'
import type { ProvisioningRefusal } from './scim-contract.ts'

/** How many kinds of refusals are remembered. */
const KEPT = 50

/** Remembers a refusal; one like it counts up. */
export async function saveRefusal(
  db: Db,
  refusal: Pick<ProvisioningRefusal, 'tokenName' | 'act' | 'subject' | 'code' | 'detail'>,
  at: Instant,
): Promise<void> {
  await db
    .insertInto('identity.provisioningRefusal')
    .values({ ...refusal, count: 1, firstAt: at, lastAt: at })
    .onConflict((conflict) =>
      conflict.columns(['enterpriseId', 'tokenName', 'act', 'subject', 'code']).doUpdateSet((one) => ({
        ...{ detail: refusal.detail, lastAt: at },
        count: one('identity.provisioningRefusal.count', '+', 1),
      })),
    )
    .execute()
  await sql`delete from identity.provisioning_refusal where ${ours()} and last_at < (
    select min(last_at) from (select last_at from identity.provisioning_refusal where ${ours()}
      order by last_at desc limit ${KEPT}) kept)`.execute(db)
}

/** The refusals, newest first. */
export function listRefusals(db: Db): Promise<ProvisioningRefusal[]> {
  return db
    .selectFrom('identity.provisioningRefusal')
    .select(['tokenName', 'act', 'subject', 'code', 'detail', 'count', 'firstAt', 'lastAt'])
    .orderBy('lastAt', 'desc')
    .limit(KEPT)
    .execute()
}
