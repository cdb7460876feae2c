import { setTimeout as pause } from 'node:timers/promises'
import { MINUTE_MS, SECOND_MS } from '@millrace/base'
import { type EquipmentId, getEquipment } from '@millrace/plant'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import { type ArrivedSamples, listSignals } from '@millrace/telemetry'
import { type CaseMachine, type PlaceCache, recordCase } from './cases.ts'
import * as stateStore from './detector-state-store.ts'
import { type CaseEvent, MachineWatch, type WatchSnapshot } from './machine-watch.ts'
import { lastWords } from './past-events.ts'
import { copyOf, type SampleColumn } from './sample-order.ts'
import type { Sampling } from './signal-watch.ts'

/** Machines sample about once a second. */
const LIVE: Sampling = { intervalMs: SECOND_MS, historyMs: 0 }
const SAVE_MS = 2 * MINUTE_MS
/** What may wait for one machine while its watch is being opened. The oldest beyond it is not analysed (it is stored all the same). */
const WAITING_COLUMNS_MAX = 5000
/** Watches opened at the same time: a plant that comes online must not hold up those that are there. */
const OPENINGS_MAX = 2
/** A watch that could not be opened is not tried again before. */
const OPEN_AGAIN_MS = 5 * SECOND_MS
/** A finding that could not be written is tried again, each time after twice as long. */
const WRITE_TRIES_MAX = 6

interface Post {
  readonly key: string
  readonly enterpriseId: string
  readonly workUnitId: EquipmentId
  waiting: SampleColumn[]
  /** What is on watch, once it is open. */
  open: OpenPost | undefined
  opening: Promise<void> | undefined
  openAfterMs: number
  /** Events are written in order, one after the other. */
  recording: Promise<void>
}

interface OpenPost {
  readonly machine: CaseMachine
  readonly watch: MachineWatch
  changed: boolean
}

/**
 * Watches all machines of all enterprises whose samples arrive in this process: keeps a watch for each, hands it the
 * samples, and writes down what it says. Analysis never delays ingest: it works on what has been acknowledged, a machine at
 * a time, and lets others work in between.
 */
export class Watchtower {
  readonly #runtime: Runtime
  readonly #posts = new Map<string, Post>()
  /** Enterprises whose past is being lived through: live samples would come before the past they belong behind. */
  readonly #past = new Map<string, PlaceCache>()
  readonly #stop = new AbortController()
  #openings = 0
  #last: Post | undefined
  readonly #saving: NodeJS.Timeout
  #working: Promise<void> | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#saving = setInterval(() => {
      this.save().catch((error: unknown) => runtime.log.warn('What detectors learned could not be saved.', {}, error))
    }, SAVE_MS)
    this.#saving.unref()
  }

  /** Samples that were just acknowledged. Never blocks. */
  arrived({ enterpriseId, signal, column }: ArrivedSamples): void {
    if (this.#stop.signal.aborted || this.#past.has(enterpriseId)) return
    // The signals of a machine follow each other.
    const post = this.#lastOf(enterpriseId, signal.workUnitId) ?? this.#post(enterpriseId, signal.workUnitId)
    this.#last = post
    // A signal it does not know came after it was opened: it is opened anew, with what it learned.
    if (post.open && !post.open.watch.knows(signal.series)) this.#reopen(post)
    post.waiting.push(post.open ? post.open.watch.keep(column) : copyOf(column))
    if (post.waiting.length > WAITING_COLUMNS_MAX) post.waiting.shift()
    this.#poke()
  }

  /**
   * A part of the past, for machines that have one: detectors learn from it, and findings appear as they would have.
   *
   * @param columns by machine, newer than every part before.
   */
  async past(
    enterpriseId: string,
    columns: ReadonlyMap<EquipmentId, readonly SampleColumn[]>,
    sampling: Sampling,
  ): Promise<void> {
    const places: PlaceCache = this.#past.get(enterpriseId) ?? new Map()
    this.#past.set(enterpriseId, places)
    const said: { machine: CaseMachine; event: CaseEvent }[] = []
    for (const [workUnitId, own] of columns) {
      const post = this.#post(enterpriseId, workUnitId)
      if (!post.open) await this.#open(post, sampling)
      if (!post.open) continue
      const { machine, watch } = post.open
      post.open.changed = true
      for (const event of lastWords(watch.observe(own))) said.push({ machine, event })
      await breath()
    }
    if (said.length === 0) return
    await inContext(this.#runtime, systemActor(enterpriseId, 'insight.watch'), async (ctx) => {
      for (const { machine, event } of said) await recordCase(ctx, machine, event, places)
    })
  }

  /** The past is complete: what was learned goes on with live samples. */
  async present(enterpriseId: string): Promise<void> {
    for (const post of this.#postsOf(enterpriseId)) await this.#save(post)
    this.forget(enterpriseId)
  }

  /** Forgets an enterprise that is being removed, or that begins anew. */
  forget(enterpriseId: string): void {
    for (const post of this.#postsOf(enterpriseId)) this.#posts.delete(post.key)
    this.#past.delete(enterpriseId)
  }

  /** Saves what was learned and forgets it: another process may go on with some of these machines. */
  async handOver(): Promise<void> {
    const posts = [...this.#posts.values()].filter(({ enterpriseId }) => !this.#past.has(enterpriseId))
    await Promise.all(posts.map(({ recording }) => recording))
    await this.save()
    for (const post of posts) if (this.#posts.get(post.key) === post) this.#posts.delete(post.key)
  }

  async save(): Promise<void> {
    for (const post of [...this.#posts.values()]) if (!this.#past.has(post.enterpriseId)) await this.#save(post)
  }

  /** Analyses what has arrived, and saves what was learned. */
  async stop(): Promise<void> {
    clearInterval(this.#saving)
    this.#stop.abort()
    await this.#working
    const posts = [...this.#posts.values()]
    for (const post of posts) await post.opening
    for (const post of posts) {
      if (!post.open && post.waiting.length > 0) this.#beginOpen(post)
      await post.opening
      if (post.waiting.length > 0) this.#analyse(post)
    }
    await Promise.all(posts.map(({ recording }) => recording))
    await this.save()
  }

  #lastOf(enterpriseId: string, workUnitId: EquipmentId): Post | undefined {
    const last = this.#last
    const isIt = last?.workUnitId === workUnitId && last.enterpriseId === enterpriseId
    return isIt && this.#posts.get(last.key) === last ? last : undefined
  }

  #post(enterpriseId: string, workUnitId: EquipmentId): Post {
    const key = keyOf({ enterpriseId, workUnitId })
    const known = this.#posts.get(key)
    if (known) return known
    const waiting: SampleColumn[] = []
    const recording = Promise.resolve()
    const post = {
      key,
      enterpriseId,
      workUnitId,
      waiting,
      open: undefined,
      opening: undefined,
      openAfterMs: 0,
      recording,
    }
    this.#posts.set(key, post)
    return post
  }

  #postsOf(enterpriseId: string): Post[] {
    return [...this.#posts.values()].filter((post) => post.enterpriseId === enterpriseId)
  }

  #poke(): void {
    this.#working ??= this.#work()
      .catch((error: unknown) => this.#runtime.log.error('Analysis of arrived samples failed.', {}, error))
      .finally(() => {
        this.#working = undefined
        if (this.#ready().length > 0 && !this.#stop.signal.aborted) this.#poke()
      })
  }

  #ready(): Post[] {
    return [...this.#posts.values()].filter(({ waiting, open }) => waiting.length > 0 && open)
  }

  async #work(): Promise<void> {
    // The rest of a batch arrives in the same turn of the loop.
    await breath()
    for (;;) {
      const ready = this.#ready()
      for (const post of this.#posts.values()) if (post.waiting.length > 0 && !post.open) this.#beginOpen(post)
      if (ready.length === 0 || this.#stop.signal.aborted) return
      for (const post of ready) {
        this.#analyse(post)
        await breath()
      }
    }
  }

  #analyse(post: Post): void {
    const { open, waiting } = post
    if (!open) return
    post.waiting = []
    open.changed = true
    try {
      const events = open.watch.observe(waiting)
      if (events.length > 0) post.recording = post.recording.then(() => this.#record(post, open.machine, events))
    } catch (error) {
      this.#runtime.log.error(
        'A machine cannot be analysed; its watch begins anew.',
        { workUnitId: post.workUnitId },
        error,
      )
      this.#posts.delete(post.key)
    }
  }

  #beginOpen(post: Post): void {
    if (post.opening || performance.now() < post.openAfterMs || this.#openings >= OPENINGS_MAX) return
    this.#openings += 1
    post.opening = this.#open(post, LIVE).finally(() => {
      post.opening = undefined
      this.#openings -= 1
      // Also for those that had to wait for this one.
      if (!this.#stop.signal.aborted) this.#poke()
    })
  }

  async #open(post: Post, sampling: Sampling): Promise<void> {
    const { enterpriseId, workUnitId } = post
    try {
      post.open = await inContext(this.#runtime, systemActor(enterpriseId, 'insight.watch'), async (ctx) => {
        const equipment = await getEquipment(ctx, workUnitId)
        const signals = await listSignals(ctx, { workUnitId })
        // Written by ourselves from a snapshot; what is of another version is ignored.
        const saved = (await stateStore.findDetectorState(ctx.db, workUnitId)) as WatchSnapshot | undefined
        const watch = new MachineWatch({ kind: equipment.kind, signals }, sampling, saved)
        // What holds until it changes may not be said again for hours.
        if (!this.#past.has(enterpriseId)) {
          for (const { series, latest } of signals) if (latest) watch.remind(series, latest.value)
        }
        return { machine: { workUnitId, siteId: equipment.siteId }, watch, changed: false }
      })
    } catch (error) {
      post.openAfterMs = performance.now() + OPEN_AGAIN_MS
      this.#runtime.log.warn('A machine cannot be watched.', { workUnitId }, error)
    }
  }

  #reopen(post: Post): void {
    const { open } = post
    if (!open) return
    post.open = undefined
    post.opening = this.#saveOpen(post, open)
      .catch((error: unknown) => this.#runtime.log.warn('What detectors learned could not be saved.', {}, error))
      .then(() => this.#open(post, LIVE))
      .finally(() => {
        post.opening = undefined
        if (post.open && !this.#stop.signal.aborted) this.#poke()
      })
  }

  async #save(post: Post): Promise<void> {
    if (!post.open?.changed || this.#posts.get(post.key) !== post) return
    await this.#saveOpen(post, post.open)
  }

  async #saveOpen({ enterpriseId, workUnitId }: Post, open: OpenPost): Promise<void> {
    open.changed = false
    await inContext(this.#runtime, systemActor(enterpriseId, 'insight.watch'), (ctx) =>
      stateStore.saveDetectorState(ctx.db, workUnitId, open.watch.snapshot(), ctx.now),
    )
  }

  async #record(post: Post, machine: CaseMachine, events: readonly CaseEvent[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      if (this.#posts.get(post.key) !== post) return
      try {
        await inContext(this.#runtime, systemActor(post.enterpriseId, 'insight.watch'), async (ctx) => {
          for (const event of events) await recordCase(ctx, machine, event)
        })
        return
      } catch (error) {
        this.#runtime.log.error(
          'A finding could not be written down.',
          { workUnitId: machine.workUnitId, tries },
          error,
        )
        if (tries === WRITE_TRIES_MAX || this.#stop.signal.aborted) return
        await pause(SECOND_MS * 2 ** (tries - 1), undefined, { signal: this.#stop.signal }).catch(() => undefined)
      }
    }
  }
}

function keyOf({ enterpriseId, workUnitId }: { enterpriseId: string; workUnitId: EquipmentId }): string {
  return `${enterpriseId} ${workUnitId}`
}

/** Lets whatever else waits in this process go first. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
