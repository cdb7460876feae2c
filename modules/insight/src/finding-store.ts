import './tables.ts'
import type { Instant } from '@millrace/base'
import type { CommandId } from '@millrace/control/contract'
import { type Db, within } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import type { Finding, FindingCause, FindingId, FindingState } from './contract.ts'

/** A finding as it is stored: with the id of its command instead of the command. */
export type StoredFinding = Omit<Finding, 'command'> & { commandId: CommandId | null; measureAt: Instant | null }

/** A machine that is expected to fail. */
export type Forecast = Pick<Finding, 'id' | 'workUnitId' | 'cause' | 'title'> & { readonly failsAt: Instant }

/** More machines than ever fail at once. */
const FAILING_LIMIT = 100

const COLUMNS = [
  'id',
  'siteId',
  'workUnitId',
  'cause',
  'title',
  'reason',
  'priority',
  'confidenceRatio',
  'state',
  'sinceAt',
  'foundAt',
  'lastSeenAt',
  'detector',
  'detectorVersion',
  'evidence',
  'actions',
  'benefit',
  'outlook',
  'failsAt',
  'decision',
  'commandId',
  'measureAt',
  'outcome',
] as const

const OPEN: readonly FindingState[] = ['open', 'accepted']
const OVER: readonly FindingState[] = ['resolved', 'dismissed', 'closed']

export function findFinding(db: Db, id: FindingId): Promise<StoredFinding | undefined> {
  return db.selectFrom('insight.finding').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Finds a finding and holds it until the transaction ends, so that two decisions cannot overlap. */
export function lockFinding(db: Db, id: FindingId): Promise<StoredFinding | undefined> {
  return db.selectFrom('insight.finding').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The case of a machine and cause that is still going on. */
export function findOpenCase(db: Db, workUnitId: EquipmentId, cause: FindingCause): Promise<StoredFinding | undefined> {
  return db
    .selectFrom('insight.finding')
    .select(COLUMNS)
    .where('workUnitId', '=', workUnitId)
    .where('cause', '=', cause)
    .where('state', 'in', OPEN)
    .forUpdate()
    .executeTakeFirst()
}

/** The newest case of a machine and cause that went away without a decision. */
export function findLastClosed(
  db: Db,
  workUnitId: EquipmentId,
  cause: FindingCause,
): Promise<StoredFinding | undefined> {
  return db
    .selectFrom('insight.finding')
    .select(COLUMNS)
    .where('workUnitId', '=', workUnitId)
    .where('cause', '=', cause)
    .where('state', '=', 'closed')
    .where('decision', 'is', null)
    .orderBy('foundAt', 'desc')
    .forUpdate()
    .executeTakeFirst()
}

function row(finding: StoredFinding) {
  return {
    ...finding,
    evidence: JSON.stringify(finding.evidence),
    actions: JSON.stringify(finding.actions),
    benefit: finding.benefit && JSON.stringify(finding.benefit),
    waitingPerDay: finding.benefit?.waitingPerDay ?? null,
    decision: finding.decision && JSON.stringify(finding.decision),
    outcome: finding.outcome && JSON.stringify(finding.outcome),
  }
}

export async function insertFinding(db: Db, finding: StoredFinding): Promise<void> {
  await db.insertInto('insight.finding').values(row(finding)).execute()
}

export async function updateFinding(db: Db, finding: StoredFinding): Promise<void> {
  const { id, ...columns } = row(finding)
  await db.updateTable('insight.finding').set(columns).where('id', '=', id).execute()
}

/** Which findings a list shows. */
export interface FindingFilter {
  readonly state: 'open' | 'decided' | 'all'
  readonly reach: Reach
  readonly siteId: EquipmentId | undefined
  readonly workUnitId: EquipmentId | undefined
}

/** Findings: open ones by priority and cost of waiting, others newest first. */
export function listFindings(db: Db, filter: FindingFilter, offset: number, limit: number): Promise<StoredFinding[]> {
  let query = db
    .selectFrom('insight.finding')
    .select(COLUMNS)
    .where(within(filter.reach, 'siteId', 'workUnitId'))
    .offset(offset)
    .limit(limit)
  if (filter.state === 'open') query = query.where('state', '=', 'open').orderBy('priority')
  if (filter.state === 'decided') query = query.where('state', '!=', 'open')
  if (filter.state === 'open') query = query.orderBy('waitingPerDay', (by) => by.desc().nullsLast())
  if (filter.siteId) query = query.where('siteId', '=', filter.siteId)
  if (filter.workUnitId) query = query.where('workUnitId', '=', filter.workUnitId)
  return query.orderBy('foundAt', 'desc').orderBy('id').execute()
}

/** Cases of a site that go on and are expected to end in a failure, the nearest first. */
export function listFailing(db: Db, siteId: EquipmentId): Promise<Forecast[]> {
  return db
    .selectFrom('insight.finding')
    .select(['id', 'workUnitId', 'cause', 'title', 'failsAt'])
    .where('siteId', '=', siteId)
    .where('state', 'in', OPEN)
    .where('failsAt', 'is not', null)
    .$narrowType<{ failsAt: Instant }>()
    .orderBy('failsAt')
    .limit(FAILING_LIMIT)
    .execute()
}

/** Past cases of the same cause that are over, newest first, this machine's own before the others'. */
export function listSimilar(db: Db, reach: Reach, finding: StoredFinding, limit: number): Promise<StoredFinding[]> {
  return db
    .selectFrom('insight.finding')
    .select(COLUMNS)
    .where(within(reach, 'siteId', 'workUnitId'))
    .where('cause', '=', finding.cause)
    .where('id', '!=', finding.id)
    .where('state', 'in', OVER)
    .where('foundAt', '<=', finding.foundAt)
    .orderBy((order) => order.case().when('workUnitId', '=', finding.workUnitId).then(0).else(1).end())
    .orderBy('foundAt', 'desc')
    .limit(limit)
    .execute()
}

export function findByCommand(db: Db, commandId: CommandId): Promise<StoredFinding | undefined> {
  return db
    .selectFrom('insight.finding')
    .select(COLUMNS)
    .where('commandId', '=', commandId)
    .forUpdate()
    .executeTakeFirst()
}

/** Accepted findings whose outcome can be measured now. */
export function listToMeasure(db: Db, at: Instant, limit: number): Promise<StoredFinding[]> {
  return db
    .selectFrom('insight.finding')
    .select(COLUMNS)
    .where('measureAt', '<=', at)
    .orderBy('measureAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}
