import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { encodeBatch, epochMs, now } from '@millrace/base'

/** What the durability test says to this process: a gateway that sends batches and keeps each until it is acknowledged. */
export interface WriterOrder {
  readonly url: string
  readonly enrolmentCode: string
  /** One journal for each of these series. */
  readonly series: readonly number[]
  readonly startMs: number
}

/** What it says at the end: so many samples of each series were acknowledged, at startMs, startMs + 1, … with values 0, 1, … */
export interface WriterReport {
  readonly acknowledged: readonly number[]
  /** How often a batch had to be sent again. */
  readonly repeated: number
}

const BATCH_SAMPLES = 25
const AGAIN_MS = 20

let isEnding = false
let repeated = 0

async function write(order: WriterOrder): Promise<WriterReport> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' })
  const enrolled = await fetch(`${order.url}/plant/gateways/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: order.enrolmentCode, publicKey: { kty: 'OKP', crv: 'Ed25519', x } }),
  })
  if (!enrolled.ok) throw new Error(await enrolled.text())
  const { gatewayId, enterpriseId } = (await enrolled.json()) as { gatewayId: string; enterpriseId: string }
  const token = () => tokenOf(privateKey, gatewayId, enterpriseId)
  const journals = order.series.map((series) => writeJournal(order, series, token))
  process.send?.('writing')
  return { acknowledged: await Promise.all(journals), repeated }
}

async function writeJournal(order: WriterOrder, series: number, token: () => string): Promise<number> {
  const journal = randomUUID()
  let acknowledged = 0
  for (let sequence = 1; !isEnding; sequence += 1) {
    const numbers = Array.from({ length: BATCH_SAMPLES }, (_, index) => acknowledged + index)
    const body = encodeBatch({
      sequence,
      columns: [
        {
          ...{ series, kind: 'number' },
          timestampsMs: Float64Array.from(numbers, (number) => order.startMs + number),
          values: Float64Array.from(numbers),
          qualities: new Uint8Array(BATCH_SAMPLES).fill(2),
        },
      ],
    })
    const send = () =>
      fetch(`${order.url}/telemetry/batches`, {
        method: 'POST',
        headers: {
          'content-type': 'application/vnd.millrace.batch',
          'millrace-journal': journal,
          authorization: `Bearer ${token()}`,
        },
        body,
        signal: AbortSignal.timeout(5000),
      })
    while (!(await isAcknowledged(send))) {
      repeated += 1
      await pause(AGAIN_MS)
    }
    acknowledged += BATCH_SAMPLES
    // An answer may be lost on its way: the gateway then sends what is stored already.
    if (sequence % 10 === 0) await isAcknowledged(send)
  }
  return acknowledged
}

async function isAcknowledged(send: () => Promise<Response>): Promise<boolean> {
  try {
    const response = await send()
    if (response.status === 409 || response.status === 422) throw new TypeError(await response.text())
    await response.arrayBuffer()
    return response.ok
  } catch (error) {
    // A refusal for good is a failure of the test; a lost connection is what it is about.
    if (error instanceof TypeError && error.message.startsWith('{')) throw error
    return false
  }
}

function tokenOf(key: KeyObject, gatewayId: string, enterpriseId: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(epochMs(now()) / 1000) + 60
  const claims = { iss: gatewayId, sub: enterpriseId, aud: 'millrace', exp, jti: randomUUID() }
  const signed = `${part({ alg: 'EdDSA', kid: gatewayId })}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

process.on('message', (message: WriterOrder | 'end') => {
  if (message === 'end') {
    isEnding = true
    return
  }
  write(message).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
process.once('disconnect', () => process.exit())
