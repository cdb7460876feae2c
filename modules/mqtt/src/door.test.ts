import { epochMs, now } from '@millrace/base'
import { plant } from '@millrace/plant'
import type { Runtime } from '@millrace/runtime'
import { latestValues, readSamples, telemetry } from '@millrace/telemetry'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { getDevice, getHearing, renewDevice, revokeDevice } from './devices.ts'
import { mqtt, openDoor } from './index.ts'
import { connectDevice, type GivenDevice, givenDevice } from './testing/given-device.ts'

const WAIT = { timeout: 10_000, interval: 20 }

let runtime: Runtime
let door: Awaited<ReturnType<typeof openDoor>>
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const database = await createTestDatabase()
  ends.unshift(() => database.drop())
  const bare = testRuntime(database.url)
  runtime = withModules(bare, [plant, telemetry, mqtt])
  ends.unshift(() => runtime.app.close())
  const ingest = await telemetry.start?.(runtime)
  ends.unshift(async () => ingest?.stop())
  door = await openDoor(runtime, { host: 'localhost', port: 0, isPortFree: false })
  ends.unshift(() => door.stop())
})

afterAll(async () => {
  for (const end of ends) await end()
})

/** What is stored of a signal, newest sample by its time. */
function latest(given: GivenDevice, name: string) {
  const series = given.signals.find((one) => one.name === name)?.series ?? 0
  return given.asSystem(async (ctx) => latestValues(ctx, [series]).get(series))
}

test('what a device publishes is stored when it is acknowledged', async () => {
  const given = await givenDevice(runtime, [
    { name: 'temperature', kind: 'number' },
    { name: 'running', kind: 'number' },
    { name: 'state', kind: 'text' },
  ])
  const client = await connectDevice(door.port, given)
  await client.publishAsync(`${given.root}/temperature`, '21.5', { qos: 1 })
  await client.publishAsync(`${given.root}/running`, 'true', { qos: 1 })
  const atMs = epochMs(now()) - 5000
  await client.publishAsync(`${given.root}/state`, JSON.stringify({ value: 'RUNNING', timestamp: atMs }), { qos: 1 })
  await vi.waitFor(async () => {
    expect(await latest(given, 'temperature')).toMatchObject({ value: 21.5, quality: 'good' })
    expect(await latest(given, 'running')).toMatchObject({ value: 1 })
    expect(await latest(given, 'state')).toMatchObject({ value: 'RUNNING', timestampMs: atMs })
  }, WAIT)
  await client.endAsync()
})

/** Every stored sample of a signal, by time, as soon as there are so many. */
async function stored(given: GivenDevice, name: string, count: number) {
  const series = given.signals.find((one) => one.name === name)?.series ?? 0
  const nowMs = epochMs(now())
  return vi.waitFor(async () => {
    const samples = await given.asSystem((ctx) => readSamples(ctx, series, nowMs - 3_600_000, nowMs + 60_000, 10_000))
    const rows = Array.from(samples.timesMs).map((timeMs, at) => ({ timeMs, value: samples.values[at] }))
    expect(rows).toHaveLength(count)
    return rows
  }, WAIT)
}

test('a message at the root holds values of many addresses, as an object or as a list', async () => {
  const given = await givenDevice(runtime, [
    { name: 'a', kind: 'number' },
    { name: 'b/c', kind: 'number' },
    { name: 'b/d', kind: 'text' },
  ])
  const client = await connectDevice(door.port, given)
  const atMs = epochMs(now()) - 60_000
  const say = (topic: string, message: unknown) => client.publishAsync(topic, JSON.stringify(message), { qos: 1 })
  await say(given.root, { timestamp: atMs, a: 1, 'b/c': { value: 2, timestamp: new Date(atMs + 1).toISOString() } })
  await say(given.root, [{ address: 'a', value: 3, timestamp: atMs + 2 }])
  await say(`${given.root}/b`, { timestamp: atMs, d: 'yes' })
  expect(await stored(given, 'a', 2)).toEqual([
    { timeMs: atMs, value: 1 },
    { timeMs: atMs + 2, value: 3 },
  ])
  expect(await stored(given, 'b/c', 1)).toEqual([{ timeMs: atMs + 1, value: 2 }])
  expect(await stored(given, 'b/d', 1)).toEqual([{ timeMs: atMs, value: 'yes' }])
  await client.endAsync()
})

test('values without a time are all kept, however fast they come, and equal times of two signals do not meet', async () => {
  const given = await givenDevice(runtime, [
    { name: 'fast', kind: 'number' },
    { name: 'one', kind: 'number' },
    { name: 'other', kind: 'number' },
  ])
  const client = await connectDevice(door.port, given)
  const values = Array.from({ length: 200 }, (_, index) => index)
  await Promise.all(values.map((value) => client.publishAsync(`${given.root}/fast`, String(value), { qos: 1 })))
  expect((await stored(given, 'fast', 200)).map(({ value }) => value)).toEqual(values)

  const timestamp = epochMs(now())
  const timed = (address: string, value: number) =>
    client.publishAsync(`${given.root}/${address}`, JSON.stringify({ value, timestamp }), { qos: 1 })
  await Promise.all([timed('one', 1), timed('other', 2)])
  // Sent once more, as after a connection that broke before the acknowledgement came.
  await timed('one', 1)
  expect(await stored(given, 'one', 1)).toEqual([{ timeMs: timestamp, value: 1 }])
  expect(await stored(given, 'other', 1)).toEqual([{ timeMs: timestamp, value: 2 }])
  await client.endAsync()
})

test('a message is acknowledged after the commit, and not before', async () => {
  const given = await givenDevice(runtime, [{ name: 'a', kind: 'number' }])
  const client = await connectDevice(door.port, given)
  const blocking = runtime.openPool('millrace_ingest', 1)
  const blocker = await blocking.pg.connect()
  await blocker.query('begin')
  await blocker.query('lock table telemetry.inbox in exclusive mode')
  let isAcknowledged = false
  const published = client.publishAsync(`${given.root}/a`, '1', { qos: 1 }).then(() => {
    isAcknowledged = true
  })
  // The transaction has come to the table and waits there.
  await vi.waitFor(async () => {
    const { rowCount } = await blocker.query(
      "select 1 from pg_locks where not granted and relation = 'telemetry.inbox'::regclass",
    )
    expect(rowCount).toBe(1)
  }, WAIT)
  expect(isAcknowledged).toBe(false)
  await blocker.query('commit')
  await published
  expect(await stored(given, 'a', 1)).toMatchObject([{ value: 1 }])
  blocker.release()
  await blocking.close()
  await client.endAsync()
})

test('what has no signal or does not fit is acknowledged, kept out, and told', async () => {
  const given = await givenDevice(runtime, [{ name: 'a', kind: 'number' }])
  const client = await connectDevice(door.port, given)
  const say = (address: string, message: string) => client.publishAsync(`${given.root}/${address}`, message, { qos: 1 })
  await say('a', '"warm"')
  await say('a', 'warm')
  await say('a', '{"value":1,"timestamp":5}')
  await say('a', '{"value":1,"unit":"K"}')
  await say('new/number', '3.5')
  await say('new/text', '"x"')
  await vi.waitFor(async () => {
    const { unknown, faults } = await given.asSystem((ctx) => getHearing(ctx, given.device.id))
    expect(unknown.map(({ address, kind }) => [address, kind])).toEqual([
      ['new/number', 'number'],
      ['new/text', 'text'],
    ])
    expect(faults.map(({ address, detail }) => `${address} ${detail}`).sort()).toEqual([
      'a has a field unit, which beside value means nothing',
      'a has a time that is older than samples are kept',
      'a is no JSON',
      'a is no number',
    ])
  }, WAIT)
  expect(await latest(given, 'a')).toBeUndefined()
  await client.endAsync()
})

test('screens are told of a new fault of a device, and not of the same again', async () => {
  const given = await givenDevice(runtime, [{ name: 'a', kind: 'number' }])
  const client = await connectDevice(door.port, given)
  const say = (message: string) => client.publishAsync(`${given.root}/a`, message, { qos: 1 })
  const told: unknown[] = []
  const unwatch = runtime.live.subscribe(given.enterpriseId, ['mqtt.devices'], { send: ({ data }) => told.push(data) })
  await say('warm')
  await vi.waitFor(() => expect(told).toHaveLength(1), WAIT)
  await say('warm')
  await say('"warm"')
  await vi.waitFor(() => expect(told).toHaveLength(2), WAIT)
  unwatch()
  await client.endAsync()
})

test('QoS 0 and 2 work: what comes twice before the end of a QoS 2 message is stored once', async () => {
  const given = await givenDevice(runtime, [{ name: 'a', kind: 'number' }])
  const client = await connectDevice(door.port, given)
  await client.publishAsync(`${given.root}/a`, '1', { qos: 0 })
  await client.publishAsync(`${given.root}/a`, '2', { qos: 2 })
  // PUBLISH of QoS 2 with the packet id 900, and once more marked as a duplicate, as when PUBREC was lost.
  const topic = Buffer.from(`${given.root}/a`)
  const body = Buffer.concat([
    Buffer.from([0, topic.length]),
    topic,
    Buffer.from([900 >> 8, 900 & 0xff]),
    Buffer.from('3'),
  ])
  const answered = new Promise<void>((resolve) => {
    let answers = 0
    client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'pubrec') answers += 1
      if (answers === 2) resolve()
    })
  })
  for (const flags of [0x34, 0x3c]) client.stream.write(Buffer.concat([Buffer.from([flags, body.length]), body]))
  await answered
  expect((await stored(given, 'a', 3)).map(({ value }) => value)).toEqual([1, 2, 3])
  await client.endAsync()
})

test('a last will is stored when the device vanishes', async () => {
  const given = await givenDevice(runtime, [{ name: 'state', kind: 'text' }])
  const will = { topic: `${given.root}/state`, payload: Buffer.from('"OFFLINE"'), qos: 1 as const, retain: true }
  const client = await connectDevice(door.port, given, { will })
  client.stream.destroy()
  expect(await stored(given, 'state', 1)).toMatchObject([{ value: 'OFFLINE' }])
})

test('wrong, foreign, expired and revoked sign-ins are refused alike', async () => {
  const given = await givenDevice(runtime, [])
  const other = await givenDevice(runtime, [])
  const expired = await given.asSystem((ctx) =>
    renewDevice(ctx, given.device.id, { expiresAt: new Date(ctx.nowMs + 40).toISOString() as typeof ctx.now }),
  )
  await vi.waitFor(() => expect(connectDevice(door.port, expired)).rejects.toMatchObject({ code: 4 }), WAIT)
  const revoked = await other.asSystem((ctx) => revokeDevice(ctx, other.device.id))
  expect(revoked.state).toBe('revoked')
  for (const sign of [
    { device: given.device, secret: given.secret },
    { device: given.device, secret: 'guess' },
    { device: given.device, secret: other.secret },
    { device: other.device, secret: other.secret },
  ]) {
    await expect(connectDevice(door.port, sign)).rejects.toMatchObject({ code: 4 })
  }
})

test('a device is hung up when it gets another password or is revoked, and its last will says nothing', async () => {
  const given = await givenDevice(runtime, [{ name: 'state', kind: 'text' }])
  const will = { topic: `${given.root}/state`, payload: Buffer.from('"GONE"'), qos: 1 as const, retain: false }
  const first = await connectDevice(door.port, given, { will })
  const gone = (client: typeof first) => new Promise((resolve) => client.once('close', () => resolve(true)))
  const firstGone = gone(first)
  const renewed = await given.asSystem((ctx) => renewDevice(ctx, given.device.id, {}))
  expect(await firstGone).toBe(true)
  await expect(connectDevice(door.port, given)).rejects.toMatchObject({ code: 4 })

  const second = await connectDevice(door.port, renewed, { will })
  expect(await given.asSystem((ctx) => getDevice(ctx, given.device.id))).toMatchObject({
    ...{ state: 'online', lastAddress: expect.stringContaining('127.0.0.1') },
  })
  const secondGone = gone(second)
  await given.asSystem((ctx) => revokeDevice(ctx, given.device.id))
  expect(await secondGone).toBe(true)
  expect(await latest(given, 'state')).toBeUndefined()
})

test('a packet larger than any message ends the connection before it is kept', async () => {
  const given = await givenDevice(runtime, [{ name: 'a', kind: 'number' }])
  const client = await connectDevice(door.port, given)
  const gone = new Promise((resolve) => client.once('close', () => resolve(true)))
  // PUBLISH with a body of 200 MB, of which nothing comes.
  client.stream.write(Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f]))
  expect(await gone).toBe(true)
})
