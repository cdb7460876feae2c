import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { renumberBatch } from '@millrace/base'

const BATCHES = '/api/v1/telemetry/batches'
/** How long the unsafe middleman gathers what it has acknowledged already. */
const GATHER_MS = 100
const ANSWER_MS = 30_000

/** A batch between the gateway and the cloud. */
interface Passing {
  isCut: boolean
}

/**
 * Stands between a gateway and the cloud and notes what is acknowledged. When told to be unsafe, it does what a cloud must not:
 * it acknowledges at once and passes on later, and forgets what it has when the cloud breaks down.
 */
export class Middleman {
  isUnsafe = false
  /** Batches on their way when something was killed whose acknowledgement the gateway then did not get. */
  inDoubt = 0
  private readonly cloud: URL
  private readonly onAcknowledged: (batch: Uint8Array) => void
  private readonly passing = new Set<Passing>()
  private readonly server = createServer((asked, answer) => void this.take(asked, answer))
  private waiting: { asked: IncomingMessage; body: Buffer }[] = []
  private gathering: NodeJS.Timeout | undefined
  private journal = randomUUID()
  private sequence = 0
  private isBroken = false

  constructor(cloud: string, onAcknowledged: (batch: Uint8Array) => void) {
    this.cloud = new URL(cloud)
    this.onAcknowledged = onAcknowledged
  }

  /** @returns its address, for the gateway. */
  async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done))
    const address = this.server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  }

  /** Something is killed now. */
  killed(): void {
    for (const one of this.passing) one.isCut = true
  }

  close(): void {
    clearTimeout(this.gathering)
    this.server.closeAllConnections()
    this.server.close()
  }

  private async take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    if (asked.url !== BATCHES) {
      this.pass(asked, answer)
      return
    }
    const body = Buffer.concat(await asked.toArray().catch(() => []))
    if (this.isUnsafe) this.promise(asked, body, answer)
    else await this.deliver(asked, body, answer)
  }

  private async deliver(asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<void> {
    const batch: Passing = { isCut: false }
    this.passing.add(batch)
    let isGone = false
    answer.once('close', () => {
      isGone = !answer.writableFinished
    })
    const response = await this.post(asked, body).catch(() => undefined)
    this.passing.delete(batch)
    if (batch.isCut && (response?.status !== 200 || isGone)) this.inDoubt += 1
    if (!response) {
      answer.destroy()
      return
    }
    if (response.status === 200) this.onAcknowledged(body)
    answer.writeHead(response.status, response.headers).end(response.body)
  }

  private promise(asked: IncomingMessage, body: Buffer, answer: ServerResponse): void {
    if (this.isBroken) {
      // It knows that the cloud is down: that much even an unsafe one says.
      void this.ask()
      answer.writeHead(503, { 'retry-after': '1' }).end()
      return
    }
    this.onAcknowledged(body)
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{"sequence":0}')
    this.waiting.push({ asked, body })
    this.gathering ??= setTimeout(() => void this.passOn(), GATHER_MS)
  }

  private async passOn(): Promise<void> {
    while (this.waiting.length > 0 && !this.isBroken) {
      const [next] = this.waiting
      if (!next) break
      this.sequence += 1
      const body = Buffer.from(renumberBatch(next.body, this.sequence))
      const response = await this.post(next.asked, body, this.journal).catch(() => undefined)
      if (response?.status === 200) this.waiting.shift()
      else this.breakDown()
    }
    this.gathering = undefined
  }

  private breakDown(): void {
    this.isBroken = true
    this.waiting = []
    this.journal = randomUUID()
    this.sequence = 0
  }

  private async ask(): Promise<void> {
    const isUp = await new Promise<boolean>((resolve) => {
      request(new URL('/api/v1/identity/welcome', this.cloud), { agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      })
        .once('error', () => resolve(false))
        .end()
    })
    if (isUp) this.isBroken = false
  }

  private post(asked: IncomingMessage, body: Buffer, journal?: string) {
    return new Promise<{ status: number; headers: Record<string, string>; body: Buffer }>((resolve, reject) => {
      const { host: _, ...headers } = asked.headers
      const sent = request(
        new URL(BATCHES, this.cloud),
        {
          method: 'POST',
          headers: {
            ...headers,
            ...(journal !== undefined && { 'millrace-journal': journal }),
            'content-length': body.length,
          },
        },
        (response) => {
          const status = response.statusCode ?? 0
          const { 'content-type': type = 'application/json', 'retry-after': retry } = response.headers
          const kept = { 'content-type': type, ...(retry !== undefined && { 'retry-after': retry }) }
          response.toArray().then((parts) => resolve({ status, headers: kept, body: Buffer.concat(parts) }), reject)
        },
      )
      sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error('The cloud does not answer.')))
      sent.once('error', reject)
      sent.end(body)
    })
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { host: _, ...headers } = asked.headers
    const sent = request(
      new URL(asked.url ?? '/', this.cloud),
      { method: asked.method, headers, agent: false },
      (response) => {
        answer.writeHead(response.statusCode ?? 0, response.headers)
        response.pipe(answer)
        response.once('error', () => answer.destroy())
      },
    )
    sent.once('error', () => answer.destroy())
    answer.once('close', () => sent.destroy())
    asked.pipe(sent)
  }
}
