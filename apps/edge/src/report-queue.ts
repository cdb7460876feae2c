import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isProblem } from '@millrace/base'
import type { CommandReport } from '@millrace/control/contract'
import { type Cloud, cloudUnreachable, problemText } from './cloud.ts'
import { readJson } from './files.ts'
import type { Log } from './log.ts'
import { GrowingPause } from './pause.ts'

type Report = { commandId: string; step: CommandReport }

/** More than this many unsent reports are no news any more; the oldest go. */
const REPORTS_MAX = 5_000
const PAUSE_FIRST_MS = 200
const PAUSE_MAX_MS = 10_000

/** Reports of commands, one file each until the cloud has accepted it, sent in the order in which things happened. */
export class ReportQueue {
  private readonly dir: string
  private readonly cloud: Cloud
  private readonly log: Log
  private waiting: { file: string; report: Report }[] = []
  private next = 1
  private wake: () => void = () => undefined

  private constructor(dir: string, cloud: Cloud, log: Log) {
    this.dir = join(dir, 'reports')
    this.cloud = cloud
    this.log = log
  }

  static async open(dir: string, cloud: Cloud, log: Log): Promise<ReportQueue> {
    const queue = new ReportQueue(dir, cloud, log)
    await mkdir(queue.dir, { recursive: true, mode: 0o700 })
    const files = (await readdir(queue.dir)).filter((file) => /^\d{12}\.json$/.test(file)).sort()
    for (const file of files) {
      queue.next = Number(file.slice(0, 12)) + 1
      const report = reportOf(await readJson(join(queue.dir, file)).catch(() => undefined))
      if (report) queue.waiting.push({ file, report })
      else await rm(join(queue.dir, file), { force: true })
    }
    return queue
  }

  async add(report: Report): Promise<void> {
    const file = `${String(this.next).padStart(12, '0')}.json`
    this.next += 1
    const path = join(this.dir, file)
    await writeFile(`${path}.new`, JSON.stringify(report), { mode: 0o600 })
    await rename(`${path}.new`, path)
    this.waiting.push({ file, report })
    if (this.waiting.length > REPORTS_MAX) await this.drop()
    this.wake()
  }

  /** Sends until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const pause = new GrowingPause(PAUSE_FIRST_MS, PAUSE_MAX_MS)
    signal.addEventListener('abort', () => this.wake(), { once: true })
    while (!signal.aborted) {
      const first = this.waiting[0]
      if (!first) {
        await new Promise<void>((resolve) => {
          this.wake = resolve
        })
      } else if (await this.send(first.report, signal)) {
        pause.reset()
        if (this.waiting[0] === first) await this.drop()
      } else await pause.wait(signal)
    }
  }

  /** @returns whether the cloud needs this report no more. */
  private async send({ commandId, step }: Report, signal: AbortSignal): Promise<boolean> {
    try {
      const path = `/control/commands/${commandId}/reports`
      const answer = await this.cloud.send({ method: 'POST', path, json: step, signal })
      if (answer.status >= 200 && answer.status < 300) return true
      const later = answer.status >= 500 || answer.status === 401 || answer.status === 408 || answer.status === 429
      if (!later) this.log.warn('The server does not want a report.', { commandId, reason: problemText(answer) })
      return !later
    } catch (error) {
      if (isProblem(error, cloudUnreachable)) return false
      throw error
    }
  }

  private async drop(): Promise<void> {
    const first = this.waiting.shift()
    if (first) await rm(join(this.dir, first.file), { force: true })
  }
}

function reportOf(json: unknown): Report | undefined {
  if (typeof json !== 'object' || json === null || !('commandId' in json) || !('step' in json)) return undefined
  const { commandId, step } = json as Partial<Report>
  return typeof commandId === 'string' && step ? { commandId, step } : undefined
}
