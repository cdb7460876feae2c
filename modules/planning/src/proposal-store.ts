import type { Instant } from '@millrace/base'
import type { Db } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Assumption } from './assumption-rules.ts'
import type { AppliedProposal, Cause, Proposal, ProposalId } from './schedule-contract.ts'
import './tables.ts'

/** What a proposal is about, and for which plan it was made. */
export interface ProposalKey {
  readonly siteId: EquipmentId
  readonly cause: Cause
  readonly subject: string
  readonly source: string
  readonly basis: string
}

export type ProposalRow = Proposal &
  ProposalKey & {
    readonly state: 'open' | 'accepted' | 'dismissed' | 'outdated'
    readonly record: Assumption | null
    readonly byPolicy: boolean
    readonly takenBackAt: Instant | null
    readonly firstMadeAt: Instant | null
  }

const COLUMNS = [
  ...(['id', 'workUnitId', 'cause', 'subject', 'title', 'summary', 'assumption', 'untilAt', 'madeAt'] as const),
  ...(['renewedBecause', 'changes'] as const),
] as const
const ROW = [
  ...COLUMNS,
  ...(['siteId', 'source', 'basis', 'state', 'record', 'byPolicy', 'takenBackAt', 'firstMadeAt'] as const),
] as const
/** More than a planner looks at. */
const OPEN_LIMIT = 50
const APPLIED_LIMIT = 20

export function listOpenProposals(db: Db, siteId: EquipmentId): Promise<Proposal[]> {
  return (
    db
      .selectFrom('planning.proposal')
      .select(COLUMNS)
      .where('siteId', '=', siteId)
      .where('state', '=', 'open')
      // One that was made anew stays where the one before it was.
      .orderBy((eb) => eb.fn.coalesce('firstMadeAt', 'madeAt'), 'desc')
      .limit(OPEN_LIMIT)
      .execute()
  )
}

/** What is open at a site, without the moves. */
export function listOpenKeys(
  db: Db,
  siteId: EquipmentId,
): Promise<(ProposalKey & Pick<Proposal, 'id' | 'untilAt' | 'madeAt'>)[]> {
  return db
    .selectFrom('planning.proposal')
    .select(['id', 'siteId', 'cause', 'subject', 'source', 'basis', 'untilAt', 'madeAt'])
    .where('siteId', '=', siteId)
    .where('state', '=', 'open')
    .limit(OPEN_LIMIT)
    .execute()
}

/** What the policy of a site applied since a moment and nobody took back, newest first. */
export function listApplied(db: Db, siteId: EquipmentId, since: Instant): Promise<AppliedProposal[]> {
  return db
    .selectFrom('planning.proposal')
    .select(['id', 'title', 'summary', 'decidedAt as appliedAt'])
    .where('siteId', '=', siteId)
    .where('byPolicy', '=', true)
    .where('takenBackAt', 'is', null)
    .where('decidedAt', '>', since)
    .$narrowType<{ appliedAt: Instant }>()
    .orderBy('decidedAt', 'desc')
    .limit(APPLIED_LIMIT)
    .execute()
}

/** The open proposal about a subject. */
export function findOpenProposal(
  db: Db,
  { siteId, cause, subject }: Pick<ProposalKey, 'siteId' | 'cause' | 'subject'>,
): Promise<ProposalRow | undefined> {
  return db
    .selectFrom('planning.proposal')
    .select(ROW)
    .where('siteId', '=', siteId)
    .where('cause', '=', cause)
    .where('subject', '=', subject)
    .where('state', '=', 'open')
    .executeTakeFirst()
}

/** An open proposal fits another plan as well. @returns whether it was still open */
export async function keepStanding(
  db: Db,
  id: ProposalId,
  { basis, summary }: Pick<ProposalRow, 'basis' | 'summary'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('planning.proposal')
    .set({ basis, summary })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export function lockProposal(db: Db, id: ProposalId): Promise<ProposalRow | undefined> {
  return db.selectFrom('planning.proposal').select(ROW).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Adds an open proposal. What was open about its subject is out of date. */
export async function addProposal(
  db: Db,
  { changes, record, ...row }: Proposal & ProposalKey & Pick<ProposalRow, 'record' | 'firstMadeAt'>,
): Promise<void> {
  await outdateProposals(db, row, row.madeAt)
  await db
    .insertInto('planning.proposal')
    .values({
      ...{ ...row, changes: JSON.stringify(changes), record: record && JSON.stringify(record), state: 'open' },
      ...{ decidedAt: null, decidedBy: null, reason: null, byPolicy: false, takenBackAt: null, takenBackBy: null },
    })
    .execute()
}

export async function decideProposal(
  db: Db,
  id: ProposalId,
  decision: {
    state: 'accepted' | 'dismissed'
    decidedAt: Instant
    decidedBy: string
    reason: string | null
    byPolicy: boolean
  },
): Promise<void> {
  await db.updateTable('planning.proposal').set(decision).where('id', '=', id).execute()
}

export async function takeBack(db: Db, id: ProposalId, at: Instant, by: string): Promise<void> {
  await db.updateTable('planning.proposal').set({ takenBackAt: at, takenBackBy: by }).where('id', '=', id).execute()
}

/** Stops that were accepted and are to last beyond a moment. */
export function listAcceptedStops(
  db: Db,
  siteId: EquipmentId,
  after: Instant,
): Promise<Pick<ProposalRow, 'id' | 'subject' | 'title' | 'record'>[]> {
  return db
    .selectFrom('planning.proposal')
    .select(['id', 'subject', 'title', 'record'])
    .where('siteId', '=', siteId)
    .where('cause', '=', 'stopped')
    .where('state', '=', 'accepted')
    .where('takenBackAt', 'is', null)
    .where('untilAt', '>', after)
    .limit(OPEN_LIMIT)
    .execute()
}

/** What it was about is over. */
export async function endUse(db: Db, id: ProposalId, at: Instant): Promise<void> {
  await db.updateTable('planning.proposal').set({ untilAt: at }).where('id', '=', id).execute()
}

/** Whether the same was decided before, and what was decided still holds. */
export async function isDecided(
  db: Db,
  { siteId, cause, subject, source }: Omit<ProposalKey, 'basis'>,
  now: Instant,
): Promise<boolean> {
  const found = await db
    .selectFrom('planning.proposal')
    .select('id')
    .where('siteId', '=', siteId)
    .where('cause', '=', cause)
    .where('subject', '=', subject)
    .where('source', '=', source)
    .where('state', 'in', ['accepted', 'dismissed'])
    .where('untilAt', '>', now)
    .executeTakeFirst()
  return found !== undefined
}

/** What is open about a subject is of no use any more. */
export async function outdateProposals(
  db: Db,
  { siteId, cause, subject }: Pick<ProposalKey, 'siteId' | 'cause' | 'subject'>,
  at: Instant,
): Promise<void> {
  await db
    .updateTable('planning.proposal')
    .set({ state: 'outdated', decidedAt: at })
    .where('siteId', '=', siteId)
    .where('cause', '=', cause)
    .where('subject', '=', subject)
    .where('state', '=', 'open')
    .execute()
}
