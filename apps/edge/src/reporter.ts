import { instant, isProblem } from '@millrace/base'
import type { DiscoveredTag, GatewayReport } from '@millrace/plant/contract'
import { type Cloud, cloudUnreachable, problemText } from './cloud.ts'
import type { Discovery } from './driver.ts'
import type { Journal } from './journal.ts'
import type { Log } from './log.ts'
import { waitMs } from './pause.ts'

const EVERY_MS = 10_000

/** Changes in quick succession are one report. */
const GATHER_MS = 50
const RETRY_MS = 2_000
const DISCOVERED_AT_ONCE = 1_000
const DISCOVERED_MAX = 5_000

/** Tells the cloud how this gateway is: every ten seconds, and at once when something changed. */
export class Reporter {
  private readonly cloud: Cloud
  private readonly journal: Journal
  private readonly states: () => GatewayReport['connections']
  private readonly log: Log
  private readonly discovered = new Map<string, DiscoveredTag>()
  private readonly told = new Set<string>()
  private changes = 0
  private wake: () => void = () => undefined

  constructor(cloud: Cloud, journal: Journal, states: () => GatewayReport['connections'], log: Log) {
    this.cloud = cloud
    this.journal = journal
    this.states = states
    this.log = log
  }

  changed(): void {
    this.changes += 1
    this.wake()
  }

  /** Adds what was seen at a connection; each is told once while this process runs. */
  discover(connectionId: string, tags: readonly Discovery[]): void {
    for (const { address, name, kind, unit } of tags) {
      const key = `${connectionId} ${address}`
      if (this.told.has(key) || this.told.size >= DISCOVERED_MAX) continue
      if (address === '' || address.length > 500 || name === '') continue
      this.told.add(key)
      const tag = {
        connectionId: connectionId as DiscoveredTag['connectionId'],
        address,
        name: name.slice(0, 200),
        kind,
      }
      this.discovered.set(key, unit === undefined || unit === '' ? tag : { ...tag, unit })
    }
    if (this.discovered.size > 0) this.changed()
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await waitMs(GATHER_MS, signal)
      if (signal.aborted) return
      const before = this.changes
      const sent = await this.send(signal)
      if (!sent) await waitMs(RETRY_MS, signal)
      else if (this.changes === before && this.discovered.size === 0) await this.waitForChange(signal)
    }
  }

  private async send(signal: AbortSignal): Promise<boolean> {
    const found = [...this.discovered].slice(0, DISCOVERED_AT_ONCE)
    const { bytes, oldestAtMs, droppedSamples } = this.journal
    const report: GatewayReport = {
      connections: this.states(),
      journal: { bytes, oldestAt: oldestAtMs === undefined ? null : instant(oldestAtMs), droppedSamples },
      clockAheadMs: this.cloud.clock.aheadMs,
      ...(found.length > 0 ? { discovered: found.map(([, tag]) => tag) } : {}),
    }
    try {
      const answer = await this.cloud.send({
        method: 'POST',
        path: '/plant/gateways/self/reports',
        json: report,
        signal,
      })
      if (answer.status < 200 || answer.status >= 300) {
        this.log.warn('The server does not take the report.', { reason: problemText(answer) })
        return false
      }
    } catch (error) {
      if (isProblem(error, cloudUnreachable)) return false
      throw error
    }
    for (const [key] of found) this.discovered.delete(key)
    return true
  }

  private async waitForChange(signal: AbortSignal): Promise<void> {
    const changed = new Promise<void>((resolve) => {
      this.wake = resolve
    })
    const over = new AbortController()
    await Promise.race([changed, waitMs(EVERY_MS, AbortSignal.any([signal, over.signal]))])
    over.abort()
  }
}
