import type { Instant } from '@millrace/base'
import { type Db, within } from '@millrace/db'
import type { EquipmentId, GatewayId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import type { Command, CommandId, CommandState, CommandStep, SetPointId } from './contract.ts'
import './tables.ts'

/** A command as it is stored, with what screens do not get. */
export type CommandRow = Omit<Command, 'steps' | 'setPointTitle' | 'unit'> & {
  readonly gatewayId: GatewayId
  readonly requestedById: string
  readonly idempotencyKey: string
  readonly token: string
}

const COLUMNS = [
  'command.id',
  'command.siteId',
  'command.workUnitId',
  'command.setPointId',
  'command.value',
  'command.previousValue',
  'command.readBackValue',
  'command.state',
  'command.requestedBy',
  'command.requestedAt',
  'command.expiresAt',
  'command.reason',
  'command.findingId',
] as const

const PENDING: readonly CommandState[] = ['requested', 'sent', 'received']
/** The most commands that expire, or are said again, in one go. */
const PENDING_LIMIT = 500

function commands(db: Db) {
  return db
    .selectFrom('control.command as command')
    .innerJoin('control.setPoint as setPoint', 'setPoint.id', 'command.setPointId')
    .select(COLUMNS)
    .select(['setPoint.title as setPointTitle', 'setPoint.unit'])
}

/** Newest first, those before `before`. */
export async function listCommands(
  db: Db,
  query: { reach: Reach; workUnitId?: EquipmentId; before?: CommandId; limit: number },
): Promise<Command[]> {
  let found = commands(db).where(within(query.reach, 'command.siteId', 'command.workUnitId'))
  if (query.workUnitId !== undefined) found = found.where('command.workUnitId', '=', query.workUnitId)
  if (query.before !== undefined) found = found.where('command.id', '<', query.before)
  return withSteps(db, await found.orderBy('command.id', 'desc').limit(query.limit).execute())
}

export async function findCommand(db: Db, id: CommandId): Promise<Command | undefined> {
  return (await withSteps(db, await commands(db).where('command.id', '=', id).execute()))[0]
}

/** What a key of a person has asked for before. */
export function findByKey(
  db: Db,
  requestedById: string,
  idempotencyKey: string,
): Promise<Pick<CommandRow, 'id' | 'setPointId' | 'value'> | undefined> {
  return db
    .selectFrom('control.command')
    .select(['id', 'setPointId', 'value'])
    .where('requestedById', '=', requestedById)
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst()
}

/** Holds a command until the transaction ends, so that its states follow each other. */
export function lockCommand(
  db: Db,
  id: CommandId,
): Promise<
  | Pick<CommandRow, 'id' | 'siteId' | 'workUnitId' | 'setPointId' | 'gatewayId' | 'state' | 'value' | 'requestedAt'>
  | undefined
> {
  return db
    .selectFrom('control.command')
    .select(['id', 'siteId', 'workUnitId', 'setPointId', 'gatewayId', 'state', 'value', 'requestedAt'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function countSince(db: Db, setPointId: SetPointId, since: Instant): Promise<number> {
  const row = await db
    .selectFrom('control.command')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('setPointId', '=', setPointId)
    .where('requestedAt', '>', since)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function addCommand(db: Db, row: CommandRow): Promise<void> {
  await db.insertInto('control.command').values(row).execute()
}

/** Moves a command and notes the step. */
export async function saveStep(db: Db, id: CommandId, step: CommandStep, readBackValue?: number): Promise<void> {
  await db
    .updateTable('control.command')
    .set({ state: step.state, ...(readBackValue !== undefined && { readBackValue }) })
    .where('id', '=', id)
    .execute()
  await db
    .insertInto('control.commandStep')
    .values({ commandId: id, ...step })
    .execute()
}

/** What a gateway has not confirmed yet and may still do, oldest first. */
export function lockPendingOf(
  db: Db,
  gatewayId: GatewayId,
  now: Instant,
): Promise<Pick<CommandRow, 'id' | 'siteId' | 'workUnitId' | 'gatewayId' | 'state' | 'token'>[]> {
  return db
    .selectFrom('control.command')
    .select(['id', 'siteId', 'workUnitId', 'gatewayId', 'state', 'token'])
    .where('gatewayId', '=', gatewayId)
    .where('state', 'in', ['requested', 'sent'])
    .where('expiresAt', '>', now)
    .orderBy('id')
    .limit(PENDING_LIMIT)
    .forUpdate()
    .execute()
}

/** What ran out before this moment without an end. Those another transaction is about to move are left to it. */
export function lockOverdue(
  db: Db,
  before: Instant,
): Promise<Pick<CommandRow, 'id' | 'siteId' | 'workUnitId' | 'gatewayId' | 'state'>[]> {
  return db
    .selectFrom('control.command')
    .select(['id', 'siteId', 'workUnitId', 'gatewayId', 'state'])
    .where('state', 'in', PENDING)
    .where('expiresAt', '<', before)
    .limit(PENDING_LIMIT)
    .forUpdate()
    .skipLocked()
    .execute()
}

async function withSteps(db: Db, rows: readonly Omit<Command, 'steps'>[]): Promise<Command[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const steps = await db
    .selectFrom('control.commandStep')
    .select(['commandId', 'state', 'at', 'detail'])
    .where('commandId', 'in', ids)
    .execute()
  const byCommand = Map.groupBy(steps, (step) => step.commandId)
  return rows.map((row) => ({
    ...row,
    steps: (byCommand.get(row.id) ?? [])
      .map(({ state, at, detail }) => ({ state, at, detail }))
      .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)),
  }))
}

// The order in which steps are told: clocks of plants differ from ours, so not by their times. A report after `expired`
// is the correction and comes after it.
const ORDER: readonly CommandState[] = [
  'requested',
  'sent',
  'received',
  'expired',
  'written',
  'read-back',
  'refused',
  'failed',
]
