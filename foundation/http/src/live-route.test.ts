import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Actor, createLive, type Permission, type Runtime, type WindowBounds } from '@millrace/runtime'
import { somebody, test } from '@millrace/testing'
import { expect, vi } from 'vitest'
import { type App, createApp, defineModule, type Module } from './index.ts'

const ENTERPRISE = '0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'
const MESSAGE_BYTES = 100_000

/** A module whose permission is held in places that the test may change; of `site/…` a part of the numbers may be seen. */
function probeFor(places: Set<string>): Module {
  return defineModule({
    name: 'probe',
    permissions: [
      {
        ...{
          name: 'probe:thing:read' as Permission['name'],
          title: 'Read',
          kind: 'read',
          label: 'internal',
          roles: [],
        },
      },
    ],
    authenticators: [async () => somebody(ENTERPRISE, { 'probe:thing:read': new Set(places) })],
    topics: [
      {
        pattern: 'probe.site/:siteId',
        permission: 'probe:thing:read',
        placeOf: async (_runtime, _actor, id) => id,
      },
      { pattern: 'probe.things', permission: 'probe:thing:read' },
    ],
  })
}

interface Heard {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** A screen at a real socket. */
class Screen {
  readonly heard: Heard[] = []
  readonly response: IncomingMessage
  isClosed = false
  #rest = ''

  constructor(response: IncomingMessage) {
    this.response = response
    response.setEncoding('utf8').on('data', (text: string) => this.#read(text))
    response.once('close', () => {
      this.isClosed = true
    })
    response.on('error', () => undefined)
  }

  static open(app: App, watch: string, headers: Record<string, string> = {}): Promise<Screen> {
    const { port } = app.server.address() as AddressInfo
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: `/api/v1/live?watch=${watch}`, headers, agent: false }, (response) => {
        resolve(new Screen(response))
      }).once('error', reject)
    })
  }

  get hello(): unknown {
    return this.heard.find(({ event }) => event === 'hello')?.data
  }

  get place(): string {
    return this.heard.findLast(({ id }) => id !== '')?.id ?? ''
  }

  /** What it was told of its topics. */
  get numbers(): unknown[] {
    return this.heard.flatMap(({ event, data }) => (event.startsWith('probe.') ? [(data as { n: number }).n] : []))
  }

  async untilGreeted(): Promise<this> {
    await vi.waitFor(() => expect(this.hello).toBeDefined())
    return this
  }

  #read(text: string): void {
    const events = (this.#rest + text).split('\n\n')
    this.#rest = events.pop() ?? ''
    for (const event of events) {
      const fields = new Map(event.split('\n').map((line) => line.split(/: (.*)/, 2) as [string, string]))
      const data = JSON.parse(fields.get('data') ?? 'null')
      this.heard.push({ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data })
    }
  }
}

async function withApp(
  given: { runtime: Runtime; bounds?: Partial<WindowBounds>; places?: Set<string> },
  act: (app: App, publish: (topic: string, n: number, more?: object) => void) => Promise<void>,
): Promise<void> {
  const runtime = { ...given.runtime, live: createLive(given.bounds) }
  const app = await createApp({ runtime, modules: [probeFor(given.places ?? new Set(['s']))], version: 'test' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  try {
    await act(app, (topic, n, more) => runtime.live.publish(ENTERPRISE, topic, { n, ...more }))
  } finally {
    await app.close()
  }
}

async function leave(screen: Screen): Promise<void> {
  screen.response.destroy()
  await vi.waitFor(() => expect(screen.isClosed).toBe(true))
}

test('a screen that comes back gets what it missed, once and in order, and then goes on', async ({ runtime }) => {
  await withApp({ runtime, places: new Set(['s', 't']) }, async (app, publish) => {
    const topics = 'probe.site/s,probe.site/t'
    const before = await (await Screen.open(app, topics)).untilGreeted()
    expect(before.hello).toMatchObject({ resumed: false })
    publish('probe.site/s', 1)
    publish('probe.site/t', 2)
    await vi.waitFor(() => expect(before.numbers).toEqual([1, 2]))
    await leave(before)
    publish('probe.site/t', 3)
    publish('probe.site/u', 4)
    publish('probe.site/s', 5)

    const byHeader = await Screen.open(app, topics, { 'last-event-id': before.place })
    const byAddress = await Screen.open(app, `${topics}&after=${before.place}`)
    publish('probe.site/s', 6)
    for (const screen of [byHeader, byAddress]) {
      await vi.waitFor(() => expect(screen.numbers).toEqual([3, 5, 6]))
      expect(screen.hello).toMatchObject({ resumed: true })
    }
  })
})

test('a screen that got nothing yet, or was cut off while it resumed, comes back to the same place', async ({
  runtime,
}) => {
  await withApp({ runtime }, async (app, publish) => {
    const first = await (await Screen.open(app, 'probe.site/s')).untilGreeted()
    await leave(first)
    publish('probe.site/s', 1)
    const second = await (await Screen.open(app, 'probe.site/s', { 'last-event-id': first.place })).untilGreeted()
    expect(second.heard[0]?.id).toBe(first.place)
    await vi.waitFor(() => expect(second.numbers).toEqual([1]))
    await leave(second)
    const third = await (await Screen.open(app, 'probe.site/s', { 'last-event-id': first.place })).untilGreeted()
    await vi.waitFor(() => expect(third.numbers).toEqual([1]))
  })
})

test('a screen that was away too long, missed too much, watches more or knows another server reads anew', async ({
  runtime,
}) => {
  const bounds = { ageMs: 60, topicBytes: 1000 }
  await withApp({ runtime, bounds, places: new Set(['s', 't']) }, async (app, publish) => {
    const whether = async (watch: string, place: string) => {
      const screen = await (await Screen.open(app, watch, { 'last-event-id': place })).untilGreeted()
      return (screen.hello as { resumed: boolean }).resumed
    }
    const stays = await (await Screen.open(app, 'probe.site/s')).untilGreeted()
    expect(await whether('probe.site/s', stays.place)).toBe(true)
    expect(await whether('probe.site/s,probe.site/t', stays.place)).toBe(false)
    expect(await whether('probe.site/s', 'another.0')).toBe(false)
    expect(await whether('probe.site/s', `${stays.place}99`)).toBe(false)
    expect(await whether('probe.site/s', 'nonsense')).toBe(false)
    for (const n of [1, 2, 3]) publish('probe.site/s', n, { text: 'x'.repeat(400) })
    expect(await whether('probe.site/s', stays.place)).toBe(false)

    const leaves = await (await Screen.open(app, 'probe.things')).untilGreeted()
    await leave(leaves)
    await vi.waitFor(() => expect(app.runtime.live.wanted(ENTERPRISE, 'probe.things')).toBe(false))
    expect(await whether('probe.things', leaves.place)).toBe(false)
  })
})

test('who lost a permission while away does not get what was said meanwhile', async ({ runtime }) => {
  const places = new Set(['s', 't'])
  await withApp({ runtime, places }, async (app, publish) => {
    const events = await (await Screen.open(app, 'probe.things')).untilGreeted()
    const site = await (await Screen.open(app, 'probe.site/t')).untilGreeted()
    await leave(events)
    await leave(site)
    publish('probe.things', 1, { siteId: 's' })
    publish('probe.things', 2, { siteId: 't' })
    publish('probe.site/t', 3)
    places.delete('t')

    const back = await Screen.open(app, 'probe.things', { 'last-event-id': events.place })
    await vi.waitFor(() => expect(back.numbers).toEqual([1]))
    const refused = await Screen.open(app, 'probe.site/t', { 'last-event-id': site.place })
    expect(refused.response.statusCode).toBe(403)
  })
})

test('a screen that does not read is dropped, and holds up nobody', async ({ runtime }) => {
  await withApp({ runtime }, async (app, publish) => {
    const reading = await (await Screen.open(app, 'probe.site/s')).untilGreeted()
    const stuck = await (await Screen.open(app, 'probe.site/s')).untilGreeted()
    stuck.response.pause()
    const sockets = () => new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count)))
    let sent = 0
    // The system keeps some megabytes for it, the server one: then it is gone.
    while ((await sockets()) > 1) {
      sent += 1
      expect(sent * MESSAGE_BYTES).toBeLessThan(64 * 1024 * 1024)
      publish('probe.site/s', sent, { text: 'x'.repeat(MESSAGE_BYTES) })
      await vi.waitFor(() => expect(reading.numbers.length).toBe(sent), { interval: 1 })
    }
    expect(reading.numbers).toEqual(Array.from({ length: sent }, (_, at) => at + 1))
    expect(reading.isClosed).toBe(false)
  })
})

test('watchers who may see the same part share the work of cutting it out', async ({ runtime }) => {
  const partly: Actor = {
    ...somebody(ENTERPRISE),
    permissions: new Map([
      ['probe:thing:read', [{ where: { siteId: 's', equipment: new Set(['unit']) }, upTo: 'trade-secret' as const }]],
    ]),
  }
  let cuts = 0
  const narrowed = defineModule({
    ...probeFor(new Set()),
    authenticators: [async () => partly],
    topics: [
      {
        pattern: 'probe.site/:siteId',
        permission: 'probe:thing:read',
        placeOf: async (_runtime, _actor, id) => id,
        narrow: async () => ({
          key: 'even',
          narrow: (data) => {
            cuts += 1
            return (data as { n: number }).n % 2 === 0 ? data : undefined
          },
        }),
      },
    ],
  })
  const live = createLive()
  const app = await createApp({ runtime: { ...runtime, live }, modules: [narrowed], version: 'test' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const screens = await Promise.all([1, 2, 3].map(() => Screen.open(app, 'probe.site/s')))
  for (const screen of screens) await screen.untilGreeted()
  for (const n of [1, 2]) live.publish(ENTERPRISE, 'probe.site/s', { n })
  for (const screen of screens) await vi.waitFor(() => expect(screen.numbers).toEqual([2]))
  expect(cuts).toBe(2)
  await app.close()
})
