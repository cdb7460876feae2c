import { epochMs, HOUR_MS, later, newId } from '@millrace/base'
import { type Actor, authorize, type Context, inContext, type Runtime } from '@millrace/runtime'
import { rangeInvalid, type Series } from './contract.ts'
import {
  EXPORT_SAMPLE_LIMIT,
  type ExportId,
  exportEnded,
  exportMissing,
  exportsSpent,
  exportTooLarge,
  type NewExport,
  type SampleExport,
} from './export-contract.ts'
import * as store from './export-store.ts'
import type { ExportedSignal } from './export-text-rules.ts'
import { checkRange } from './history.ts'
import { getSignals } from './signals.ts'

/** How often one account may make an export within an hour: enough for work, too little to empty the house unseen. */
const EXPORTS_AN_HOUR = 20
const KEPT_MS = 24 * HOUR_MS
/** Exports a list shows. */
const LISTED_MAX = 50

/**
 * Makes an export. Nothing is read yet: its download does.
 *
 * @throws rangeInvalid    the range is empty or too long, or something else than a number is asked for by minutes or hours
 * @throws exportTooLarge  there are too many samples; `samples` says how many
 * @throws exportsSpent    the account made too many within the hour
 * @throws signalMissing, forbidden
 */
export async function createExport(ctx: Context, asked: NewExport): Promise<SampleExport> {
  const { fromMs, toMs, resolution, format } = asked
  checkRange(asked)
  const series = [...new Set(asked.signals.map((signal) => signal.series))]
  const signals = await exportable(ctx, series)
  const other = resolution === 'raw' ? undefined : signals.find(({ kind }) => kind !== 'number')
  if (other) throw rangeInvalid(`${other.title} is of kind ${other.kind}: only numbers have minutes and hours.`)
  const done = await store.countExports(ctx.db, ctx.actor.id, later(ctx.now, -HOUR_MS))
  if (done >= EXPORTS_AN_HOUR) {
    throw exportsSpent(`You made ${done} exports within an hour. Try again later.`, { retryAfterMs: HOUR_MS })
  }
  const samples = await store.countSamples(ctx.db, series, fromMs, toMs)
  if (samples > EXPORT_SAMPLE_LIMIT) {
    throw exportTooLarge('These are more samples than one export may hold. Choose a shorter range or fewer signals.', {
      ...{ samples, limit: EXPORT_SAMPLE_LIMIT },
    })
  }
  const row = await store.addExport(ctx.db, {
    ...{ id: newId<'Export'>(ctx.nowMs), createdBy: ctx.actor.id, createdAt: ctx.now },
    ...{ expiresAt: later(ctx.now, KEPT_MS), series, fromMs, toMs, resolution, format },
  })
  ctx.audit({
    action: 'telemetry.export.create',
    object: `export ${row.id}`,
    siteId: new Set(signals.map(({ siteId }) => siteId)).size === 1 ? (signals[0]?.siteId ?? null) : null,
    detail: { series, fromMs, toMs, resolution, format },
  })
  return present(row)
}

/** One's own exports of the last day, newest first. */
export async function listExports(ctx: Context): Promise<SampleExport[]> {
  return (await store.listExports(ctx.db, ctx.actor.id, LISTED_MAX)).map(present)
}

/** @throws exportMissing also for somebody else's */
export async function getExport(ctx: Context, id: ExportId): Promise<SampleExport> {
  return present(await own(ctx, id))
}

/** Cancels an export: a download that runs ends within a page. One that has ended stays as it is. @throws exportMissing */
export async function cancelExport(ctx: Context, id: ExportId): Promise<SampleExport> {
  const row = await own(ctx, id)
  const cancelled = await store.cancelExport(ctx.db, id, ctx.now)
  ctx.audit({ action: 'telemetry.export.cancel', object: `export ${id}`, detail: { state: row.state } })
  return present(cancelled ?? row)
}

/** A download that may begin. */
export interface ExportPlan {
  readonly row: store.ExportRow
  readonly signals: readonly ExportedSignal[]
}

/**
 * Begins a download, of which an account may have several after each other: a new one ends the one before. What the caller may
 * export is asked again.
 *
 * @throws exportMissing, exportEnded, signalMissing, forbidden
 */
export async function beginDownload(ctx: Context, id: ExportId): Promise<ExportPlan> {
  const { state, series } = await own(ctx, id)
  if (state === 'cancelled') throw exportEnded('This export was cancelled. Make it anew.')
  const found = await exportable(ctx, series)
  const names = await store.namesOf(ctx.db, [...new Set(found.map(({ workUnitId }) => workUnitId))])
  const signals = found.map((signal) => ({ ...signal, machine: names.get(signal.workUnitId) ?? '' }))
  const row = await store.startExport(ctx.db, id, ctx.now)
  ctx.audit({ action: 'telemetry.export.download', object: `export ${id}`, detail: { format: row.format } })
  return { row, signals }
}

/** The file name of an export: what it is of and when it was made, without anything a file system would not take. */
export function fileNameOf({ row, signals }: ExportPlan): string {
  const machines = new Set(signals.map(({ machine }) => machine))
  const [machine = ''] = machines
  const name = machines.size === 1 ? machine.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') : ''
  const at = row.createdAt.slice(0, 16).replaceAll(':', '')
  return `${name === '' ? 'samples' : name}-${row.resolution}-${at}.${row.format}`
}

/** Removes exports whose time is over. */
export async function removeExpired(ctx: Context): Promise<void> {
  await store.removeExpired(ctx.db, ctx.now)
}

async function own(ctx: Context, id: ExportId): Promise<store.ExportRow> {
  const row = await store.findExport(ctx.db, id, ctx.actor.id)
  if (!row || epochMs(row.expiresAt) <= ctx.nowMs) throw exportMissing(`There is no export ${id}, or its time is over.`)
  return row
}

/** Signals of which the actor may see and export the samples. */
async function exportable(ctx: Context, series: readonly Series[]) {
  const signals = await getSignals(ctx, series)
  for (const { siteId, workUnitId } of signals) {
    authorize(ctx.actor, 'telemetry:sample:export', { siteId, equipmentId: workUnitId })
  }
  return signals
}

function present({ createdBy: _, attempt: __, ...row }: store.ExportRow): SampleExport {
  return row
}

/** Runs short transactions for a download, in the name of who asked for it. */
export function readerFor(runtime: Runtime, actor: Actor) {
  return <T>(act: (ctx: Context) => Promise<T>) => inContext(runtime, actor, act)
}
