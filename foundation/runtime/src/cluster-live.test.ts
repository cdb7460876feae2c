import { findNatsServer, type NatsCluster, startNats } from '@millrace/testing/cluster'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Cluster } from './cluster.ts'
import { type ClusterLive, createClusterLive } from './cluster-live.ts'
import { createLive, type LiveMessage } from './live.ts'
import { joinNats } from './nats.ts'
import { parseNats } from './nats-settings.ts'

const nats = findNatsServer()
const ACME = '0199c1b0-11f2-7b5e-8a77-5d0c2f4e9a10'
const OTHER = '0199c1b0-11f2-7b5e-8a77-5d0c2f4e9a11'
const TOPIC = 'telemetry.machine/0199c1b4-6f0e-7c3a-9d43-0a6f8f1f2b11'
const said: string[] = []
const log = { info: () => undefined, warn: () => undefined, error: (text: string) => said.push(text) }

describe.skipIf(nats === undefined)('live messages of two servers (skipped where nats-server is not installed)', () => {
  let cluster: NatsCluster
  let servers: { cluster: Cluster; live: ClusterLive }[]

  beforeAll(async () => {
    cluster = await startNats(nats ?? '', 1)
    const { settings } = parseNats(cluster.url, {})
    if (!settings) throw new Error('The address is none.')
    servers = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const joined = await joinNats(settings, { name, messageBytesMax: 1_000_000, log })
        return { cluster: joined, live: createClusterLive(createLive(), joined, log) }
      }),
    )
  }, 60_000)

  afterAll(async () => {
    for (const server of servers ?? []) {
      server.live.stop()
      await server.cluster.stop()
    }
    await cluster?.stop()
  })

  // proves: T-B10 (between servers)
  test('what one publishes reaches the subscribers of the other, of that enterprise and topic only, once', async () => {
    const [one, two] = servers
    if (!one || !two) throw new Error('There are no two.')
    const heard: Record<string, LiveMessage[]> = { ours: [], theirs: [], elsewhere: [] }
    const end = two.live.subscribe(ACME, [TOPIC], { send: (message) => heard.ours?.push(message) })
    two.live.subscribe(OTHER, [TOPIC], { send: (message) => heard.theirs?.push(message) })
    two.live.subscribe(ACME, ['telemetry.machine/other'], { send: (message) => heard.elsewhere?.push(message) })
    const followed: string[] = []
    const unfollow = two.live.follow(TOPIC, (enterpriseId) => followed.push(enterpriseId))
    await vi.waitFor(() => expect(one.live.watched(ACME, TOPIC)).toBe(true), 5000)

    one.live.publish(ACME, TOPIC, { value: 1 })
    one.live.publish(ACME, TOPIC, { value: 2 })
    await vi.waitFor(() => expect(heard.ours).toHaveLength(2), 5000)

    expect(heard.ours?.map(({ data }) => JSON.parse(data))).toEqual([{ value: 1 }, { value: 2 }])
    expect([heard.theirs, heard.elsewhere]).toEqual([[], []])
    expect(followed).toEqual([ACME, ACME])
    end()
    unfollow()
    await vi.waitFor(() => expect(one.live.watched(ACME, TOPIC)).toBe(false), 5000)
  })

  test('a message under the subject of another enterprise is not delivered', async () => {
    const [one, two] = servers
    if (!one || !two) throw new Error('There are no two.')
    const heard: LiveMessage[] = []
    two.live.subscribe(OTHER, [TOPIC], { send: (message) => heard.push(message) })
    await vi.waitFor(() => expect(one.live.watched(OTHER, TOPIC)).toBe(true), 5000)
    const subject = `millrace.live.${OTHER}.${Buffer.from(TOPIC).toString('base64url')}`
    const forged = { from: one.cluster.processId, enterpriseId: ACME, topic: TOPIC, data: 'theirs' }
    one.cluster.publish(subject, JSON.stringify(forged))
    one.live.publish(OTHER, TOPIC, 'last')
    await vi.waitFor(() => expect(heard).toHaveLength(1), 5000)
    expect(heard[0]?.data).toBe('"last"')
    expect(said).toEqual(['A live message of another server cannot be read.'])
  })
})
