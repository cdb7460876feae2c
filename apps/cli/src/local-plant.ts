import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Child, ChildOptions } from './child.ts'
import type { StartConfig } from './config.ts'
import type { ChildMessage, WantedGateway, WantedSimulator } from './messages.ts'

/** Programs by path: this app starts the others and imports none of them. */
export type Programs = {
  readonly server: string
  readonly simulator: string
  readonly edge: string
  readonly webDir: string
}

/** A child as the supervisor makes it: with a log of this name, and messages that are understood. */
export type LocalChild = Pick<
  ChildOptions,
  'name' | 'entry' | 'nodeOptions' | 'niceness' | 'environment' | 'onGiveUp'
> & {
  readonly logName: string
  readonly onMessage: (message: ChildMessage) => void
}

export type LocalPlantOptions = {
  readonly config: StartConfig
  readonly programs: Programs
  readonly newChild: (options: LocalChild) => Child
  /** Where gateways find the server now. */
  readonly cloudUrl: () => string
  readonly onEndpoints: (endpoints: Readonly<Record<string, string>>) => void
}

/** Both load for seconds while somebody waits for the first page. A gateway still has to hear of commands in time. */
const SIMULATOR_NICENESS = 10
const GATEWAY_NICENESS = 5

/** The seed of the demo's machines: the same company every time. */
const SIMULATOR_SEED = '1'

/** The part of the plant that runs on this machine: the simulator and the local gateways, as the server wants them. */
export class LocalPlant {
  readonly #options: LocalPlantOptions
  readonly #gateways = new Map<string, { child: Child; wanted: WantedGateway }>()
  /** Removed gateways that have not ended yet. */
  readonly #leaving = new Set<Child>()
  #simulator: Child | undefined
  /** The present of the world the simulator plays. */
  #anchorMs = 0
  #endpoints: Readonly<Record<string, string>> | undefined

  constructor(options: LocalPlantOptions) {
    this.#options = options
  }

  /** Where the simulator listens; undefined while it does not. */
  get endpoints(): Readonly<Record<string, string>> | undefined {
    return this.#endpoints
  }

  get children(): Child[] {
    const gateways = [...this.#gateways.values()].map(({ child }) => child)
    return [...gateways, ...this.#leaving, ...(this.#simulator ? [this.#simulator] : [])]
  }

  /** Starts what is wanted and not there, stops what is there and not wanted. */
  match(simulator: WantedSimulator, gateways: readonly WantedGateway[]): void {
    if (simulator) this.#runSimulator(simulator.anchorMs)
    else void this.#stopSimulator()

    for (const [id, { child }] of this.#gateways) {
      if (gateways.some((gateway) => gateway.id === id)) continue
      this.#gateways.delete(id)
      this.#leaving.add(child)
      void child.stop().then(() => this.#leaving.delete(child))
    }
    for (const wanted of gateways) this.#runGateway(wanted)
  }

  /** The server has another address. */
  restartGateways(): void {
    for (const { child } of this.#gateways.values()) child.restart()
  }

  /** Stops everything, gateways first: they have something to lose. */
  async stop(): Promise<void> {
    const gateways = [...this.#gateways.values()].map(({ child }) => child)
    await Promise.all([...gateways, ...this.#leaving].map((child) => child.stop()))
    await this.#stopSimulator()
  }

  #runSimulator(anchorMs: number): void {
    const isNewWorld = this.#anchorMs !== anchorMs
    this.#anchorMs = anchorMs
    this.#simulator ??= this.#newSimulator()
    if (isNewWorld) this.#simulator.restart()
    this.#simulator.start()
  }

  #newSimulator(): Child {
    const { config, programs, newChild, onEndpoints } = this.#options
    const directory = path.join(config.dataDir, 'simulator')
    return newChild({
      name: 'simulator',
      logName: 'simulator',
      entry: programs.simulator,
      niceness: SIMULATOR_NICENESS,
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
        onEndpoints(message.endpoints)
      },
    })
  }

  async #stopSimulator(): Promise<void> {
    this.#endpoints = undefined
    await this.#simulator?.stop()
  }

  #runGateway(wanted: WantedGateway): void {
    const running = this.#gateways.get(wanted.id)
    if (!running) {
      const child = this.#newGateway(wanted)
      this.#gateways.set(wanted.id, { child, wanted })
      child.start()
      return
    }
    const { enrolmentCode } = running.wanted
    const isNewCode = wanted.enrolmentCode !== undefined && wanted.enrolmentCode !== enrolmentCode
    // Enrolled means: the server has its key. The answer may have been lost, and the code brings it again.
    running.wanted = { ...(enrolmentCode !== undefined && { enrolmentCode }), ...wanted }
    // It waits with a code that has run out.
    if (isNewCode) running.child.restart()
  }

  #newGateway({ id, name }: WantedGateway): Child {
    const { config, programs, newChild, cloudUrl } = this.#options
    const directory = path.join(config.dataDir, 'edge', id)
    return newChild({
      name: `gateway "${name}"`,
      logName: `edge-${id}`,
      entry: programs.edge,
      niceness: GATEWAY_NICENESS,
      environment: async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        const code = this.#gateways.get(id)?.wanted.enrolmentCode
        return {
          ...config.inherited,
          MILLRACE_EDGE_DIR: directory,
          MILLRACE_CLOUD_URL: cloudUrl(),
          // Our own demo gateways trust the list they are offered first; any later one is confirmed by a person.
          MILLRACE_EDGE_CONFIRM: 'first',
          ...(code !== undefined && { MILLRACE_ENROLMENT_CODE: code }),
        }
      },
      onMessage: () => undefined,
    })
  }
}
