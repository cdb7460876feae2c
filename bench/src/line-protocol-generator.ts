import { Agent, request } from 'node:http'

// The plant's side of a peer: the same samples in line protocol, a process of its own.

export interface LineOrder {
  /** Where lines are posted, with times in milliseconds. */
  readonly url: string
  readonly signals: number
  readonly startMs: number
  readonly lengthMs: number
  /** Lines of a batch by time, as an agent reads its signals in turn, or by signal, as it would after sorting them. */
  readonly arrangement: 'by-time' | 'by-signal'
}

export interface LineReport {
  readonly samples: number
  readonly tookMs: number
}

const CONNECTIONS = 4
const PERIOD_MS = 100
/** The signals of one gateway, and as many samples of each as make the 10,000 lines these databases are told to be given at once. */
const BATCH_SIGNALS = 500
const BATCH_SAMPLES = 20
const TIMEOUT_MS = 60_000

/** Lines of some signals, in which only the times are written anew. */
class Template {
  private readonly body: Buffer
  /** Where the time of each line stands, by sample. */
  private readonly places: Int32Array[]
  private timeMs: number

  constructor(firstSignal: number, { startMs, arrangement }: LineOrder) {
    this.timeMs = startMs
    const levels = Array.from({ length: BATCH_SIGNALS }, () => 20 + Math.random() * 60)
    const places = Array.from({ length: BATCH_SAMPLES }, () => new Int32Array(BATCH_SIGNALS))
    const lines: string[] = []
    let at = 0
    for (let index = 0; index < BATCH_SIGNALS * BATCH_SAMPLES; index += 1) {
      const byTime = arrangement === 'by-time'
      const signal = byTime ? index % BATCH_SIGNALS : Math.floor(index / BATCH_SAMPLES)
      const sample = byTime ? Math.floor(index / BATCH_SIGNALS) : index % BATCH_SAMPLES
      const value = (levels[signal] ?? 0) + 2 * Math.sin(sample / 40) + (Math.random() - 0.5) * 0.2
      const line = `signal,series=${firstSignal + signal} value=${Math.round(100 * value) / 100} ${startMs}\n`
      at += line.length
      places[sample]?.fill(at - 14, signal, signal + 1)
      lines.push(line)
    }
    this.body = Buffer.from(lines.join(''), 'latin1')
    this.places = places
  }

  next(): Buffer {
    for (const places of this.places) {
      const text = Buffer.from(String(this.timeMs), 'latin1')
      for (const place of places) this.body.set(text, place)
      this.timeMs += PERIOD_MS
    }
    return this.body
  }
}

function post(url: string, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, timeout: TIMEOUT_MS }, (answer) => {
      answer.resume()
      answer.once('end', () => {
        if (answer.statusCode === 204) resolve()
        else reject(new Error(`Lines were answered ${answer.statusCode}.`))
      })
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error('The database does not answer.')))
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function generate(order: LineOrder): Promise<LineReport> {
  const { url, signals, lengthMs } = order
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const templates = Array.from({ length: signals / BATCH_SIGNALS }, (_, index) => {
    return new Template(index * BATCH_SIGNALS + 1, order)
  })
  let next = 0
  let samples = 0
  const beganMs = performance.now()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() - beganMs < lengthMs) {
        const template = templates[next % templates.length] as Template
        next += 1
        await post(url, agent, template.next())
        samples += BATCH_SIGNALS * BATCH_SAMPLES
      }
    }),
  )
  const tookMs = performance.now() - beganMs
  agent.destroy()
  return { samples, tookMs }
}

process.on('message', (order: LineOrder) => {
  generate(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  )
})
process.once('disconnect', () => process.exit())
