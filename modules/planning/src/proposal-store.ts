import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Proposal, ProposalId } from './schedule-contract.ts'
import './tables.ts'

export type ProposalRow = Proposal & {
  readonly siteId: EquipmentId
  readonly state: 'open' | 'accepted' | 'dismissed' | 'outdated'
}

const COLUMNS = ['id', 'workUnitId', 'cause', 'title', 'summary', 'untilAt', 'madeAt', 'changes'] as const
/** More than a planner looks at. */
const OPEN_LIMIT = 20

export function listOpenProposals(db: Db, siteId: EquipmentId): Promise<Proposal[]> {
  return db
    .selectFrom('planning.proposal')
    .select(COLUMNS)
    .where('siteId', '=', siteId)
    .where('state', '=', 'open')
    .orderBy('madeAt', 'desc')
    .limit(OPEN_LIMIT)
    .execute()
}

export function lockProposal(db: Db, id: ProposalId): Promise<ProposalRow | undefined> {
  return db
    .selectFrom('planning.proposal')
    .select([...COLUMNS, 'siteId', 'state'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** @returns false when this stop has made its proposal already */
export async function addProposal(
  db: Db,
  { changes, ...row }: Proposal & { readonly siteId: EquipmentId; readonly source: string },
): Promise<boolean> {
  const added = await db
    .insertInto('planning.proposal')
    .values({ ...row, changes: JSON.stringify(changes), state: 'open', decidedAt: null, decidedBy: null, reason: null })
    .onConflict((conflict) => conflict.columns(['enterpriseId', 'workUnitId', 'cause', 'source']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

export async function decideProposal(
  db: Db,
  id: ProposalId,
  decision: { state: 'accepted' | 'dismissed'; decidedAt: Instant; decidedBy: string; reason: string | null },
): Promise<void> {
  await db.updateTable('planning.proposal').set(decision).where('id', '=', id).execute()
}

/** Machines that have open proposals because they stopped. */
export async function listStoppedProposals(db: Db): Promise<{ workUnitId: EquipmentId; siteId: EquipmentId }[]> {
  return db
    .selectFrom('planning.proposal')
    .select(['workUnitId', 'siteId'])
    .where('state', '=', 'open')
    .where('cause', '=', 'stopped')
    .execute()
}

/** Whether this stop has made its proposal already. */
export async function hasProposal(
  db: Db,
  { workUnitId, cause, source }: { workUnitId: EquipmentId; cause: Proposal['cause']; source: string },
): Promise<boolean> {
  const found = await db
    .selectFrom('planning.proposal')
    .select('id')
    .where('workUnitId', '=', workUnitId)
    .where('cause', '=', cause)
    .where('source', '=', source)
    .executeTakeFirst()
  return found !== undefined
}

/** What was proposed because a machine stopped is of no use when it runs again. */
export async function outdateProposals(db: Db, workUnitId: EquipmentId, at: Instant): Promise<void> {
  await db
    .updateTable('planning.proposal')
    .set({ state: 'outdated', decidedAt: at })
    .where('workUnitId', '=', workUnitId)
    .where('cause', '=', 'stopped')
    .where('state', '=', 'open')
    .execute()
}
