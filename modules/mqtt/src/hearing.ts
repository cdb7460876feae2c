import { epochMs, instant, now, SECOND_MS } from '@millrace/base'
import { discoverDirectly } from '@millrace/plant'
import type { DiscoveredTag, GatewayId } from '@millrace/plant/contract'
import { inContext, type Runtime, systemActor } from '@millrace/runtime'
import type { DirectListener } from '@millrace/telemetry'
import type { DeviceFault } from './contract.ts'
import { DEVICES_TOPIC } from './devices.ts'
import type { Reading } from './message-rules.ts'

/** A person who waits for a new address, or for why nothing comes, sees it about so soon. */
const TOLD_EVERY_MS = SECOND_MS
/** Addresses one device may make up, since the start of the server. */
const UNKNOWN_MAX = 1000
/** Different faults kept of one device, the newest. */
const FAULTS_MAX = 50
/** Devices whose words are remembered, those heard last. */
const DEVICES_MAX = 5000

type Tag = Omit<DiscoveredTag, 'connectionId'>
type Fault = Omit<DeviceFault, 'lastAt'> & { readonly lastMs: number }

interface Heard {
  readonly enterpriseId: string
  readonly unknown: Set<string>
  readonly faults: Map<string, Fault>
  untold: Tag[]
  hasUntoldFault: boolean
}

/** Remembers what devices said in vain: addresses without a signal, for a person to choose from, and faults. */
export class Hearing {
  private readonly runtime: Runtime
  private readonly heard = new Map<GatewayId, Heard>()
  private readonly timer: NodeJS.Timeout
  private telling: Promise<void> = Promise.resolve()

  constructor(runtime: Runtime) {
    this.runtime = runtime
    this.timer = setInterval(() => {
      this.telling = this.telling.then(() => this.tell())
    }, TOLD_EVERY_MS)
  }

  /** What the journal of a company tells. */
  listenerOf(enterpriseId: string): DirectListener {
    return {
      unknown: (gatewayId, reading) => this.unknown(enterpriseId, gatewayId as GatewayId, reading),
      unfit: (gatewayId, address, detail) => this.unfit(enterpriseId, gatewayId as GatewayId, address, detail),
    }
  }

  unfit(enterpriseId: string, id: GatewayId, address: string, detail: string): void {
    const heard = this.of(enterpriseId, id)
    const { faults } = heard
    const key = `${address} ${detail}`
    const count = (faults.get(key)?.count ?? 0) + 1
    if (count === 1) {
      heard.hasUntoldFault = true
      this.runtime.log.warn('A device said something that cannot be stored.', { id, address, detail })
    }
    // The newest stand last.
    faults.delete(key)
    faults.set(key, { address, detail, count, lastMs: epochMs(now()) })
    if (faults.size > FAULTS_MAX) for (const oldest of faults.keys().take(1)) faults.delete(oldest)
  }

  faultsOf(id: GatewayId): DeviceFault[] {
    const faults = [...(this.heard.get(id)?.faults.values() ?? [])]
    return faults.reverse().map(({ lastMs, ...fault }) => ({ ...fault, lastAt: instant(lastMs) }))
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.telling
  }

  private unknown(enterpriseId: string, id: GatewayId, { address, value }: Reading): void {
    const heard = this.of(enterpriseId, id)
    if (heard.unknown.has(address)) return
    const kind = kindOf(value)
    if (kind === undefined) this.unfit(enterpriseId, id, address, 'is no number, text, truth or list')
    else if (heard.unknown.size >= UNKNOWN_MAX) {
      this.unfit(enterpriseId, id, '', `has spoken of more than ${UNKNOWN_MAX} addresses without a signal`)
    } else {
      heard.unknown.add(address)
      heard.untold.push({ address, name: address.slice(0, NAME_LENGTH_MAX), kind })
    }
  }

  private of(enterpriseId: string, id: GatewayId): Heard {
    const known = this.heard.get(id)
    if (known) return known
    const heard: Heard = { enterpriseId, unknown: new Set(), faults: new Map(), untold: [], hasUntoldFault: false }
    this.heard.set(id, heard)
    if (this.heard.size > DEVICES_MAX) for (const oldest of this.heard.keys().take(1)) this.heard.delete(oldest)
    return heard
  }

  private async tell(): Promise<void> {
    for (const [id, heard] of this.heard) {
      const { enterpriseId } = heard
      if (heard.hasUntoldFault) {
        heard.hasUntoldFault = false
        this.runtime.live.publish(enterpriseId, DEVICES_TOPIC, { deviceId: id })
      }
      if (heard.untold.length === 0) continue
      const tags = heard.untold
      heard.untold = []
      try {
        await inContext(this.runtime, systemActor(enterpriseId, 'mqtt.discover'), (ctx) =>
          discoverDirectly(ctx, id, tags),
        )
        this.runtime.live.publish(enterpriseId, DEVICES_TOPIC, { deviceId: id })
      } catch (error) {
        // Said again, they are new again.
        for (const { address } of tags) heard.unknown.delete(address)
        this.runtime.log.warn('New addresses of a device could not be kept.', { id }, error)
      }
    }
  }
}

const NAME_LENGTH_MAX = 200

function kindOf(value: unknown): Tag['kind'] | undefined {
  if (typeof value === 'string') return 'text'
  if (Array.isArray(value)) return 'vector'
  return typeof value === 'object' && value !== null ? undefined : 'number'
}
