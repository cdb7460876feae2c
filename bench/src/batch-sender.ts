import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { epochMs, now } from '@millrace/base'
import type { PlayedGateway } from './ingest-plant.ts'

const TIMEOUT_MS = 60_000
const TOKEN_USE_MS = 30_000
const AGAIN_MS = 50

/** Sends the batches of one gateway, with a journal and a key of its own. */
export class BatchSender {
  private readonly gateway: PlayedGateway
  private readonly url: URL
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })
  private readonly journal = randomUUID()
  private readonly key: KeyObject
  private token: { text: string; atMs: number } | undefined

  constructor(url: string, gateway: PlayedGateway) {
    this.gateway = gateway
    this.url = new URL(`${url}/api/v1/telemetry/batches`)
    this.key = createPrivateKey(gateway.privateKey)
  }

  /** Sends a batch until it is acknowledged. @returns how often the server said not now */
  async send(body: Uint8Array): Promise<number> {
    for (let refused = 0; ; refused += 1) {
      const status = await this.post(body)
      if (status === 200) return refused
      if (status !== 503 && status !== 429) throw new Error(`A batch was answered ${status}.`)
      await pause(AGAIN_MS)
    }
  }

  close(): void {
    this.agent.destroy()
  }

  private post(body: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.url,
        {
          method: 'POST',
          agent: this.agent,
          timeout: TIMEOUT_MS,
          headers: {
            'content-type': 'application/vnd.millrace.batch',
            'content-length': body.length,
            'millrace-journal': this.journal,
            authorization: `Bearer ${this.tokenNow()}`,
          },
        },
        (answer) => {
          answer.resume()
          answer.once('end', () => resolve(answer.statusCode ?? 0))
        },
      )
      outgoing.once('timeout', () => outgoing.destroy(new Error('The server does not answer.')))
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  }

  private tokenNow(): string {
    const atMs = epochMs(now())
    if (this.token && atMs - this.token.atMs < TOKEN_USE_MS) return this.token.text
    const { gatewayId, enterpriseId } = this.gateway
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const exp = Math.floor(atMs / 1000) + 60
    const claims = { iss: gatewayId, sub: enterpriseId, aud: 'millrace', exp, jti: randomUUID() }
    const signed = `${part({ alg: 'EdDSA', kid: gatewayId })}.${part(claims)}`
    const text = `${signed}.${sign(null, Buffer.from(signed), this.key).toString('base64url')}`
    this.token = { text, atMs }
    return text
  }
}
