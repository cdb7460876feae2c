import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUR_MS, MINUTE_MS, QUALITY } from '@millrace/base'
import type { GatewayConfiguration } from '@millrace/plant/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Edge, startEdge } from './edge.ts'
import { createLog } from './log.ts'
import { type FakeCloud, samplesOf, startFakeCloud } from './testing/fake-cloud.ts'
import { startBroker, startFakeNode } from './testing/fake-sparkplug-node.ts'
import { until } from './testing/until.ts'

const CONNECTION = randomUUID() as GatewayConfiguration['connections'][number]['id']
const POWER = 'cell1/Grinder A/Power'
const FEED = 'cell1/Grinder A/Feed override'
const JOURNAL_BYTES = 64 * 1024 * 1024

let dir: string
let cloud: FakeCloud
let broker: Awaited<ReturnType<typeof startBroker>>
let node: Awaited<ReturnType<typeof startFakeNode>>
const edges: Edge[] = []
const lines: string[] = []
const log = createLog({ write: (line) => void lines.push(line) })

beforeEach(async () => {
  lines.length = 0
  dir = await mkdtemp(join(tmpdir(), 'edge-'))
  cloud = await startFakeCloud()
  broker = await startBroker()
  node = await startFakeNode(broker.url)
  cloud.configure(configuration())
})

afterEach(async () => {
  for (const edge of edges.splice(0)) await edge.close()
  await node.close()
  await broker.close()
  await cloud.close()
  await rm(dir, { recursive: true, force: true })
})

function configuration(): Partial<GatewayConfiguration> {
  const tag = (series: number, name: string, address: string, kind: 'number' | 'text' | 'vector') => ({
    series,
    connectionId: CONNECTION,
    address,
    name,
    kind,
  })
  return {
    connections: [
      { id: CONNECTION, name: 'Cells', protocol: 'sparkplug', endpoint: broker.url, options: { groupId: 'sursee' } },
    ],
    tags: [
      tag(1, 'power', POWER, 'number'),
      tag(2, 'feed-override', FEED, 'number'),
      tag(3, 'state', 'cell1/Grinder A/State', 'text'),
      { ...tag(4, 'spectrum', 'cell1/Grinder A/Waveform', 'vector'), transform: 'spectrum', sampleRateHz: 64 },
    ],
    setPoints: [
      { connectionId: CONNECTION, address: FEED, kind: 'number', min: 50, max: 110, maxStep: 30, maxPerMinute: 5 },
    ],
  }
}

async function start(code: string | null = cloud.code, confirmFirst = true): Promise<Edge> {
  const enrolmentCode = code ?? undefined
  const config = { dir, cloudUrl: cloud.url, enrolmentCode, confirmFirst, journalMaxBytes: JOURNAL_BYTES }
  const edge = await startEdge(config, log, new AbortController().signal)
  edges.push(edge)
  return edge
}

const powers = () => samplesOf(cloud, 1).map(([, value]) => value)

async function command(value: unknown, more: Record<string, unknown> = {}) {
  const commandId = randomUUID()
  const token = await cloud.signCommand({
    commandId,
    workUnitId: randomUUID(),
    connectionId: CONNECTION,
    address: FEED,
    value,
    nonce: randomUUID(),
    expiresAt: new Date(Date.now() + 30_000).toISOString(),
    ...more,
  })
  return {
    commandId,
    token,
    steps: () => cloud.steps.filter((step) => step.commandId === commandId).map(({ step }) => step),
  }
}

test('an enrolled gateway sends what its machines say, in order and with quality', async () => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  for (const value of [5, 6.25, 7]) await node.data('Power', value)
  await node.data('Power', null)
  await until('everything has arrived', () => powers().length === 5)
  expect(powers()).toEqual([4.5, 5, 6.25, 7, Number.NaN])
  expect(samplesOf(cloud, 1).map(([, , quality]) => quality)).toEqual([2, 2, 2, 2, QUALITY.bad])
  expect(samplesOf(cloud, 3).map(([, value]) => value)).toEqual(['running'])
  expect(cloud.batches.map(({ batch }) => batch.sequence)).toEqual(cloud.batches.map((_, index) => index + 1))
  expect(cloud.refusedTokens).toBe(0)
  expect((await stat(join(dir, 'key.json'))).mode & 0o777).toBe(0o600)
})

test('a waveform travels as its spectrum', async () => {
  await start()
  await until('the birth has arrived', () => samplesOf(cloud, 4).length > 0)
  // Eight periods in one second of 64 samples, amplitude 3.
  await node.data(
    'Waveform',
    Float32Array.from({ length: 64 }, (_, at) => 3 * Math.sin((2 * Math.PI * 8 * at) / 64)),
  )
  const spectrum = await until('the spectrum has arrived', () => samplesOf(cloud, 4)[1]?.[1])
  expect(spectrum).toBeInstanceOf(Float32Array)
  expect((spectrum as Float32Array).length).toBe(32)
  expect((spectrum as Float32Array)[8]).toBeCloseTo(3, 1)
})

test('a gateway that was enrolled starts without code, and without the cloud keeps its samples', async () => {
  const first = await start()
  await until('the birth has arrived', () => powers().length > 0)
  await first.close()
  cloud.batchReply = () => ({ status: 503, headers: { 'retry-after': '0' } })
  const second = await start(null)
  expect(second.identity.gatewayId).toBe(cloud.ids.gatewayId)
  await until('the connection stands again', () => second.journal.backlog > 0)
  await node.data('Power', 8)
  await node.data('Power', 9)
  cloud.batchReply = undefined
  await until('the cloud has caught up', () => powers().includes(9))
  expect(powers().filter((value) => value === 8)).toEqual([8])
})

test.each([429, 503])('a server that answers %i is asked again no sooner than it said', async (status) => {
  const askedAtMs: number[] = []
  cloud.batchReply = () => {
    askedAtMs.push(performance.now())
    return askedAtMs.length < 3 ? { status, headers: { 'retry-after': '1' } } : undefined
  }
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  const [first = 0, second = 0, third = 0] = askedAtMs
  expect(Math.min(second - first, third - second)).toBeGreaterThan(990)
})

test('a code that is refused is a sentence', async () => {
  await expect(start('code-of-somebody-else')).rejects.toThrow(/refused the enrolment code/)
  await expect(start(null)).rejects.toThrow(/not enrolled/)
})

test('a cloud that lost its last batches gets them again', async () => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  let asked = false
  cloud.batchReply = (_, batch) => {
    if (asked || batch.sequence === 1) return undefined
    asked = true
    cloud.batches.length = 0
    cloud.batchReply = (__, again) => {
      if (again.sequence !== 1) return undefined
      cloud.batches.push({ journalId: 'again', batch: again, atMs: 0 })
      return { status: 200, json: { sequence: 1 } }
    }
    return { status: 409, json: { code: 'telemetry/sequence-gap', expected: 1 } }
  }
  await node.data('Power', 5)
  await until('both are there', () => powers().includes(5))
  expect(powers()).toEqual([4.5, 5])
})

test('a batch that the cloud cannot read does not hold up the others', async () => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  cloud.batchReply = () => ({ status: 400, json: { code: 'base/batch-invalid' } })
  await node.data('Power', 5)
  await until('it was refused', () => lines.some((line) => line.includes('cannot read a batch')))
  cloud.batchReply = undefined
  await node.data('Power', 6)
  await until('the next has arrived', () => powers().includes(6))
  expect(new Set(cloud.batches.map(({ journalId }) => journalId)).size).toBe(2)
})

test('metrics that are no signals yet are reported as discovered', async () => {
  cloud.configure({ ...configuration(), tags: [] })
  await start()
  await until('the broker is connected', () => lines.some((line) => line.includes('A connection stands')))
  // Nobody knows the node yet; what it says makes the gateway ask for its birth.
  await node.data('Power', 4.5)
  const discovered = () => cloud.reports.flatMap(({ discovered: found }) => (Array.isArray(found) ? found : []))
  await until('they are reported', () => discovered().length >= 4)
  expect(discovered()).toContainEqual({
    connectionId: CONNECTION,
    address: POWER,
    name: 'Power',
    kind: 'number',
    unit: 'kW',
  })
  expect(discovered().map(({ name }) => name)).not.toContain('bdSeq')
  cloud.configure(configuration())
  await until('a chosen signal reports its present value', () => powers().length > 0)
})

test('a lost message leads to a rebirth, a death to bad samples', async () => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  node.lose()
  await node.data('Power', 5)
  await until('the node was asked for a rebirth', () => node.rebirths > 1)
  await until('the births have arrived', () => powers().filter((value) => value === 5).length === 2)
  node.client.stream.destroy()
  await until('the will has arrived', () => samplesOf(cloud, 3).at(-1)?.[2] === QUALITY.bad)
})

// proves: T-D3
test('garbage from the broker is counted and logged once, and data go on', async () => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  lines.length = 0
  for (let count = 0; count < 200; count += 1) {
    await node.raw(
      'spBv1.0/sursee/NDATA/cell1',
      Uint8Array.from({ length: 1 + (count % 40) }, (_, at) => (at * 37 + count) & 255),
    )
    await node.raw('spBv1.0/sursee/XXXX/cell1', Uint8Array.of(1))
  }
  await node.data('Power', 5)
  await until('a value after it has arrived', () => powers().includes(5))
  expect(lines.filter((line) => line.includes('makes no sense')).length).toBe(1)
})

test('a command is written, read back and reported step by step', async () => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  const { token, steps } = await command(85)
  cloud.say('command', { token })
  await until('it was read back', () => steps().length === 3)
  expect(steps().map(({ step }) => step)).toEqual(['received', 'written', 'read-back'])
  expect(steps().at(-1)?.readBack).toBe(85)
  expect(node.written).toEqual([85])
  await until('the new value is in the history', () => samplesOf(cloud, 2).at(-1)?.[1] === 85)
})

// proves: T-C4
test('a command that comes a hundred times, also after a restart, is written once', async () => {
  const edge = await start()
  await until('the birth has arrived', () => powers().length > 0)
  const { token, steps } = await command(85)
  for (let count = 0; count < 100; count += 1) cloud.say('command', { token })
  await until('it was read back', () => steps().length === 3)
  await edge.close()
  const before = powers().length
  await start(null)
  await until('the machine is heard again', () => powers().length > before)
  await until('the gateway listens again', () => cloud.streams.size > 0)
  cloud.say('command', { token })
  const later = await command(95)
  cloud.say('command', { token: later.token })
  await until('a later command is over', () => later.steps().length === 3)
  expect(node.written).toEqual([85, 95])
  // A report whose answer was lost comes again, but no step beyond the three.
  expect([...new Set(steps().map(({ step }) => step))]).toEqual(['received', 'written', 'read-back'])
})

test.each<[string, unknown, Record<string, unknown>, string]>([
  ['above the bound', 120, {}, 'out-of-bounds'],
  ['too large a step', 60, {}, 'step-too-large'],
  ['of another kind', 'fast', {}, 'wrong-kind'],
  ['to an address that is not listed', 5, { address: POWER }, 'not-listed'],
  ['too late', 90, { expiresAt: new Date(Date.now() - 1).toISOString() }, 'expired'],
  ['valid too long', 90, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() }, 'too-far-ahead'],
])('a command %s is refused', async (_, value, more, reason) => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  const { token, steps } = await command(value, more)
  cloud.say('command', { token })
  await until('it was reported', () => steps().length > 0)
  expect(steps()).toMatchObject([{ step: 'refused', reason }])
  expect(node.written).toEqual([])
})

// proves: T-C8
test('a machine that takes another value is reported as that', async () => {
  await start()
  await until('the birth has arrived', () => powers().length > 0)
  node.obey = () => 70
  const { token, steps } = await command(85)
  cloud.say('command', { token })
  await until('it was reported', () => steps().length === 3)
  expect(steps().at(-1)).toMatchObject({ step: 'failed', reason: 'read-back-differs', readBack: 70 })
})

// proves: T-C5
test('a list from the cloud takes effect only after confirmation', async () => {
  await start(cloud.code, false)
  await until('the birth has arrived', () => powers().length > 0)
  const { token, steps } = await command(85)
  cloud.say('command', { token })
  await until('it was reported', () => steps().length > 0)
  expect(steps()).toMatchObject([{ step: 'refused', reason: 'not-listed' }])
  expect(JSON.parse(await readFile(join(dir, 'allow-list.pending.json'), 'utf8'))).toHaveLength(1)
})

test('reports that the cloud did not take are sent again after a restart', async () => {
  const edge = await start()
  await until('the birth has arrived', () => powers().length > 0)
  cloud.stepReply = () => ({ status: 503 })
  const { token, steps } = await command(85)
  cloud.say('command', { token })
  await until('it was written', () => node.written.length > 0)
  await until('it was read back', () => samplesOf(cloud, 2).at(-1)?.[1] === 85)
  await edge.close()
  expect(steps()).toEqual([])
  cloud.stepReply = undefined
  await start(null)
  await until('all steps are reported', () => steps().length === 3)
  expect(steps().map(({ step }) => step)).toEqual(['received', 'written', 'read-back'])
})

test('no secret is logged', async () => {
  await start()
  const { token } = await command(85)
  cloud.say('command', { token })
  await until('the birth has arrived', () => powers().length > 0)
  const key: { d: string } = JSON.parse(await readFile(join(dir, 'key.json'), 'utf8'))
  for (const secret of [cloud.code, token, key.d]) expect(lines.join('\n')).not.toContain(secret)
})

test.each([-3, 3])(
  'a gateway whose clock is wrong by %i hours sends by the clock of the server, and says so',
  async (hours) => {
    const offMs = hours * HOUR_MS
    cloud.clockAheadMs = -offMs
    await start()
    await until('the birth has arrived', () => powers().length > 0)
    // Its machine has no better clock: a connection that breaks is dated by the gateway.
    await broker.close()
    await until('the break has arrived', () => Number.isNaN(powers().at(-1)))
    const [brokenAtMs = 0] = samplesOf(cloud, 1).at(-1) ?? []
    expect(Math.abs(brokenAtMs - (Date.now() - offMs))).toBeLessThan(MINUTE_MS)
    await until('it has said so', () => cloud.reports.some(({ clockAheadMs }) => isNear(Number(clockAheadMs), offMs)))

    // Also after a new start, when it has to learn the time from a refusal.
    await edges.shift()?.close()
    const taken = cloud.reports.length
    await start(null)
    await until('it is taken again', () => cloud.reports.length > taken)
  },
)

function isNear(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) < MINUTE_MS
}
