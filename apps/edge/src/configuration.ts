import { join } from 'node:path'
import { isProblem } from '@millrace/base'
import { GatewayConfiguration } from '@millrace/plant/contract'
import { Check } from 'typebox/value'
import { type Cloud, cloudUnreachable, problemText } from './cloud.ts'
import { readJson, replaceFile } from './files.ts'
import { type Log, messageOf } from './log.ts'
import { GrowingPause, waitMs } from './pause.ts'

const FILE = 'configuration.json'
const CONNECTIONS_MAX = 500
const TAGS_MAX = 20_000
const PAUSE_FIRST_MS = 500
const PAUSE_MAX_MS = 10_000

/** Asked for on its own now and then, should an event have been lost. */
const REFRESH_MS = 60_000

/**
 * Keeps the configuration: the last one from disk at once, so that a gateway works without the cloud; a newer one whenever the
 * cloud says so.
 */
export class ConfigurationFollower {
  private readonly dir: string
  private readonly cloud: Cloud
  private readonly log: Log
  private readonly apply: (configuration: GatewayConfiguration) => Promise<void>
  private revision: string | undefined
  private wanted = false
  private wake: () => void = () => undefined

  constructor(dir: string, cloud: Cloud, log: Log, apply: (configuration: GatewayConfiguration) => Promise<void>) {
    this.dir = dir
    this.cloud = cloud
    this.log = log
    this.apply = apply
  }

  /** The cloud has another revision. Without one: it may have. */
  changed(revision?: string): void {
    if (revision !== undefined && revision === this.revision) return
    this.wanted = true
    this.wake()
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.applyKept()
    const pause = new GrowingPause(PAUSE_FIRST_MS, PAUSE_MAX_MS)
    this.wanted = true
    while (!signal.aborted) {
      if (!this.wanted) await this.waitForChange(signal)
      if (signal.aborted) return
      this.wanted = false
      if (await this.fetch(signal)) pause.reset()
      else {
        this.wanted = true
        await pause.wait(signal)
      }
    }
  }

  private async applyKept(): Promise<void> {
    try {
      const json = await readJson(join(this.dir, FILE))
      if (json !== undefined) await this.take(json)
    } catch (error) {
      this.log.warn('The kept configuration cannot be used.', { reason: messageOf(error) })
    }
  }

  /** @returns whether the cloud answered. */
  private async fetch(signal: AbortSignal): Promise<boolean> {
    try {
      const answer = await this.cloud.send({ method: 'GET', path: '/plant/gateways/self/configuration', signal })
      if (answer.status !== 200) {
        this.log.warn('The server gives no configuration.', { reason: problemText(answer) })
        return false
      }
      const configuration = await this.take(answer.json)
      if (configuration) await replaceFile(join(this.dir, FILE), JSON.stringify(configuration))
      return true
    } catch (error) {
      if (!signal.aborted && !isProblem(error, cloudUnreachable)) {
        this.log.warn('The configuration cannot be used.', { reason: messageOf(error) })
      }
      return false
    }
  }

  /** @returns it, when it is a new one. */
  private async take(json: unknown): Promise<GatewayConfiguration | undefined> {
    const configuration = parseConfiguration(json)
    if (configuration.revision === this.revision) return undefined
    this.revision = configuration.revision
    this.log.info('A configuration is in force.', {
      revision: configuration.revision,
      connections: configuration.connections.length,
      tags: configuration.tags.length,
    })
    await this.apply(configuration)
    return configuration
  }

  private async waitForChange(signal: AbortSignal): Promise<void> {
    const changed = new Promise<void>((resolve) => {
      this.wake = resolve
    })
    const over = new AbortController()
    await Promise.race([changed, waitMs(REFRESH_MS, AbortSignal.any([signal, over.signal]))])
    over.abort()
  }
}

/** @throws Error when it is no configuration, or one beyond what a gateway takes. */
export function parseConfiguration(json: unknown): GatewayConfiguration {
  if (!Check(GatewayConfiguration, json)) throw new Error('The server sent something that is no configuration.')
  if (json.connections.length > CONNECTIONS_MAX || json.tags.length > TAGS_MAX) {
    throw new Error('The configuration has more connections or tags than a gateway takes.')
  }
  return json
}
