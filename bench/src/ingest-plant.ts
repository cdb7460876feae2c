import { generateKeyPairSync } from 'node:crypto'
import { type Caller, foundEnterprise } from '@millrace/testing/house'

/** A gateway of the benchmark's plant, as the generator plays it. */
export interface PlayedGateway {
  readonly gatewayId: string
  readonly enterpriseId: string
  /** PKCS #8, PEM. */
  readonly privateKey: string
  readonly series: readonly number[]
}

/** One request makes so many signals. */
const SIGNALS_AT_ONCE = 500

/** Makes a plant of this many gateways, each with a machine of this many number signals, the first its power. Enrols them. */
export async function makePlant(
  url: string,
  gatewayCount: number,
  signalsEach: number,
): Promise<{ founder: Caller; gateways: PlayedGateway[] }> {
  const founder = await foundEnterprise(url, 'Throughput Ltd')
  const place = { timeZone: 'Europe/Zurich', currency: 'CHF', country: 'Switzerland', shifts: [] }
  const site = await founder.send<{ id: string }>('POST', '/plant/sites', { name: 'Plant', ...place })
  const area = await founder.send<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: site.id, level: 'area', name: 'Machines' },
  })
  const gateways: PlayedGateway[] = []
  for (let number = 1; number <= gatewayCount; number += 1) {
    gateways.push(await makeGateway(founder, { siteId: site.id, areaId: area.id, number, signalsEach }))
  }
  return { founder, gateways }
}

async function makeGateway(
  founder: Caller,
  wanted: { siteId: string; areaId: string; number: number; signalsEach: number },
): Promise<PlayedGateway> {
  const { siteId, areaId, number, signalsEach } = wanted
  const machine = await founder.send<{ id: string }>('POST', '/plant/equipment', {
    ...{ parentId: areaId, level: 'work-unit', name: `Machine ${number}`, kind: 'mill' },
  })
  const { gateway, enrolmentCode } = await founder.send<{ gateway: { id: string }; enrolmentCode: string }>(
    'POST',
    '/plant/gateways',
    { siteId, name: `Gateway ${number}`, local: false },
  )
  const connection = await founder.send<{ id: string }>('POST', '/plant/connections', {
    ...{ gatewayId: gateway.id, name: `Machine ${number}`, protocol: 'opc-ua', endpoint: 'opc.tcp://127.0.0.1:4840' },
  })
  const series: number[] = []
  while (series.length < signalsEach) {
    const count = Math.min(SIGNALS_AT_ONCE, signalsEach - series.length)
    const signals = Array.from({ length: count }, (_, index) => ({
      ...{ workUnitId: machine.id, connectionId: connection.id, kind: 'number' },
      ...(series.length + index === 0 && { measurand: 'power', unit: 'kW' }),
      ...{ name: `signal ${series.length + index + 1}`, address: `ns=1;s=m${number}.s${series.length + index + 1}` },
    }))
    const { items } = await founder.send<{ items: { series: number }[] }>('POST', '/telemetry/signals', { signals })
    series.push(...items.map((one) => one.series))
  }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' })
  const { gatewayId, enterpriseId } = await founder.send<{ gatewayId: string; enterpriseId: string }>(
    'POST',
    '/plant/gateways/enrol',
    { code: enrolmentCode, publicKey: { kty: 'OKP', crv: 'Ed25519', x } },
  )
  return { gatewayId, enterpriseId, series, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }
}
