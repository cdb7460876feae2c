import { type BatchColumn, isProblem, later, MINUTE_MS, now, SECOND_MS } from '@millrace/base'
import { type Context, inContext, type Runtime, systemActor } from '@millrace/runtime'
import { hubOf } from './hub.ts'
import { IMPORT_TOPIC, type ImportId, type ImportState } from './import-contract.ts'
import { fileIn } from './import-file.ts'
import { renewNewest, takeBack, writeImport } from './import-history.ts'
import type { RowReader } from './import-mapping-rules.ts'
import { openSource } from './import-readers.ts'
import * as store from './import-store.ts'
import { readerOf } from './imports.ts'
import { HISTORY_TOPIC } from './newest-line.ts'
import { Drafts, Faults } from './text-batch-rules.ts'

/** Samples written in one transaction: bounds the memory, and how long others wait for the same hours. */
const GROUP_SAMPLES = 50_000
const BEAT_MS = SECOND_MS
const SWEEP_MS = 30 * SECOND_MS
/** An import whose process says nothing for so long has none any more. */
const SILENT_MS = 2 * MINUTE_MS
/** How much of the progress reading all rows is; the rest is writing. */
const CHECK_PART = 0.4
const CSV_DEFAULT = { delimiter: ',', decimal: '.', encoding: 'utf-8' } as const

/** Thrown where an import is not to go on: cancelled, taken over, or the server stops. */
class Halted extends Error {}

/** Imports at work in this process. */
class Imports {
  private readonly runtime: Runtime
  private readonly running = new Map<string, Promise<void>>()
  private readonly timer: NodeJS.Timeout
  private readonly unfollow: () => void
  private sweeping: Promise<void>
  private isStopped = false

  constructor(runtime: Runtime) {
    this.runtime = runtime
    this.sweeping = this.sweep()
    this.timer = setInterval(() => {
      this.sweeping = this.sweep()
    }, SWEEP_MS)
    this.unfollow = runtime.live.follow(IMPORT_TOPIC, (enterpriseId) => {
      this.look(enterpriseId).catch((error: unknown) => {
        runtime.log.warn('It could not be looked which imports are to go on.', {}, error)
      })
    })
  }

  /** Goes on with the imports of an enterprise that are ours, where several servers work. */
  private async look(enterpriseId: string): Promise<void> {
    const { isOurs } = hubOf(this.runtime)
    const ids = await this.inContext(enterpriseId, (ctx) => store.listAtWork(ctx.db))
    for (const id of ids) if (isOurs(id)) this.wake(enterpriseId, id)
  }

  /** Goes on with an import as its state says. */
  private wake(enterpriseId: string, id: ImportId): void {
    if (this.isStopped || this.running.has(id)) return
    const work = this.work(enterpriseId, id)
      .catch((error: unknown) => this.runtime.log.error('An import could not go on.', { importId: id }, error))
      .finally(() => this.running.delete(id))
    this.running.set(id, work)
  }

  /** Ends after the group it is at; another process takes back what was half done. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.unfollow()
    clearInterval(this.timer)
    await this.sweeping
    await Promise.all(this.running.values())
  }

  /** Takes over what a process left behind that was killed. */
  private async sweep(): Promise<void> {
    try {
      for (const enterpriseId of await store.listEnterprises(this.runtime.app.kysely)) {
        const silentSince = later(now(), -SILENT_MS)
        const row = await this.inContext(enterpriseId, (ctx) => store.claimSilent(ctx.db, silentSince, ctx.now))
        if (row) this.wake(enterpriseId, row.id)
      }
    } catch (error) {
      if (!this.isStopped) this.runtime.log.warn('Imports left behind could not be looked for.', {}, error)
    }
  }

  private async work(enterpriseId: string, id: ImportId): Promise<void> {
    const row = await this.inContext(enterpriseId, (ctx) => store.findImport(ctx.db, id))
    if (!row) return
    try {
      if (row.state === 'checking') await this.importFile(enterpriseId, row)
      // It was being written when its process ended. Nobody knows up to where.
      else if (row.state === 'writing')
        await this.takeBackAll(enterpriseId, row, 'failed', 'The server stopped meanwhile.')
      else if (row.state === 'cancelling') await this.takeBackAll(enterpriseId, row, 'cancelled')
      else if (row.state === 'undoing') await this.takeBackAll(enterpriseId, row, 'undone')
    } catch (error) {
      if (this.isStopped) return
      const after = await this.inContext(enterpriseId, (ctx) => store.findImport(ctx.db, id))
      if (!after) return
      if (after.state === 'cancelling') return this.takeBackAll(enterpriseId, after, 'cancelled')
      if (error instanceof Halted || (after.state !== 'checking' && after.state !== 'writing')) throw error
      if (!isProblem(error)) this.runtime.log.error('An import broke off.', { importId: id }, error)
      const note = isProblem(error) ? error.message : 'It broke off. The reason has been recorded.'
      await this.takeBackAll(enterpriseId, after, 'failed', note)
    }
  }

  private async importFile(enterpriseId: string, row: store.ImportRow): Promise<void> {
    const { mapping } = row
    if (!mapping) throw new Error('An import has no mapping.')
    const read = <T>(act: (ctx: Context) => Promise<T>) => this.inContext(enterpriseId, act)
    const source = await openSource(fileIn(read, row), row.format, mapping.csv ?? CSV_DEFAULT)
    const reader = await read((ctx) => readerOf(ctx, row, mapping))

    const faults = new Faults()
    const counts = { rowCount: 0, sampleCount: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY }
    const beat = this.beats(enterpriseId, row)
    const told = () => ({
      ...{ rowCount: counts.rowCount },
      faultCount: faults.count,
      faults: JSON.stringify(faults.first),
    })
    for await (const { rows, atByte } of source.rows(reader.wanted)) {
      for (const one of rows) {
        counts.rowCount += 1
        takeRow(reader, one, faults, (_, timeMs) => {
          counts.sampleCount += 1
          counts.firstMs = Math.min(counts.firstMs, timeMs)
          counts.lastMs = Math.max(counts.lastMs, timeMs)
        })
      }
      await beat('checking', { progressRatio: (CHECK_PART * atByte) / row.byteCount, ...told() })
    }
    const isRefused = (faults.count > 0 && !row.skipFaults) || counts.sampleCount === 0
    if (isRefused) {
      const note = faults.count > 0 ? null : 'The file holds no sample of the chosen signals.'
      await this.end(enterpriseId, row, ['checking'], { state: 'refused', note, ...told() })
      return
    }

    const { firstMs, lastMs } = counts
    await this.insist(enterpriseId, row, 'checking', { state: 'writing', firstMs, lastMs, ...told() })
    let written = 0
    let drafts = new Drafts()
    const write = async (atByte: number) => {
      const columns: BatchColumn[] = drafts.columns()
      written += drafts.count
      drafts = new Drafts()
      if (columns.length > 0) await writeImport(...this.history(enterpriseId, row), columns)
      const progressRatio = CHECK_PART + ((1 - CHECK_PART) * atByte) / row.byteCount
      await beat('writing', { progressRatio, sampleCount: written })
    }
    for await (const { rows, atByte } of source.rows(reader.wanted)) {
      for (const one of rows) {
        takeRow(reader, one, undefined, (signal, ...sample) => drafts.add(signal, ...sample))
        if (drafts.count >= GROUP_SAMPLES) await write(atByte)
      }
    }
    await write(row.byteCount)
    await this.end(enterpriseId, row, ['writing'], { state: 'done', progressRatio: 1, sampleCount: written })
  }

  /** Takes everything back, hour by hour, and says how it ended. */
  private async takeBackAll(
    enterpriseId: string,
    row: store.ImportRow,
    state: 'failed' | 'cancelled' | 'undone',
    note: string | null = null,
  ): Promise<void> {
    const beat = this.beats(enterpriseId, row)
    const [hub, ingest, owner] = this.history(enterpriseId, row)
    while (await takeBack(ingest, owner)) await beat(row.state, {})
    if (row.state !== 'checking') {
      for (const { series } of row.mapping?.signals ?? []) await renewNewest(hub, ingest, enterpriseId, series)
    }
    const counts = state === 'undone' ? {} : { sampleCount: 0, firstMs: null, lastMs: null }
    await this.end(enterpriseId, row, [row.state], { state, note, progressRatio: 0, ...counts })
  }

  private history(enterpriseId: string, row: store.ImportRow) {
    const hub = hubOf(this.runtime)
    if (!hub.ingest) throw new Halted('Ingest is not running.')
    return [hub, hub.ingest, { enterpriseId, importId: row.id }] as const
  }

  /** Says now and then that an import is alive, and finds out whether it is to go on. */
  private beats(enterpriseId: string, row: store.ImportRow) {
    let beatMs = performance.now()
    return async (state: ImportState, change: Parameters<typeof store.moveImport>[3]) => {
      // Whoever waits for this process gets a turn.
      await new Promise(setImmediate)
      if (performance.now() - beatMs < BEAT_MS && !this.isStopped) return
      beatMs = performance.now()
      await this.insist(enterpriseId, row, state, change)
    }
  }

  private async insist(
    enterpriseId: string,
    { id }: store.ImportRow,
    state: ImportState,
    change: Parameters<typeof store.moveImport>[3],
  ): Promise<void> {
    if (this.isStopped) throw new Halted('The server stops.')
    const moved = await this.inContext(enterpriseId, (ctx) =>
      store.moveImport(ctx.db, id, [state], { ...change, beatAt: ctx.now }),
    )
    if (!moved) throw new Halted('The import is not to go on.')
  }

  private async end(
    enterpriseId: string,
    row: store.ImportRow,
    from: readonly ImportState[],
    change: Parameters<typeof store.moveImport>[3] & { state: ImportState },
  ): Promise<void> {
    const { id, siteId, fileName } = row
    const moved = await this.inContext(enterpriseId, async (ctx) => {
      const after = await store.moveImport(ctx.db, id, from, { ...change, endedAt: ctx.now })
      if (!after) return undefined
      if (after.state === 'done' || after.state === 'cancelled') await store.removeParts(ctx.db, id)
      const { state, sampleCount, faultCount } = after
      ctx.audit({
        action: 'telemetry.import.end',
        object: `import ${id}`,
        siteId,
        detail: { fileName, state, sampleCount, faultCount },
      })
      ctx.afterCommit(() => ctx.live.publish(enterpriseId, HISTORY_TOPIC, {}))
      return after
    })
    if (!moved) throw new Halted('The import is not to go on.')
  }

  private inContext<T>(enterpriseId: string, act: (ctx: Context) => Promise<T>): Promise<T> {
    return inContext(this.runtime, systemActor(enterpriseId, 'telemetry.import'), act)
  }
}

/** Starts the work on imports. Needs ingest, before which it has to stop. */
export function startImports(runtime: Runtime): { stop(): Promise<void> } {
  return new Imports(runtime)
}

function takeRow(
  reader: RowReader,
  row: Parameters<RowReader['take']>[0] & { fault?: string },
  faults: Faults | undefined,
  sample: Parameters<RowReader['take']>[1],
): void {
  if (row.fault !== undefined) faults?.add(row.row, '', row.fault)
  else reader.take(row, sample, (...fault) => faults?.add(...fault))
}
