import { plant } from '@millrace/plant'
import type { Runtime } from '@millrace/runtime'
import { latestValues, telemetry } from '@millrace/telemetry'
import { createTestDatabase, testRuntime, withModules } from '@millrace/testing'
import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createDevice, mqtt, openDoor } from './index.ts'
import { connectDevice, type GivenDevice, givenDevice } from './testing/given-device.ts'

let runtime: Runtime
let door: Awaited<ReturnType<typeof openDoor>>
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const database = await createTestDatabase()
  ends.unshift(() => database.drop())
  runtime = withModules(testRuntime(database.url), [plant, telemetry, mqtt])
  ends.unshift(() => runtime.app.close())
  const ingest = await telemetry.start?.(runtime)
  ends.unshift(async () => ingest?.stop())
  door = await openDoor(runtime, { host: 'localhost', port: 0, isPortFree: false })
  ends.unshift(() => door.stop())
})

afterAll(async () => {
  for (const end of ends) await end()
})

/** Some eighty connections. */
const WITHIN_MS = 60_000
const SIGNALS = [{ name: 'secret', kind: 'number' as const }]

/** Every way to name topics that are, or include, those of another device. */
function foreignFilters({ root, device }: GivenDevice): string[] {
  return [
    ...['#', '+', '/#', '+/#', '+/+/#', '+/+/+/#', 'millrace/#', 'millrace/v1/#', 'millrace/v1/+', 'millrace/v1/+/#'],
    ...['millrace/+/+/secret', `millrace/+/${device.id}/#`, `+/v1/${device.id}/#`, root, `${root}/#`, `${root}/secret`],
    ...[
      `$share/group/${root}/#`,
      `$share/group/#`,
      '$share/group/+/+/+/secret',
      `$queue/${root}/#`,
      '$SYS/#',
      '$SYS/+/+/+',
    ],
  ]
}

/** And to write there. */
function foreignTopics({ root, device }: GivenDevice): string[] {
  return [
    ...[
      root,
      `${root}/secret`,
      `/${root}/secret`,
      `${root}x/secret`,
      `$share/group/${root}/secret`,
      '$SYS/x/new/clients',
    ],
    ...[
      `millrace/v1//${device.id}/secret`,
      `MILLRACE/v1/${device.id}/secret`,
      `spBv1.0/plant/NDATA/${device.id}`,
      'secret',
    ],
  ]
}

/** What a client is told of topics outside its own. */
function listen(client: MqttClient, own: string): string[] {
  const heard: string[] = []
  client.on('message', (topic) => {
    if (!topic.startsWith(`${own}/`)) heard.push(topic)
  })
  return heard
}

// proves: T-B9
test(
  'no device hears or writes what belongs to another, of its company or of others, by whatever form of topic',
  async () => {
    const [victim, stranger] = [await givenDevice(runtime, SIGNALS), await givenDevice(runtime, SIGNALS)]
    const sibling = await siblingOf(victim)
    const secret = victim.signals[0]?.series ?? 0
    const speaking = await connectDevice(door.port, victim)
    for (const spy of [stranger, sibling]) {
      const client = await connectDevice(door.port, spy)
      const heard = listen(client, spy.root)
      for (const filter of foreignFilters(victim)) {
        const [granted] = await client.subscribeAsync(filter, { qos: 1 }).catch(() => [])
        expect(granted?.qos ?? 128, filter).toBe(128)
      }
      const [own] = await client.subscribeAsync(`${spy.root}/#`, { qos: 1 })
      expect(own?.qos).toBe(1)

      for (const retain of [false, true]) {
        await speaking.publishAsync(`${victim.root}/secret`, '7', { qos: 1, retain })
        await speaking.publishAsync(victim.root, '{"secret":7}', { qos: 1, retain })
      }
      // What it says itself comes back: by then everything before has come, too.
      const echo = new Promise<string>((resolve) => client.once('message', (topic) => resolve(topic)))
      await client.publishAsync(`${spy.root}/mine`, '1', { qos: 1 })
      expect(await echo).toBe(`${spy.root}/mine`)
      // A new subscription is not told what was retained, for nothing is.
      await client.unsubscribeAsync(`${spy.root}/#`)
      await client.subscribeAsync(`${spy.root}/#`, { qos: 1 })
      expect(heard).toEqual([])
      await client.endAsync()
      await expectNoForeignWords(spy, victim)
    }
    expect(await latest(victim, secret)).toMatchObject({ value: 7 })
    await speaking.endAsync()
  },
  WITHIN_MS,
)

/** Another device of the same company. */
async function siblingOf(given: GivenDevice): Promise<GivenDevice> {
  const made = await given.asSystem((ctx) => createDevice(ctx, { workUnitId: given.workUnitId, name: 'Other sensor' }))
  return { ...given, ...made, signals: [], root: `millrace/v1/${made.device.id}` }
}

/** Publishing and last wills at foreign topics end the connection, and change nothing. */
async function expectNoForeignWords(spy: GivenDevice, victim: GivenDevice): Promise<void> {
  for (const topic of foreignTopics(victim)) {
    for (const retain of [false, true]) {
      const writer = await connectDevice(door.port, spy)
      const gone = new Promise((resolve) => writer.once('close', () => resolve('hung up')))
      writer.publish(topic, '13', { qos: 1, retain }, () => undefined)
      expect(await gone, topic).toBe('hung up')
    }
    const will = { topic, payload: Buffer.from('13'), qos: 1 as const, retain: true }
    await expect(connectDevice(door.port, spy, { will }), topic).rejects.toMatchObject({ code: 5 })
  }
  await expect(latest(victim, victim.signals[0]?.series ?? 0)).resolves.toMatchObject({ value: 7 })
}

function latest(given: GivenDevice, series: number) {
  return given.asSystem(async (ctx) => latestValues(ctx, [series]).get(series))
}

test('a device cannot end the connection of another one by taking its client id', async () => {
  const [first, second] = [await givenDevice(runtime, SIGNALS), await givenDevice(runtime, SIGNALS)]
  const one = await connectDevice(door.port, first, { clientId: 'sensor' })
  const other = await connectDevice(door.port, second, { clientId: 'sensor' })
  await one.publishAsync(`${first.root}/secret`, '1', { qos: 1 })
  await other.publishAsync(`${second.root}/secret`, '2', { qos: 1 })
  await vi.waitFor(async () => {
    expect(await latest(first, first.signals[0]?.series ?? 0)).toMatchObject({ value: 1 })
    expect(await latest(second, second.signals[0]?.series ?? 0)).toMatchObject({ value: 2 })
  })
  await one.endAsync()
  await other.endAsync()
})
