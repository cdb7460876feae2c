import type { Instant } from '@millrace/base'
import { type Db, ours, type Pool, within } from '@millrace/db'
import type { EquipmentId } from '@millrace/plant/contract'
import type { Reach } from '@millrace/runtime'
import { type Selectable, sql, type Updateable } from 'kysely'
import type { ImportId, ImportState } from './import-contract.ts'
import type { ImportTable } from './tables.ts'

export type ImportRow = Omit<Selectable<ImportTable>, 'enterpriseId'>

const COLUMNS = [
  ...(['id', 'siteId', 'createdBy', 'createdByName', 'createdAt', 'expiresAt', 'fileName', 'format'] as const),
  ...(['byteCount', 'receivedBytes', 'state', 'mapping', 'skipFaults', 'progressRatio', 'rowCount'] as const),
  ...(['sampleCount', 'faultCount', 'faults', 'firstMs', 'lastMs', 'note', 'startedAt', 'endedAt', 'beatAt'] as const),
] as const

export function addImport(
  db: Db,
  row: Pick<ImportRow, 'id' | 'siteId' | 'createdBy' | 'createdByName' | 'createdAt' | 'expiresAt'> &
    Pick<ImportRow, 'fileName' | 'format' | 'byteCount'>,
): Promise<ImportRow> {
  return db
    .insertInto('telemetry.import')
    .values({ ...row, state: 'uploading' })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow()
}

/** The newest imports of the plants within reach. */
export function listImports(
  db: Db,
  filter: { reach: Reach; siteId?: EquipmentId },
  limit: number,
): Promise<ImportRow[]> {
  const { reach, siteId } = filter
  return db
    .selectFrom('telemetry.import as import')
    .select(COLUMNS)
    .where(within(reach, 'import.siteId'))
    .$if(siteId !== undefined, (query) => query.where('import.siteId', '=', siteId as EquipmentId))
    .orderBy('import.createdAt', 'desc')
    .limit(limit)
    .execute()
}

export function findImport(db: Db, id: ImportId): Promise<ImportRow | undefined> {
  return db.selectFrom('telemetry.import').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** An import, held until the transaction ends. */
export function lockImport(db: Db, id: ImportId): Promise<ImportRow | undefined> {
  return db.selectFrom('telemetry.import').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Changes an import that is in one of these states. @returns undefined when it is in none. */
export function moveImport(
  db: Db,
  id: ImportId,
  from: readonly ImportState[],
  change: Updateable<ImportTable>,
): Promise<ImportRow | undefined> {
  return db
    .updateTable('telemetry.import')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .returning(COLUMNS)
    .executeTakeFirst()
}

/** How many imports of the company hold a file. */
export async function countWaiting(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('telemetry.import')
    .select((make) => make.fn.countAll<string>().as('count'))
    .where('state', 'in', ['uploading', 'ready', 'checking', 'writing', 'refused', 'failed'])
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function addPart(db: Db, importId: ImportId, startByte: number, data: Buffer): Promise<void> {
  await db.insertInto('telemetry.importPart').values({ importId, startByte, data }).execute()
}

/** The bytes of a file from one place on, before another. */
export async function readParts(
  db: Db,
  importId: ImportId,
  start: number,
  end: number,
  widest: number,
): Promise<Buffer> {
  const { rows } = await sql<{ data: Buffer }>`
    select substring(p.data from greatest(0, ${start}::bigint - p.start_byte)::int + 1
      for (least(p.start_byte + length(p.data), ${end}::bigint) - greatest(p.start_byte, ${start}::bigint))::int) as data
    from telemetry.import_part p
    where ${ours('p')} and p.import_id = ${importId} and p.start_byte < ${end} and p.start_byte > ${start - widest}
      and p.start_byte + length(p.data) > ${start}
    order by p.start_byte`.execute(db)
  return Buffer.concat(rows.map(({ data }) => data))
}

export async function removeParts(db: Db, importId: ImportId): Promise<void> {
  await db.deleteFrom('telemetry.importPart').where('importId', '=', importId).execute()
}

/** Files that nobody imported in time go, and what was never more than a file with them. */
export async function removeExpiredFiles(db: Db, before: Instant): Promise<void> {
  await sql`delete from telemetry.import_part p using telemetry.import i
    where ${ours('p')} and ${ours('i')} and i.id = p.import_id and i.expires_at < ${before}
      and i.state in ('uploading', 'ready', 'refused', 'failed', 'cancelled')`.execute(db)
  await db
    .updateTable('telemetry.import')
    .set({ state: 'cancelled', endedAt: before, note: 'The file was not imported within a day.' })
    .where('expiresAt', '<', before)
    .where('state', 'in', ['uploading', 'ready'])
    .execute()
}

/** Takes over an import whose process has been silent. @returns undefined when there is none. */
export async function claimSilent(db: Db, silentSince: Instant, beatAt: Instant): Promise<ImportRow | undefined> {
  const found = await db
    .selectFrom('telemetry.import')
    .select('id')
    .where('state', 'in', ['checking', 'writing', 'cancelling', 'undoing'])
    .where('beatAt', '<', silentSince)
    .orderBy('beatAt')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!found) return undefined
  return db
    .updateTable('telemetry.import')
    .set({ beatAt })
    .where('id', '=', found.id)
    .returning(COLUMNS)
    .executeTakeFirst()
}

/** The imports something is to be done for, the oldest first. */
export async function listAtWork(db: Db): Promise<ImportId[]> {
  const rows = await db
    .selectFrom('telemetry.import')
    .select('id')
    .where('state', 'in', ['checking', 'writing', 'cancelling', 'undoing'])
    .orderBy('id')
    .limit(100)
    .execute()
  return rows.map((row) => row.id)
}

/** A later import that wrote into the same hours of the same signals and still stands. */
export async function findLaterImport(db: Db, id: ImportId): Promise<ImportId | undefined> {
  const { rows } = await sql<{ importId: ImportId }>`
    select later.import_id from telemetry.import_chunk mine
    join telemetry.import_chunk later on later.series = mine.series and later.hour_ms = mine.hour_ms
      and later.import_id <> mine.import_id and later.id > mine.id and not later.replaced
    where ${ours('mine')} and ${ours('later')} and mine.import_id = ${id} and not mine.replaced limit 1`.execute(db)
  return rows[0]?.importId
}

/** The enterprises there are, for work that goes through all of them. */
export async function listEnterprises(db: Pool['kysely']): Promise<string[]> {
  const { rows } = await sql<{ enterpriseId: string }>`select enterprise_id from runtime.tenant`.execute(db)
  return rows.map(({ enterpriseId }) => enterpriseId)
}

/** Whether an import of the company is at work. */
export async function isBusy(db: Db): Promise<boolean> {
  const found = await db
    .selectFrom('telemetry.import')
    .select('id')
    .where('state', 'in', ['checking', 'writing', 'cancelling', 'undoing'])
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
