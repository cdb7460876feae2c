import { DAY_MS, epochMs, later, newId } from '@millrace/base'
import { getEquipment } from '@millrace/plant'
import { type EquipmentId, equipmentMisplaced } from '@millrace/plant/contract'
import { authorize, type Context, reachOf } from '@millrace/runtime'
import type { SignalMeta } from './acceptance-rules.ts'
import type { Series } from './contract.ts'
import {
  IMPORT_TOPIC,
  IMPORT_UNDO_DAYS,
  type ImportId,
  type ImportMapping,
  importMissing,
  importOverlaid,
  importPartInvalid,
  importState,
  importsWaiting,
  mappingInvalid,
  type NewImport,
  type SampleImport,
} from './import-contract.ts'
import { rowReader } from './import-mapping-rules.ts'
import * as store from './import-store.ts'
import { classOf } from './retention-contract.ts'
import { rulesOf } from './retention-store.ts'
import { findSignals } from './signal-store.ts'

const PERMISSION = 'telemetry:sample:import'
/** Files of a company that may wait at once: bounds the disk. */
const WAITING_MAX = 8
const FILE_KEPT_MS = DAY_MS
const LISTED_MAX = 100

/** @throws equipmentMissing, equipmentMisplaced, forbidden; importsWaiting when the company has too many files here */
export async function createImport(ctx: Context, asked: NewImport): Promise<SampleImport> {
  authorize(ctx.actor, PERMISSION, asked.siteId)
  const site = await getEquipment(ctx, asked.siteId)
  if (site.level !== 'site') throw equipmentMisplaced(`${site.name} is no plant: a file is imported into a plant.`)
  if ((await store.countWaiting(ctx.db)) >= WAITING_MAX) {
    throw importsWaiting(`${WAITING_MAX} files of your company wait already. Import or cancel some.`)
  }
  const row = await store.addImport(ctx.db, {
    ...{ ...asked, id: newId<'Import'>(ctx.nowMs), createdBy: ctx.actor.id, createdByName: ctx.actor.name },
    ...{ createdAt: ctx.now, expiresAt: later(ctx.now, FILE_KEPT_MS) },
  })
  const { siteId, fileName, format, byteCount } = asked
  ctx.audit({
    action: 'telemetry.import.create',
    object: `import ${row.id}`,
    siteId,
    detail: { fileName, format, byteCount },
  })
  return present(row)
}

/**
 * Adds a piece of the file. A piece that is there already is acknowledged again.
 *
 * @throws importPartInvalid  it does not go on where the file ends (`expected` says where), or reaches beyond the announced size
 * @throws importState        the file is complete
 * @throws importMissing, forbidden
 */
export async function addPart(ctx: Context, id: ImportId, offset: number, data: unknown): Promise<SampleImport> {
  const row = await held(ctx, id)
  if (!Buffer.isBuffer(data) || data.length === 0)
    throw importPartInvalid('A piece is sent as application/octet-stream.')
  const end = offset + data.length
  if (end <= row.receivedBytes) return present(row)
  if (row.state !== 'uploading') throw importState('The file is complete.', { state: row.state })
  if (offset !== row.receivedBytes) {
    throw importPartInvalid(`The file goes on at byte ${row.receivedBytes}.`, { expected: row.receivedBytes })
  }
  if (end > row.byteCount) throw importPartInvalid(`The file was announced with ${row.byteCount} bytes.`)
  await store.addPart(ctx.db, id, offset, data)
  const change = { receivedBytes: end, state: end === row.byteCount ? ('ready' as const) : row.state }
  return present((await store.moveImport(ctx.db, id, ['uploading'], change)) ?? row)
}

/** The imports of the plants the actor may import into, or of one of them, newest first. */
export async function listImports(ctx: Context, filter: { siteId?: EquipmentId }): Promise<SampleImport[]> {
  const reach = reachOf(ctx.actor, PERMISSION)
  if (reach === undefined) return []
  return (await store.listImports(ctx.db, { reach, ...filter }, LISTED_MAX)).map(present)
}

/** @throws importMissing, forbidden */
export async function getImport(ctx: Context, id: ImportId): Promise<SampleImport> {
  return present(await found(ctx, id))
}

/**
 * Begins an import in the background: first every row is read, then, if all is well, written.
 *
 * @throws mappingInvalid  the mapping makes no sense
 * @throws importState     there is no file to be imported, or it runs already
 * @throws importsWaiting  another import of the company runs
 * @throws importMissing, forbidden
 */
export async function startImport(
  ctx: Context,
  id: ImportId,
  { mapping, skipFaults }: { mapping: ImportMapping; skipFaults: boolean },
): Promise<SampleImport> {
  const row = await held(ctx, id)
  if (mapping.signals.length === 0) throw mappingInvalid('Map at least one column to a signal.')
  await readerOf(ctx, row, mapping)
  await insistIdle(ctx)
  const moved = await store.moveImport(ctx.db, id, ['ready', 'refused', 'failed'], {
    ...{ state: 'checking', mapping: JSON.stringify(mapping), skipFaults, startedAt: ctx.now, beatAt: ctx.now },
    ...{ endedAt: null, progressRatio: 0, rowCount: 0, sampleCount: 0, faultCount: 0, faults: '[]', note: null },
    ...{ firstMs: null, lastMs: null },
  })
  if (!moved) throw importState('There is no file to be imported, or it was imported.', { state: row.state })
  const { siteId, fileName } = row
  ctx.audit({
    action: 'telemetry.import.start',
    object: `import ${id}`,
    siteId,
    detail: { fileName, mapping, skipFaults },
  })
  wake(ctx)
  return present(moved)
}

/** Cancels an import: nothing of it is kept. One that has ended stays as it is. @throws importMissing, forbidden */
export async function cancelImport(ctx: Context, id: ImportId): Promise<SampleImport> {
  const row = await held(ctx, id)
  ctx.audit({
    action: 'telemetry.import.cancel',
    object: `import ${id}`,
    siteId: row.siteId,
    detail: { state: row.state },
  })
  const stopping = await store.moveImport(ctx.db, id, ['checking', 'writing'], { state: 'cancelling' })
  if (stopping) return present(stopping)
  const cancelled = await store.moveImport(ctx.db, id, ['uploading', 'ready', 'refused', 'failed'], {
    ...{ state: 'cancelled', endedAt: ctx.now },
  })
  if (cancelled) await store.removeParts(ctx.db, id)
  return present(cancelled ?? row)
}

/**
 * Takes an import back, in the background: exactly its samples go, and what they replaced comes back.
 *
 * @throws importState     it was not imported, or too long ago
 * @throws importOverlaid  a later import wrote into the same hours: `importId` is to be undone first
 * @throws importsWaiting, importMissing, forbidden
 */
export async function undoImport(ctx: Context, id: ImportId): Promise<SampleImport> {
  const row = await held(ctx, id)
  const until = undoUntil(row)
  if (until === null || epochMs(until) <= ctx.nowMs) {
    throw importState(`Only what was imported within ${IMPORT_UNDO_DAYS} days can be undone.`, { state: row.state })
  }
  const laterId = await store.findLaterImport(ctx.db, id)
  if (laterId) {
    const other = await store.findImport(ctx.db, laterId)
    throw importOverlaid(`${other?.fileName ?? 'Another file'} was imported over it later. Undo that first.`, {
      importId: laterId,
    })
  }
  await insistIdle(ctx)
  const moved = await store.moveImport(ctx.db, id, ['done'], { state: 'undoing', beatAt: ctx.now, progressRatio: 0 })
  if (!moved) throw importState('It is undone already.', { state: row.state })
  const { siteId, fileName, sampleCount } = row
  ctx.audit({ action: 'telemetry.import.undo', object: `import ${id}`, siteId, detail: { fileName, sampleCount } })
  wake(ctx)
  return present(moved)
}

/** What reads the rows of an import's file. @throws mappingInvalid */
export async function readerOf(ctx: Context, { siteId, format }: store.ImportRow, mapping: ImportMapping) {
  const wanted = mapping.signals.map(({ series }) => series)
  const signals = new Map<Series, SignalMeta>()
  const kept = new Map((await rulesOf(ctx.db)).map((rule) => [rule.class, rule.rawDays * DAY_MS]))
  for (const signal of await findSignals(ctx.db, wanted)) {
    if (signal.siteId !== siteId) continue
    const rawKeptMs = kept.get(classOf(signal))
    signals.set(signal.series, { ...signal, ...(rawKeptMs !== undefined && { rawKeptMs }) })
  }
  try {
    return rowReader(mapping, format, signals, ctx.nowMs)
  } catch (error) {
    if (error instanceof RangeError) throw mappingInvalid(error.message, {}, { cause: error })
    throw error
  }
}

/** Removes files that nobody imported. */
export async function removeExpiredFiles(ctx: Context): Promise<void> {
  await store.removeExpiredFiles(ctx.db, ctx.now)
}

/** An import within the actor's reach. */
export async function found(ctx: Context, id: ImportId): Promise<store.ImportRow> {
  return checked(ctx, id, await store.findImport(ctx.db, id))
}

async function held(ctx: Context, id: ImportId): Promise<store.ImportRow> {
  return checked(ctx, id, await store.lockImport(ctx.db, id))
}

function checked(ctx: Context, id: ImportId, row: store.ImportRow | undefined): store.ImportRow {
  if (!row) throw importMissing(`There is no import ${id}.`)
  authorize(ctx.actor, PERMISSION, row.siteId)
  return row
}

async function insistIdle(ctx: Context): Promise<void> {
  if (await store.isBusy(ctx.db)) throw importsWaiting('Another import of your company runs. Wait until it is done.')
}

function wake(ctx: Context): void {
  ctx.afterCommit(() => ctx.live.publish(ctx.enterpriseId, IMPORT_TOPIC, {}))
}

function undoUntil({ state, endedAt }: store.ImportRow) {
  return state === 'done' && endedAt !== null ? later(endedAt, IMPORT_UNDO_DAYS * DAY_MS) : null
}

function present(row: store.ImportRow): SampleImport {
  const { createdBy: _, beatAt: __, ...shown } = row
  return { ...shown, undoUntil: undoUntil(row) }
}
