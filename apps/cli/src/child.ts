import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { LogDigest } from './log-digest.ts'
import { LogFile } from './log-file.ts'
import type { SupervisorMessage } from './messages.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** Who has worked for longer than this has not crashed quickly, and begins again with the shortest pause. */
const QUICK_MS = 5000
const QUICK_CRASHES_MAX = 5
/** How long a child may take to stop in order. */
const GRACE_MS = 12_000
const WORDS_AFTER_END_MS = 200

export type ChildOptions = {
  /** For sentences: `server`, `gateway "Sursee"`. */
  readonly name: string
  readonly entry: string
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[]
  /** How far it lets others go first, as for nice(1): 0 unless said. */
  readonly niceness?: number
  readonly logPath: string
  /** Asked at every start. */
  readonly environment: () => Promise<Record<string, string>>
  readonly onMessage: (message: unknown) => void
  readonly say: (line: string) => void
  /** Told when its process came or went. */
  readonly onChange: () => void
  /**
   * After five quick crashes; without it, starting goes on for ever, with the longest pause. Who has it says when it works
   * ({@link Child.works}); until then every crash is a quick one, however long the start took.
   */
  readonly onGiveUp?: (reason: string) => void
}

/**
 * A child process that is started again with growing pauses whenever it ends without being told to.
 * Its output goes to a log of bounded size.
 */
export class Child {
  readonly #options: ChildOptions
  readonly #log: LogFile
  #process: ChildProcess | undefined
  #pause: NodeJS.Timeout | undefined
  #quickCrashes = 0
  /** Since when it does its work; undefined while it is starting. */
  #worksSinceMs: number | undefined
  #isWanted = false
  /** Counts what was asked for: a launch that was overtaken by a stop does not take place. */
  #turn = 0
  #stopping: Promise<void> = Promise.resolve()
  #isGivenUp = false

  constructor(options: ChildOptions) {
    this.#options = options
    this.#log = new LogFile(options.logPath, () =>
      options.say(`The log ${options.logPath} can no longer be written: is the disk full?`),
    )
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts it; one that is still stopping, afterwards: two must never share a folder. */
  start(): void {
    if (this.#isWanted) return
    this.#isWanted = true
    const turn = ++this.#turn
    void this.#stopping.then(() => this.#launch(turn))
  }

  /** It has started and does its work. */
  works(): void {
    this.#worksSinceMs ??= performance.now()
  }

  send(message: SupervisorMessage): void {
    // The callback takes the failure: a child that is just ending does not hear us, and is started anew anyway.
    if (this.#process?.connected) this.#process.send(message, () => undefined)
  }

  /** Stops it and starts it again with a fresh environment; does nothing to one that was stopped. */
  restart(): void {
    if (!this.#isWanted) return
    void this.stop()
    this.#quickCrashes = 0
    this.start()
  }

  /** Stops it in order; kills it when it takes too long. Safe to call twice. */
  stop(): Promise<void> {
    this.#isWanted = false
    this.#turn++
    clearTimeout(this.#pause)
    this.#stopping = this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    const running = this.#process
    if (!running || hasEnded(running)) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    this.send({ type: 'stop' })
    const impatience = setTimeout(() => {
      this.#options.say(`The ${this.#options.name} does not stop: ending it.`)
      running.kill('SIGKILL')
    }, GRACE_MS)
    await ended
    clearTimeout(impatience)
  }

  /** Ends it at once. */
  kill(): void {
    this.#isWanted = false
    this.#turn++
    clearTimeout(this.#pause)
    this.#process?.kill('SIGKILL')
  }

  async #launch(turn: number): Promise<void> {
    if (turn !== this.#turn) return
    this.#worksSinceMs = this.#options.onGiveUp ? undefined : performance.now()
    let environment: Record<string, string>
    try {
      environment = await this.#options.environment()
    } catch (error) {
      if (turn === this.#turn) this.#afterEnd(error instanceof Error ? error.message : String(error))
      return
    }
    if (turn !== this.#turn) return
    const digest = this.#newDigest()
    const child = fork(this.#options.entry, [], {
      env: environment,
      execArgv: [...(this.#options.nodeOptions ?? [])],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#process = child
    const { niceness } = this.#options
    if (niceness !== undefined && child.pid !== undefined) giveWay(child.pid, niceness)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log.write(chunk)
        digest.read(chunk.toString('utf8'))
      })
    }
    child.on('message', (message) => {
      if (this.#process === child) this.#options.onMessage(message)
    })
    child.once('error', (error) => this.#onEnd(child, error.message))
    child.once('exit', (code, signal) => {
      // What it said last is still on its way through the pipe.
      setTimeout(() => {
        this.#onEnd(child, digest.lastWords || (signal ? `ended by ${signal}` : `exit code ${code}`))
      }, WORDS_AFTER_END_MS)
    })
    this.#options.onChange()
  }

  #onEnd(child: ChildProcess, reason: string): void {
    if (this.#process !== child) return
    this.#process = undefined
    this.#options.onChange()
    this.#afterEnd(reason)
  }

  #afterEnd(reason: string): void {
    if (!this.#isWanted || this.#isGivenUp) return

    const isQuick = this.#worksSinceMs === undefined || performance.now() - this.#worksSinceMs < QUICK_MS
    this.#quickCrashes = isQuick ? this.#quickCrashes + 1 : 1
    if (this.#options.onGiveUp && this.#quickCrashes >= QUICK_CRASHES_MAX) {
      this.#isGivenUp = true
      this.#options.onGiveUp(reason)
      return
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.#quickCrashes - 1), LONGEST_PAUSE_MS)
    this.#options.say(
      `The ${this.#options.name} stopped unexpectedly (${reason}): starting it again in ${pauseMs / 1000} s.`,
    )
    this.#pause = setTimeout(() => void this.#launch(this.#turn), pauseMs)
  }

  #newDigest(): LogDigest {
    return new LogDigest((sentence, unsaidCount) => {
      const more = unsaidCount > 0 ? ` (and ${unsaidCount} more errors before)` : ''
      this.#options.say(`The ${this.#options.name} reports: ${sentence}${more}; see ${this.#options.logPath}.`)
    })
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Before it has threads, which take it over. */
function giveWay(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness)
  } catch {
    // It has ended already, or the system does not let us: then it is as quick as the others.
  }
}
