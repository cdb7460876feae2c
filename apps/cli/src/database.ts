import { setTimeout as pause } from 'node:timers/promises'
import { isProblem } from '@millrace/base'
import { databaseDiskFull, type EmbeddedPostgres, reachDatabase, startEmbeddedPostgres } from '@millrace/db/embedded'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 10_000
/** One that has answered for longer than this has not crashed quickly. */
const QUICK_MS = 5000
const QUICK_CRASHES_MAX = 5
/** Between two looks whether a full disk has space again. */
const FULL_PAUSE_MS = 2000
/** How long a start in progress may hold up a person who does not want to wait. */
const KILL_WAIT_MS = 10_000

export type DatabaseOptions = {
  readonly dataDir: string
  /** Undefined for the built-in one. */
  readonly externalUrl: string | undefined
  readonly say: (line: string) => void
  /** The built-in database came back after a crash, at this address. */
  readonly onUrl: (url: string) => void
  readonly onGiveUp: (reason: string) => void
}

/** The database of one installation: somebody else's that only has to answer, or ours, kept running. */
export class Database {
  readonly #options: DatabaseOptions
  #embedded: EmbeddedPostgres | undefined
  #starting: Promise<unknown> = Promise.resolve()
  #isWanted = true

  constructor(options: DatabaseOptions) {
    this.#options = options
  }

  /** @returns the address for the server. @throws a Problem with one sentence that says what to do */
  async start(): Promise<string> {
    const { externalUrl } = this.#options
    if (externalUrl !== undefined) {
      await reachDatabase(externalUrl)
      return externalUrl
    }
    const embedded = await this.#launch()
    void this.#keepRunning(embedded)
    return embedded.url
  }

  async stop(): Promise<void> {
    this.#isWanted = false
    await this.#starting
    await this.#embedded?.stop()
  }

  async kill(): Promise<void> {
    this.#isWanted = false
    // A server that is being started cannot be named yet; leaving it behind would be worse than waiting.
    await Promise.race([this.#starting, pause(KILL_WAIT_MS, undefined, { ref: false })])
    await this.#embedded?.kill()
  }

  async #launch(): Promise<EmbeddedPostgres> {
    const launch = startEmbeddedPostgres({ dataDir: this.#options.dataDir, onLog: this.#options.say })
    this.#starting = launch.catch(() => undefined)
    this.#embedded = await launch
    return this.#embedded
  }

  /** A full disk is nothing to give up for: gateways keep their samples until somebody has made space. */
  async #launchWhenThereIsSpace(): Promise<EmbeddedPostgres | undefined> {
    for (let tries = 0; this.#isWanted; tries++) {
      try {
        return await this.#launch()
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (!isProblem(error, databaseDiskFull)) {
          this.#options.onGiveUp(reason)
          return undefined
        }
        if (tries === 0) {
          const { folder } = error.data
          this.#options.say(`The disk that holds ${folder} is full: the database is started again once there is space.`)
        }
        await pause(FULL_PAUSE_MS)
      }
    }
    return undefined
  }

  async #keepRunning(first: EmbeddedPostgres): Promise<void> {
    let embedded = first
    for (let crashes = 0; this.#isWanted; ) {
      const startedAtMs = performance.now()
      await embedded.gone
      if (!this.#isWanted) return
      crashes = performance.now() - startedAtMs < QUICK_MS ? crashes + 1 : 1
      if (crashes > QUICK_CRASHES_MAX) return this.#options.onGiveUp('it stopped again and again')

      this.#options.say('The database stopped unexpectedly: starting it again.')
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** (crashes - 1), LONGEST_PAUSE_MS))
      const again = await this.#launchWhenThereIsSpace()
      if (!again) return
      embedded = again
      if (this.#isWanted) this.#options.onUrl(embedded.url)
    }
  }
}
