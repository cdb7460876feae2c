import { now, SECOND_MS } from '@millrace/base'
import type { Actor, Runtime } from '@millrace/runtime'
import { pagesOf } from './export-pages.ts'
import { ParquetRows } from './export-parquet.ts'
import { saveProgress } from './export-store.ts'
import { csvHead, csvRows, type ExportPage, jsonRows } from './export-text-rules.ts'
import { type ExportPlan, readerFor } from './exports.ts'

/** Rows written between two pauses: other requests are served in between. */
const SLICE_ROWS = 5000
const PROGRESS_EVERY_MS = SECOND_MS

/** Thrown into a download that was cancelled or begun anew: its connection breaks, so that nobody takes a part for the whole. */
class Stopped extends Error {}

/**
 * The bytes of an export, read page by page while they are sent. Holds a place among the exports of the company until it ends,
 * however it ends, and says how far it is.
 *
 * @throws Stopped when it was cancelled meanwhile.
 */
export async function* exportBytes(
  runtime: Runtime,
  actor: Actor,
  plan: ExportPlan,
  endTurn: () => void,
): AsyncGenerator<Uint8Array> {
  const { row, signals } = plan
  const read = readerFor(runtime, actor)
  const writer = writerOf(row)
  let rowCount = 0
  let byteCount = 0
  let progressRatio = 0
  let savedMs = performance.now()
  let isDone = false
  const save = async (end: { state?: 'done' | 'interrupted' } = {}) => {
    const ended = end.state === undefined ? {} : { state: end.state, endedAt: now() }
    const progress = { progressRatio, rowCount, byteCount, ...ended }
    const goesOn = await read((ctx) => saveProgress(ctx.db, row, progress))
    if (!goesOn && end.state !== 'interrupted') throw new Stopped('The export was stopped.')
    savedMs = performance.now()
  }
  const counted = (bytes: Uint8Array) => {
    byteCount += bytes.length
    return bytes
  }
  try {
    yield counted(writer.head())
    for (const [index, signal] of signals.entries()) {
      for await (const page of pagesOf(read, signal, row)) {
        const { length } = page.timesMs
        for (let from = 0; from < length; from += SLICE_ROWS) {
          const to = Math.min(length, from + SLICE_ROWS)
          const bytes = counted(writer.rows(page, from, to))
          rowCount += to - from
          if (bytes.length > 0) yield bytes
          await new Promise(setImmediate)
        }
        const part = (page.doneMs - row.fromMs) / (row.toMs - row.fromMs)
        progressRatio = (index + Math.min(1, Math.max(0, part))) / signals.length
        if (performance.now() - savedMs > PROGRESS_EVERY_MS) await save()
      }
    }
    yield counted(writer.end())
    progressRatio = 1
    await save({ state: 'done' })
    isDone = true
  } catch (error) {
    if (!(error instanceof Stopped)) runtime.log.error('An export broke off.', { exportId: row.id }, error)
    throw error
  } finally {
    endTurn()
    // Whoever downloads may leave at any moment.
    if (!isDone) await save({ state: 'interrupted' }).catch((error: unknown) => logUnsaved(runtime, row.id, error))
  }
}

function logUnsaved(runtime: Runtime, exportId: string, error: unknown): void {
  runtime.log.warn('The end of an export could not be written down.', { exportId }, error)
}

interface Writer {
  head(): Uint8Array
  rows(page: ExportPage, from: number, to: number): Uint8Array
  end(): Uint8Array
}

function writerOf({ format, resolution }: ExportPlan['row']): Writer {
  const nothing = () => Buffer.alloc(0)
  if (format === 'parquet') {
    const file = new ParquetRows(resolution)
    return { head: nothing, rows: (page, from, to) => file.add(page, from, to), end: () => file.end() }
  }
  if (format === 'jsonl') return { head: nothing, rows: (...of) => Buffer.from(jsonRows(...of)), end: nothing }
  return { head: () => Buffer.from(csvHead(resolution)), rows: (...of) => Buffer.from(csvRows(...of)), end: nothing }
}
