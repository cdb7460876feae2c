import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { encodeBatch, epochMs, now } from '@millrace/base'
import type { Caller } from '@millrace/testing/house'

const TIMEOUT_MS = 25_000
const AGAIN_MS = 50
const QUALITY_GOOD = 2
const BATCH_SAMPLES = 10

/** A plant with a machine for each gateway, made by its founder. */
export interface ClusterPlant {
  readonly siteId: string
  readonly gateways: readonly ClusterGateway[]
}

export async function makeClusterPlant(founder: Caller, gatewayCount: number): Promise<ClusterPlant> {
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  const site = await founder.send<{ id: string }>('POST', '/plant/sites', { name: 'Plant', ...place })
  const area = await founder.send<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: site.id, level: 'area', name: 'Machines' },
  })
  const gateways: ClusterGateway[] = []
  for (let number = 1; number <= gatewayCount; number += 1) {
    const machine = await founder.send<{ id: string }>('POST', '/plant/equipment', {
      ...{ parentId: area.id, level: 'work-unit', name: `Machine ${number}`, kind: 'mill' },
    })
    const { gateway, enrolmentCode } = await founder.send<{ gateway: { id: string }; enrolmentCode: string }>(
      ...(['POST', '/plant/gateways', { siteId: site.id, name: `Gateway ${number}`, local: false }] as const),
    )
    const connection = await founder.send<{ id: string }>('POST', '/plant/connections', {
      ...{ gatewayId: gateway.id, name: `Line ${number}`, protocol: 'opc-ua', endpoint: 'opc.tcp://127.0.0.1:4840' },
    })
    const { items } = await founder.send<{ items: { series: number }[] }>('POST', '/telemetry/signals', {
      signals: [
        {
          ...{ workUnitId: machine.id, connectionId: connection.id, kind: 'number', name: 'power' },
          ...{ measurand: 'power', unit: 'kW', address: `ns=1;s=${number}` },
        },
      ],
    })
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const { x } = publicKey.export({ format: 'jwk' })
    const enrolled = await founder.send<{ gatewayId: string; enterpriseId: string }>('POST', '/plant/gateways/enrol', {
      ...{ code: enrolmentCode, publicKey: { kty: 'OKP', crv: 'Ed25519', x } },
    })
    gateways.push(new ClusterGateway({ ...enrolled, privateKey, machineId: machine.id, series: items[0]?.series ?? 0 }))
  }
  return { siteId: site.id, gateways }
}

/** A gateway that counts: its samples are 0, 1, 2, …, a millisecond apart. */
export class ClusterGateway {
  readonly gatewayId: string
  readonly machineId: string
  readonly series: number
  readonly startMs = epochMs(now()) - 60_000
  private readonly enterpriseId: string
  private readonly privateKey: KeyObject
  private readonly journal = randomUUID()
  private sequence = 0
  /** Samples that were acknowledged. */
  acknowledged = 0

  constructor(given: {
    gatewayId: string
    enterpriseId: string
    privateKey: KeyObject
    machineId: string
    series: number
  }) {
    this.gatewayId = given.gatewayId
    this.enterpriseId = given.enterpriseId
    this.privateKey = given.privateKey
    this.machineId = given.machineId
    this.series = given.series
  }

  /** Sends the next samples until they are acknowledged. */
  async send(url: string): Promise<void> {
    this.sequence += 1
    const numbers = Array.from({ length: BATCH_SAMPLES }, (_, at) => this.acknowledged + at)
    const body = Buffer.from(
      encodeBatch({
        sequence: this.sequence,
        columns: [
          {
            ...{ series: this.series, kind: 'number' },
            timestampsMs: Float64Array.from(numbers, (number) => this.startMs + number),
            values: Float64Array.from(numbers),
            qualities: new Uint8Array(BATCH_SAMPLES).fill(QUALITY_GOOD),
          },
        ],
      }),
    )
    while (!(await this.post(url, body))) await pause(AGAIN_MS)
    this.acknowledged += BATCH_SAMPLES
  }

  private async post(url: string, body: Buffer<ArrayBuffer>): Promise<boolean> {
    const answer = await fetch(`${url}/api/v1/telemetry/batches`, {
      method: 'POST',
      headers: {
        'content-type': 'application/vnd.millrace.batch',
        'millrace-journal': this.journal,
        authorization: `Bearer ${this.token()}`,
      },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined)
    const text = await answer?.text()
    if (answer && !answer.ok && answer.status !== 503) throw new Error(`A batch was answered ${answer.status}: ${text}`)
    return answer?.ok ?? false
  }

  private token(): string {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const exp = Math.floor(epochMs(now()) / 1000) + 60
    const claims = { iss: this.gatewayId, sub: this.enterpriseId, aud: 'millrace', exp, jti: randomUUID() }
    const text = `${part({ alg: 'EdDSA', kid: this.gatewayId })}.${part(claims)}`
    return `${text}.${sign(null, Buffer.from(text), this.privateKey).toString('base64url')}`
  }
}
