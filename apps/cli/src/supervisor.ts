import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { announcement, type SignIns } from './announcement.ts'
import { Child, type ChildOptions } from './child.ts'
import type { StartConfig } from './config.ts'
import { Database } from './database.ts'
import { type ChildMessage, parseChildMessage, type WantedGateway, type WantedSimulator } from './messages.ts'
import { choosePort } from './ports.ts'
import { identify, type ProcessIdentity } from './process-identity.ts'
import type { RunningLock } from './running-lock.ts'

/** Programs by path: this app starts the others and imports none of them. */
export type Programs = {
  readonly server: string
  readonly simulator: string
  readonly edge: string
  readonly webDir: string
}

export type SupervisorOptions = {
  readonly config: StartConfig
  readonly programs: Programs
  readonly lock: RunningLock
  readonly say: (line: string) => void
  /** Something could not be kept running; the reason is one sentence. Everything should be stopped then. */
  readonly onGiveUp: (reason: string) => void
}

/** The seed of the demo's machines: the same company every time. */
const SIMULATOR_SEED = '1'
/** Demo people are announced by the server; without them, the address alone is printed after this long. */
const SIGN_INS_WAIT_MS = 90_000

/**
 * Keeps one installation running: database, server, and on the server's word the simulator and the local gateways.
 * Stops them in the order in which data flow: gateways, simulator, server, database.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #database: Database
  readonly #gateways = new Map<string, { child: Child; wanted: WantedGateway }>()
  #server: Child | undefined
  #simulator: Child | undefined
  /** The present of the world the simulator plays. */
  #anchorMs = 0
  #databaseUrl = ''
  #port: number
  #url: string | undefined
  #endpoints: Readonly<Record<string, string>> | undefined
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
    this.#server = this.#newChild({
      name: 'server',
      logName: 'server',
      entry: programs.server,
      environment: async () => {
        // After a crash, somebody else may have taken the port.
        if (this.#url !== undefined) await this.#takePort()
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
    await Promise.all([...this.#gateways.values()].map(({ child }) => child.stop()))
    await this.#simulator?.stop()
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
    if (message.type === 'wants') this.#onWants(message.simulator, message.gateways)
    if (message.type === 'signIns') {
      this.#signIns = message
      this.#announce()
    }
  }

  #onListening(url: string): void {
    const hasMoved = this.#url !== undefined && this.#url !== url
    this.#url = url
    this.#rememberChildren()
    if (this.#endpoints) this.#server?.send({ type: 'simulator', endpoints: this.#endpoints })
    if (hasMoved) {
      this.#options.say(`Millrace is now at ${url}`)
      for (const { child } of this.#gateways.values()) void child.restart()
    }
    if (this.#options.config.isDemo) this.#announcing ??= setTimeout(() => this.#announce(true), SIGN_INS_WAIT_MS)
    this.#announce()
  }

  #announce(evenWithoutPeople = !this.#options.config.isDemo): void {
    if (this.#isAnnounced || this.#url === undefined || !(this.#signIns || evenWithoutPeople)) return
    clearTimeout(this.#announcing)
    this.#isAnnounced = true
    this.#options.say(announcement(this.#url, this.#options.config.isDemo, this.#signIns))
  }

  // Starts what is wanted and not there, stops what is there and not wanted.
  #onWants(simulator: WantedSimulator, gateways: readonly WantedGateway[]): void {
    if (simulator) this.#startSimulator(simulator.anchorMs)
    else if (this.#simulator) this.#stopSimulator(this.#simulator)

    for (const [id, { child }] of this.#gateways) {
      if (gateways.some((gateway) => gateway.id === id)) continue
      this.#gateways.delete(id)
      void child.stop()
    }
    for (const wanted of gateways) this.#startGateway(wanted)
  }

  #startSimulator(anchorMs: number): void {
    const isNewWorld = this.#anchorMs !== anchorMs
    this.#anchorMs = anchorMs
    if (this.#simulator) {
      if (isNewWorld) void this.#simulator.restart()
      return
    }
    const { config, programs } = this.#options
    const directory = path.join(config.dataDir, 'simulator')
    this.#simulator = this.#newChild({
      name: 'simulator',
      logName: 'simulator',
      entry: programs.simulator,
      environment: async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        return {
          ...config.inherited,
          MILLRACE_SIMULATOR_DIR: directory,
          MILLRACE_SIMULATOR_SEED: SIMULATOR_SEED,
          MILLRACE_SIMULATOR_ANCHOR: String(this.#anchorMs),
        }
      },
      onMessage: (message) => {
        if (message.type !== 'ready') return
        this.#endpoints = message.endpoints
        this.#server?.send({ type: 'simulator', endpoints: message.endpoints })
      },
    })
    this.#simulator.start()
  }

  #stopSimulator(simulator: Child): void {
    this.#simulator = undefined
    this.#endpoints = undefined
    void simulator.stop()
  }

  #startGateway(wanted: WantedGateway): void {
    const running = this.#gateways.get(wanted.id)
    if (running) {
      const isNewCode = wanted.enrolmentCode !== undefined && wanted.enrolmentCode !== running.wanted.enrolmentCode
      running.wanted = wanted
      // It waits with a code that has run out.
      if (isNewCode) void running.child.restart()
      return
    }
    const { config, programs } = this.#options
    const directory = path.join(config.dataDir, 'edge', wanted.id)
    const child = this.#newChild({
      name: `gateway "${wanted.name}"`,
      logName: `edge-${wanted.id}`,
      entry: programs.edge,
      environment: async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        const code = this.#gateways.get(wanted.id)?.wanted.enrolmentCode
        return {
          ...config.inherited,
          MILLRACE_EDGE_DIR: directory,
          MILLRACE_CLOUD_URL: this.#localUrl(),
          // Our own demo gateways trust the list they are offered first; any later one is confirmed by a person.
          MILLRACE_EDGE_CONFIRM: 'first',
          ...(code !== undefined && { MILLRACE_ENROLMENT_CODE: code }),
        }
      },
      onMessage: () => undefined,
    })
    this.#gateways.set(wanted.id, { child, wanted })
    child.start()
  }

  // A server on all addresses is reached on this machine by loopback.
  #localUrl(): string {
    const { host } = this.#options.config
    const isEverywhere = host === '0.0.0.0' || host === '::'
    const name = isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
    return `http://${name}:${this.#port}`
  }

  #onDatabaseUrl(url: string): void {
    if (url === this.#databaseUrl) return
    this.#databaseUrl = url
    void this.#server?.restart()
  }

  #newChild(
    options: Pick<ChildOptions, 'name' | 'entry' | 'environment' | 'onGiveUp'> & {
      logName: string
      onMessage: (message: ChildMessage) => void
    },
  ): Child {
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
    const gateways = [...this.#gateways.values()].map(({ child }) => child)
    return [...gateways, this.#simulator, this.#server].filter((child) => child !== undefined)
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
