import { MINUTE_MS, SECOND_MS } from '@millrace/base'
import type { EquipmentId } from '@millrace/plant'
import { getEquipment } from '@millrace/plant'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { type ArrivedSamples, listSignals } from '@millrace/telemetry'
import { type CaseMachine, recordCase } from './cases.ts'
import * as stateStore from './detector-state-store.ts'
import { type CaseEvent, MachineWatch, type WatchSnapshot } from './machine-watch.ts'
import type { SampleColumn } from './sample-order.ts'

/** Machines sample about once a second; history of the demo once a minute. */
const LIVE_INTERVAL_MS = SECOND_MS
const SAVE_MS = 2 * MINUTE_MS
/** What may wait for one machine while its watch is being loaded. Beyond it the oldest is not analysed (it is stored all the same). */
const WAITING_COLUMNS_MAX = 5000

interface Post {
  readonly machine: CaseMachine
  readonly intervalMs: number
  readonly watch: MachineWatch
  changed: boolean
}

interface Waiting {
  readonly enterpriseId: string
  readonly workUnitId: EquipmentId
  columns: SampleColumn[]
}

/**
 * Watches all machines of all enterprises whose samples arrive in this process: keeps a watch for each, hands it the
 * samples, and writes down what it says. Analysis never delays ingest: it works on what has been acknowledged.
 */
export class Watchtower {
  readonly #runtime: Runtime
  readonly #posts = new Map<string, Promise<Post | undefined>>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #paused = new Set<string>()
  #working: Promise<void> | undefined
  #stopped = false
  readonly #saving: NodeJS.Timeout

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#saving = setInterval(() => {
      this.save().catch((error: unknown) => runtime.log.warn('What detectors learned could not be saved.', {}, error))
    }, SAVE_MS)
  }

  /** Samples that were just acknowledged. Never blocks. */
  arrived({ enterpriseId, signal, column }: ArrivedSamples): void {
    if (this.#stopped || this.#paused.has(enterpriseId)) return
    const key = `${enterpriseId} ${signal.workUnitId}`
    const waiting = this.#waiting.get(key) ?? { enterpriseId, workUnitId: signal.workUnitId, columns: [] }
    waiting.columns.push(column)
    if (waiting.columns.length > WAITING_COLUMNS_MAX) waiting.columns.shift()
    this.#waiting.set(key, waiting)
    this.#working ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#work())
      .catch((error: unknown) => this.#runtime.log.error('Analysis of arrived samples failed.', {}, error))
      .finally(() => {
        this.#working = undefined
      })
  }

  /**
   * A part of the past, for machines that have one: detectors learn from it, and findings appear as they would have.
   *
   * @param columns by machine, newer than every part before; `intervalMs` is the time between their samples.
   */
  async past(
    enterpriseId: string,
    columns: ReadonlyMap<EquipmentId, readonly SampleColumn[]>,
    intervalMs: number,
  ): Promise<void> {
    // Live samples would come before the past they belong behind.
    this.#paused.add(enterpriseId)
    for (const [workUnitId, own] of columns) {
      const key = `${enterpriseId} ${workUnitId}`
      const open = this.#posts.get(key) ?? this.#open(enterpriseId, workUnitId, intervalMs)
      this.#posts.set(key, open)
      const post = await open
      if (!post) continue
      post.changed = true
      await this.#record(enterpriseId, post.machine, post.watch.observe(own))
    }
  }

  /** The past is complete: what was learned goes on with live samples. */
  async present(enterpriseId: string): Promise<void> {
    await this.save()
    for (const key of this.#posts.keys()) if (key.startsWith(`${enterpriseId} `)) this.#posts.delete(key)
    this.#paused.delete(enterpriseId)
  }

  /** Forgets an enterprise that is being removed. */
  forget(enterpriseId: string): void {
    for (const key of this.#posts.keys()) if (key.startsWith(`${enterpriseId} `)) this.#posts.delete(key)
    for (const key of this.#waiting.keys()) if (key.startsWith(`${enterpriseId} `)) this.#waiting.delete(key)
    this.#paused.delete(enterpriseId)
  }

  /** Signals or machines of an enterprise changed: watches are set up anew, with what they learned. */
  async renew(enterpriseId: string): Promise<void> {
    if (this.#paused.has(enterpriseId)) return
    await this.save()
    for (const key of this.#posts.keys()) if (key.startsWith(`${enterpriseId} `)) this.#posts.delete(key)
  }

  async save(): Promise<void> {
    for (const [key, opening] of this.#posts) {
      const post = await opening
      if (!post?.changed) continue
      post.changed = false
      const enterpriseId = key.split(' ')[0] ?? ''
      await inContext(this.#runtime, systemActor(enterpriseId, 'insight.watch'), (ctx) =>
        stateStore.saveDetectorState(ctx.db, post.machine.workUnitId, post.watch.snapshot(), ctx.now),
      )
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#saving)
    await this.#working
    await this.save()
  }

  async #work(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#stopped) {
      const all = [...this.#waiting]
      this.#waiting.clear()
      for (const [key, { enterpriseId, workUnitId, columns }] of all) {
        const open = this.#posts.get(key) ?? this.#open(enterpriseId, workUnitId, LIVE_INTERVAL_MS)
        this.#posts.set(key, open)
        const post = await open
        if (!post) continue
        post.changed = true
        await this.#record(enterpriseId, post.machine, post.watch.observe(columns))
      }
    }
  }

  #open(enterpriseId: string, workUnitId: EquipmentId, intervalMs: number): Promise<Post | undefined> {
    return inContext(this.#runtime, systemActor(enterpriseId, 'insight.watch'), async (ctx) => {
      const equipment = await getEquipment(ctx, workUnitId)
      const signals = await listSignals(ctx, { workUnitId })
      // Written by ourselves from a snapshot; detectors ignore what is of another version.
      const saved = (await stateStore.findDetectorState(ctx.db, workUnitId)) as WatchSnapshot | undefined
      const watch = new MachineWatch({ kind: equipment.kind, signals }, intervalMs, saved)
      return { machine: { workUnitId, siteId: equipment.siteId }, intervalMs, watch, changed: false }
    }).catch((error: unknown) => {
      this.#posts.delete(`${enterpriseId} ${workUnitId}`)
      this.#runtime.log.warn('A machine cannot be watched.', { workUnitId }, error)
      return undefined
    })
  }

  async #record(enterpriseId: string, machine: CaseMachine, events: readonly CaseEvent[]): Promise<void> {
    if (events.length === 0) return
    try {
      await inContext(this.#runtime, systemActor(enterpriseId, 'insight.watch'), async (ctx) => {
        for (const event of events) await recordCase(ctx, machine, event)
      })
    } catch (error) {
      this.#runtime.log.error('A finding could not be written down.', { workUnitId: machine.workUnitId }, error)
    }
  }
}
