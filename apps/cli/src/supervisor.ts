import { mkdir } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import path from 'node:path'
import { announcement, type SignIns } from './announcement.ts'
import { Child } from './child.ts'
import type { StartConfig } from './config.ts'
import { Database } from './database.ts'
import { type LocalChild, LocalPlant, type Programs } from './local-plant.ts'
import { type ChildMessage, parseChildMessage } from './messages.ts'
import { choosePort } from './ports.ts'
import { identify, type ProcessIdentity } from './process-identity.ts'
import type { RunningLock } from './running-lock.ts'

/**
 * Every sample leaves a few numbers behind in the detectors, which each collection of young garbage has to copy: the more room
 * it has, the more rarely that is. In MiB; used only when there is so much to do.
 */
const SERVER_OPTIONS = ['--max-semi-space-size=32']

/**
 * The C library keeps what a thread gives back for that thread; searches each have one of their own. With few arenas it is used again,
 * which makes about 50 MiB with the demo. Only glibc knows this.
 */
const SERVER_MEMORY = { MALLOC_ARENA_MAX: '2' }

export type SupervisorOptions = {
  readonly config: StartConfig
  readonly programs: Programs
  readonly lock: RunningLock
  readonly say: (line: string) => void
  /** Something could not be kept running; the reason is one sentence. Everything should be stopped then. */
  readonly onGiveUp: (reason: string) => void
}

/** Demo people are announced by the server; without them, the address alone is printed after this long. */
const SIGN_INS_WAIT_MS = 90_000

/**
 * Keeps one installation running: database, server, and on the server's word the simulator and the local gateways.
 * Stops them in the order in which data flow: gateways, simulator, server, database.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #database: Database
  readonly #plant: LocalPlant
  #server: Child | undefined
  #databaseUrl = ''
  #port: number
  #url: string | undefined
  #signIns: SignIns | undefined
  #isAnnounced = false
  #announcing: NodeJS.Timeout | undefined
  #isStopping = false
  #stopping: Promise<void> | undefined

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#port = options.config.port
    this.#database = new Database({
      dataDir: path.join(options.config.dataDir, 'database'),
      externalUrl: options.config.databaseUrl,
      say: options.say,
      onUrl: (url) => this.#onDatabaseUrl(url),
      onGiveUp: (reason) => options.onGiveUp(`The database cannot be kept running: ${reason}`),
    })
    this.#plant = new LocalPlant({
      config: options.config,
      programs: options.programs,
      cloudUrl: () => localUrl(options.config.host, this.#port),
      newChild: (child) => this.#newChild(child),
      onEndpoints: (endpoints) => this.#server?.send({ type: 'simulator', endpoints }),
    })
  }

  /** @throws a Problem with one sentence that says what to do */
  async start(): Promise<void> {
    const { config, programs, say } = this.#options
    await mkdir(path.join(config.dataDir, 'logs'), { recursive: true, mode: 0o700 })
    await this.#takePort()

    say('Starting the database.')
    this.#databaseUrl = await this.#database.start()
    if (this.#isStopping) return

    say('Starting the server.')
    let isAgain = false
    this.#server = this.#newChild({
      name: 'server',
      logName: 'server',
      entry: programs.server,
      nodeOptions: SERVER_OPTIONS,
      environment: async () => {
        // Somebody else may have taken the port since it was looked at: after a crash, or starting at the same moment.
        if (isAgain) await this.#takePort()
        isAgain = true
        return this.#serverEnvironment()
      },
      onMessage: (message) => this.#onServer(message),
      onGiveUp: (reason) => {
        const log = path.join(config.dataDir, 'logs', 'server.log')
        this.#options.onGiveUp(`The server stops as soon as it is started: ${reason} (see ${log}).`)
      },
    })
    this.#server.start()
  }

  /** Stops everything in order. A second call waits for the first. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.#stopping ??= this.#stopInOrder()
    return this.#stopping
  }

  /** Ends everything at once; the next start recovers. */
  async kill(): Promise<void> {
    this.#isStopping = true
    for (const child of this.#children()) child.kill()
    await this.#database.kill()
    await this.#options.lock.release()
  }

  async #stopInOrder(): Promise<void> {
    clearTimeout(this.#announcing)
    await this.#plant.stop()
    await this.#server?.stop()
    await this.#database.stop()
    await this.#options.lock.release()
  }

  async #takePort(): Promise<void> {
    const { config, say } = this.#options
    const port = await choosePort(config.host, this.#port, config.isPortAsked)
    if (port !== this.#port) say(`Port ${this.#port} is taken by another program: using ${port}.`)
    this.#port = port
  }

  #serverEnvironment(): Record<string, string> {
    const { config, programs } = this.#options
    return {
      ...SERVER_MEMORY,
      ...config.inherited,
      MILLRACE_DATABASE_URL: this.#databaseUrl,
      MILLRACE_DATA_DIR: config.dataDir,
      MILLRACE_HOST: config.host,
      MILLRACE_PORT: String(this.#port),
      MILLRACE_DEMO: config.isDemo ? 'on' : 'off',
      MILLRACE_WEB_DIR: programs.webDir,
    }
  }

  #onServer(message: ChildMessage): void {
    if (this.#isStopping) return
    if (message.type === 'listening') this.#onListening(message.url)
    if (message.type === 'progress') this.#options.say(message.text)
    if (message.type === 'wants') this.#plant.match(message.simulator, message.gateways)
    if (message.type === 'signIns') {
      this.#signIns = message
      this.#announce()
    }
  }

  #onListening(url: string): void {
    this.#server?.works()
    const hasMoved = this.#url !== undefined && this.#url !== url
    this.#url = url
    this.#rememberChildren()
    if (this.#plant.endpoints) this.#server?.send({ type: 'simulator', endpoints: this.#plant.endpoints })
    if (hasMoved) {
      this.#options.say(`Millrace is now at ${url}`)
      this.#plant.restartGateways()
    }
    if (this.#options.config.isDemo) this.#announcing ??= setTimeout(() => this.#announce(true), SIGN_INS_WAIT_MS)
    this.#announce()
  }

  #announce(evenWithoutPeople = !this.#options.config.isDemo): void {
    if (this.#isAnnounced || this.#url === undefined || !(this.#signIns || evenWithoutPeople)) return
    clearTimeout(this.#announcing)
    this.#isAnnounced = true
    // Normally written at the end, which may be a kill: the next start should be quick in any case.
    flushCompileCache()
    this.#options.say(announcement(this.#url, this.#options.config.isDemo, this.#signIns))
  }

  #onDatabaseUrl(url: string): void {
    if (url === this.#databaseUrl) return
    this.#databaseUrl = url
    this.#server?.restart()
  }

  #newChild(options: LocalChild): Child {
    const { config, say } = this.#options
    return new Child({
      ...options,
      say,
      logPath: path.join(config.dataDir, 'logs', `${options.logName}.log`),
      onChange: () => this.#rememberChildren(),
      onMessage: (value) => {
        const message = parseChildMessage(value)
        if (message) options.onMessage(message)
      },
    })
  }

  #children(): Child[] {
    return this.#server ? [...this.#plant.children, this.#server] : this.#plant.children
  }

  // If we are killed, the next start sees to it that none of them is left.
  #rememberChildren(): void {
    if (this.#isStopping) return
    const pids = this.#children().flatMap((child) => child.pid ?? [])
    void Promise.all(pids.map(identify)).then((found) => {
      const children = found.filter((one): one is ProcessIdentity => one !== undefined)
      if (!this.#isStopping) return this.#options.lock.update(this.#url, children)
    })
  }
}

// A server on all addresses is reached on this machine by loopback.
function localUrl(host: string, port: number): string {
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const name = isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
