import { HOUR_MS, MINUTE_MS } from '@millrace/base'
import { type Context, inContext, type Runtime, systemActor, TRAIL_TOPIC } from '@millrace/runtime'
import { listTenants } from './enterprise-store.ts'
import { closeTrail, sealTrail, tellWitness } from './trail-seal.ts'

const PLACE_EVERY_MS = 2000
/** What other servers wrote and did not live to seal, and what somebody put in by hand, is found this often. */
const EVERYBODY_EVERY_MS = MINUTE_MS
/** Events of transactions that began very long ago are looked for this often. */
const WHOLE_EVERY_MS = HOUR_MS

/**
 * Seals trails. Only those that grew are looked at every two seconds, so that a company in which nothing happens costs next
 * to nothing.
 */
export class TrailSealer {
  readonly #runtime: Runtime
  /** Companies whose trail this process wrote to and that are not sealed to the end. */
  readonly #growing = new Set<string>()
  readonly #wholeAtMs = new Map<string, number>()
  #everybodyAtMs = Number.NEGATIVE_INFINITY
  readonly #stopHearing: () => void
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #isStopped = false

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#stopHearing = runtime.live.follow(TRAIL_TOPIC, (enterpriseId) => this.#growing.add(enterpriseId))
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.turn(performance.now()).finally(() => {
        this.#running = undefined
      })
    }, PLACE_EVERY_MS)
  }

  /** One look at every trail that needs one. Never rejects. @param atMs of a clock that only goes forward. */
  async turn(atMs: number): Promise<void> {
    try {
      const isEverybody = atMs - this.#everybodyAtMs >= EVERYBODY_EVERY_MS
      const companies = isEverybody ? await listTenants(this.#runtime.app.kysely) : [...this.#growing]
      if (isEverybody) this.#forgetAllBut(companies, atMs)
      for (const enterpriseId of companies) {
        if (this.#isStopped) return
        await this.#seal(enterpriseId, atMs, isEverybody)
      }
    } catch (error) {
      this.#runtime.log.warn('The trails could not be sealed now.', {}, error)
    }
  }

  /** A company that was removed leaves nothing here. */
  #forgetAllBut(companies: readonly string[], atMs: number): void {
    this.#everybodyAtMs = atMs
    const living = new Set(companies)
    for (const enterpriseId of this.#wholeAtMs.keys()) {
      if (!living.has(enterpriseId)) this.#wholeAtMs.delete(enterpriseId)
    }
  }

  async #seal(enterpriseId: string, atMs: number, isEverybody: boolean): Promise<void> {
    // Before it is looked at: what is written meanwhile counts for the next look.
    this.#growing.delete(enterpriseId)
    const isWhole =
      isEverybody && atMs - (this.#wholeAtMs.get(enterpriseId) ?? Number.NEGATIVE_INFINITY) >= WHOLE_EVERY_MS
    try {
      const { hasSigned, isSettled } = await this.#within(enterpriseId, 'identity.seal-trail', (ctx) =>
        sealTrail(ctx, isWhole ? 'whole' : 'recent'),
      )
      if (isWhole) this.#wholeAtMs.set(enterpriseId, atMs)
      // In a transaction of its own: the witness is told of what is committed.
      if (hasSigned || isEverybody) await this.#within(enterpriseId, 'identity.tell-witness', tellWitness)
      if (!isSettled) this.#growing.add(enterpriseId)
    } catch (error) {
      this.#growing.add(enterpriseId)
      this.#runtime.log.error('A trail could not be sealed.', { enterpriseId }, error)
    }
  }

  #within<T>(enterpriseId: string, name: string, act: (ctx: Context) => Promise<T>): Promise<T> {
    return inContext(this.#runtime, systemActor(enterpriseId, name), act)
  }

  /** Ends looking and closes every trail: all that is written is placed, signed and witnessed. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopHearing()
    clearInterval(this.#timer)
    await this.#running
    for (const enterpriseId of await listTenants(this.#runtime.app.kysely)) {
      try {
        await this.#within(enterpriseId, 'identity.close-trail', closeTrail)
        await this.#within(enterpriseId, 'identity.close-trail', tellWitness)
      } catch (error) {
        this.#runtime.log.error('A trail could not be closed.', { enterpriseId }, error)
      }
    }
  }
}
