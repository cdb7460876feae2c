import { type Instant, instant } from '@millrace/base'
import type { GatewayConfiguration, GatewayReport } from '@millrace/plant/contract'
import type { Discovery, Driver, DriverListener, Reading } from './driver.ts'
import { type Counted, type Log, messageOf } from './log.ts'
import { GrowingPause } from './pause.ts'

export type ConnectionSettings = GatewayConfiguration['connections'][number]

/** Makes the driver of a connection; loads the library of its protocol only then. */
export type DriverFactory = (settings: ConnectionSettings, listener: DriverListener) => Promise<Driver>

export type ConnectionState = GatewayReport['connections'][number]

/** What a connection tells the gateway. */
export type ConnectionListener = {
  readings: (connectionId: string, readings: readonly Reading[]) => void
  discovered: (connectionId: string, tags: readonly Discovery[]) => void
  lost: (connectionId: string) => void
  changed: () => void
}

const OPEN_TIMEOUT_MS = 20_000
const WATCH_TIMEOUT_MS = 20_000
const PAUSE_FIRST_MS = 500
const PAUSE_MAX_MS = 15_000

/** Keeps one conversation going: opens the driver, and again after every loss, with growing pauses. */
export class Connection {
  readonly settings: ConnectionSettings
  state: ConnectionState
  private readonly factory: DriverFactory
  private readonly listener: ConnectionListener
  private readonly log: Log
  private readonly counted: Counted
  private readonly stop = new AbortController()
  private addresses: readonly string[]
  private open: Driver | undefined
  private running: Promise<void> | undefined

  constructor(
    settings: ConnectionSettings,
    addresses: readonly string[],
    factory: DriverFactory,
    listener: ConnectionListener,
    log: Log,
    counted: Counted,
  ) {
    this.settings = settings
    this.addresses = addresses
    this.factory = factory
    this.listener = listener
    this.log = log
    this.counted = counted
    this.state = { connectionId: settings.id, state: 'connecting', sinceAt: now() }
  }

  start(): void {
    this.running ??= this.run()
  }

  /** The driver while the conversation stands. */
  get driver(): Driver | undefined {
    return this.open
  }

  /** Changes what is read. A driver that fails at it is opened anew. */
  async watch(addresses: readonly string[]): Promise<void> {
    if (sameList(addresses, this.addresses)) return
    this.addresses = addresses
    const driver = this.open
    if (!driver) return
    try {
      await driver.watch(addresses, AbortSignal.any([this.stop.signal, AbortSignal.timeout(WATCH_TIMEOUT_MS)]))
    } catch (error) {
      this.log.warn('A connection could not change what it reads.', {
        name: this.settings.name,
        reason: messageOf(error),
      })
      await driver.close()
    }
  }

  async close(): Promise<void> {
    this.stop.abort()
    await this.running
  }

  private async run(): Promise<void> {
    const { signal } = this.stop
    const pause = new GrowingPause(PAUSE_FIRST_MS, PAUSE_MAX_MS)
    while (!signal.aborted) {
      const reason = await this.converse(pause)
      if (signal.aborted) return
      if (this.state.state === 'connected') this.listener.lost(this.settings.id)
      this.become('failed', reason)
      await pause.wait(signal)
      if (!signal.aborted) this.become('connecting', reason)
    }
  }

  /** One conversation from open to loss. @returns why it ended. */
  private async converse(pause: GrowingPause): Promise<string> {
    const { signal } = this.stop
    const over = Promise.withResolvers<string>()
    const aborted = () => over.resolve('The gateway stops.')
    signal.addEventListener('abort', aborted, { once: true })
    const { id, name } = this.settings
    let driver: Driver | undefined
    try {
      driver = await this.factory(this.settings, {
        readings: (readings) => this.listener.readings(id, readings),
        discovered: (tags) => this.listener.discovered(id, tags),
        lost: (reason) => over.resolve(reason),
        refused: (reason) => this.counted.add('A device sent something that makes no sense.', `${name}: ${reason}`),
      })
      await driver.open(this.addresses, AbortSignal.any([signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]))
      this.open = driver
      pause.reset()
      this.become('connected')
      this.log.info('A connection stands.', { name })
      return await over.promise
    } catch (error) {
      return messageOf(error)
    } finally {
      this.open = undefined
      signal.removeEventListener('abort', aborted)
      await driver?.close().catch((error: unknown) => {
        this.log.warn('A connection did not close well.', { name, reason: messageOf(error) })
      })
    }
  }

  private become(state: ConnectionState['state'], detail?: string): void {
    const changed = this.state.state !== state || this.state.detail !== detail
    if (!changed) return
    const sinceAt = this.state.state === state ? this.state.sinceAt : now()
    if (state === 'failed') this.log.warn('A connection failed.', { name: this.settings.name, reason: detail ?? '' })
    this.state = { connectionId: this.settings.id, state, sinceAt, ...(detail === undefined ? {} : { detail }) }
    this.listener.changed()
  }
}

function now(): Instant {
  return instant(Date.now())
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index])
}
