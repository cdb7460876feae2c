import { Agent, request } from 'node:http'

// The plant's side of a peer: the same samples in line protocol, a process of its own.

export interface LineOrder {
  /** Where lines are posted, with times in milliseconds. */
  readonly url: string
  readonly signals: number
  readonly startMs: number
  readonly lengthMs: number
}

export interface LineReport {
  readonly samples: number
  readonly tookMs: number
}

const CONNECTIONS = 4
const PERIOD_MS = 100
/** What these databases are told to be given at once, as so many samples of neighbouring signals. */
const BATCH_SIGNALS = 200
const BATCH_SAMPLES = 50
const TIMEOUT_MS = 60_000

/** Lines of some signals, in which only the times are written anew. */
class Template {
  private readonly body: Buffer
  /** Where the time of each line stands, by sample. */
  private readonly places: Int32Array[]
  private timeMs: number

  constructor(firstSignal: number, startMs: number) {
    this.timeMs = startMs
    const lines: string[] = []
    const places: number[][] = []
    let at = 0
    for (let signal = firstSignal; signal < firstSignal + BATCH_SIGNALS; signal += 1) {
      const level = 20 + Math.random() * 60
      for (let sample = 0; sample < BATCH_SAMPLES; sample += 1) {
        const value = Math.round(100 * (level + 2 * Math.sin(sample / 40) + (Math.random() - 0.5) * 0.2)) / 100
        const line = `signal,series=${signal} value=${value} ${startMs}\n`
        at += line.length
        places[sample] = [...(places[sample] ?? []), at - 14]
        lines.push(line)
      }
    }
    this.body = Buffer.from(lines.join(''), 'latin1')
    this.places = places.map((some) => Int32Array.from(some))
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

async function generate({ url, signals, startMs, lengthMs }: LineOrder): Promise<LineReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const templates = Array.from({ length: signals / BATCH_SIGNALS }, (_, index) => {
    return new Template(index * BATCH_SIGNALS + 1, startMs)
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
