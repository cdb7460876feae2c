import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EventStream, LiveClient } from './live.ts'

/** A browser's EventSource with the wire in the test's hand. */
class FakeStream implements EventStream {
  readyState = 1
  onerror: ((event: Event) => void) | null = null
  readonly url: string
  readonly #listeners = new Map<string, ((event: MessageEvent<string>) => void)[]>()

  constructor(url: string) {
    this.url = url
  }
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }
  close() {
    this.readyState = 2
  }
  say(type: string, data: unknown, lastEventId = '') {
    this.sayRaw(type, JSON.stringify(data), lastEventId)
  }
  sayRaw(type: string, data: string, lastEventId = '') {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data, lastEventId } as MessageEvent<string>)
  }
}

let streams: FakeStream[]
let nowMs: number
let client: LiveClient
const last = () => streams.at(-1) as FakeStream
const pass = (ms: number) => {
  nowMs += ms
  vi.advanceTimersByTime(ms)
}

beforeEach(() => {
  vi.useFakeTimers()
  streams = []
  nowMs = 1_000_000
  client = new LiveClient({
    open: (url) => {
      const stream = new FakeStream(url)
      streams.push(stream)
      return stream
    },
    nowMs: () => nowMs,
    pausesMs: [100, 200],
    silenceMs: 12_000,
    settleMs: 10,
  })
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

test('several watchers share one connection with each topic once', () => {
  client.watch(['plant.gateways', 'insight.findings'], () => undefined)
  client.watch(['insight.findings'], () => undefined)
  pass(10)
  expect(streams.map((stream) => decodeURIComponent(stream.url))).toEqual([
    '/api/v1/live?watch=insight.findings,plant.gateways',
  ])
})

test('a message reaches those who watch its topic and nobody else', () => {
  const heard: unknown[] = []
  client.watch(['insight.findings'], (topic, data) => heard.push([topic, data]))
  client.watch(['plant.gateways'], () => heard.push('wrong'))
  pass(10)
  last().say('insight.findings', { findingId: 'f' })
  expect(heard).toEqual([['insight.findings', { findingId: 'f' }]])
})

test('text that is not JSON is passed over', () => {
  const heard: unknown[] = []
  client.watch(['a'], (_topic, data) => heard.push(data))
  pass(10)
  last().sayRaw('a', '{"cut off')
  last().say('a', 1)
  expect(heard).toEqual([1])
})

test('watching more opens again with the whole list, and the last to leave closes', () => {
  const stop = client.watch(['a'], () => undefined)
  pass(10)
  const stopB = client.watch(['b'], () => undefined)
  pass(10)
  expect(streams).toHaveLength(2)
  expect(decodeURIComponent(last().url)).toContain('watch=a,b')
  stop()
  stopB()
  pass(10)
  expect(streams.map((stream) => stream.readyState)).toEqual([2, 2])
})

test('the old connection is heard until the new one has begun, so that nothing is missed', () => {
  const heard: unknown[] = []
  client.watch(['a'], (_topic, data) => heard.push(data))
  pass(10)
  last().say('hello', { nowMs })
  client.watch(['b'], () => undefined)
  pass(10)
  streams[0]?.say('a', 'in between')
  expect(heard).toEqual(['in between'])
  last().say('hello', { nowMs })
  expect(streams.map((stream) => stream.readyState)).toEqual([2, 1])
  expect(client.status.gaps).toBe(0)
})

test('a page that is left and another that watches the same keep the connection', () => {
  const stop = client.watch(['a'], () => undefined)
  pass(10)
  stop()
  client.watch(['a'], () => undefined)
  pass(10)
  expect(streams).toHaveLength(1)
})

test('a refused connection is opened again with growing pauses', () => {
  client.watch(['a'], () => undefined)
  pass(10)
  for (const pauseMs of [100, 200, 200]) {
    const before = streams.length
    last().readyState = 2
    last().onerror?.(new Event('error'))
    pass(pauseMs - 1)
    expect(streams).toHaveLength(before)
    pass(1)
    expect(streams).toHaveLength(before + 1)
  }
})

test('silence beyond the beats counts as lost and is opened again', () => {
  client.watch(['a'], () => undefined)
  pass(10)
  last().say('hello', { nowMs })
  expect(client.status.state).toBe('live')
  pass(15_100)
  expect(client.status.state).toBe('lost')
  pass(100)
  expect(streams).toHaveLength(2)
})

test('a connection that goes on where it broke off is no gap, and a message that comes twice is told once', () => {
  const heard: unknown[] = []
  client.watch(['a'], (_topic, data) => heard.push(data))
  pass(10)
  last().say('hello', { nowMs, resumed: false }, 'run.4')
  last().say('a', 'first', 'run.5')
  last().readyState = 2
  last().onerror?.(new Event('error'))
  pass(100)
  expect(new URL(last().url, 'http://cloud.example').searchParams.get('after')).toBe('run.5')
  last().say('hello', { nowMs, resumed: true }, 'run.5')
  last().say('a', 'missed', 'run.6')
  client.watch(['b'], () => undefined)
  pass(10)
  expect(last().url).not.toContain('after')
  streams.at(-2)?.say('a', 'once', 'run.7')
  last().say('hello', { nowMs, resumed: false }, 'run.6')
  last().say('a', 'once', 'run.7')
  expect(heard).toEqual(['first', 'missed', 'once'])
  expect(client.status).toMatchObject({ state: 'live', gaps: 0 })
})

test('numbers of a server that was started anew are not taken for old ones', () => {
  const heard: unknown[] = []
  client.watch(['a'], (_topic, data) => heard.push(data))
  pass(10)
  last().say('hello', { nowMs, resumed: false }, 'run.4')
  last().say('a', 'before', 'run.5')
  last().onerror?.(new Event('error'))
  last().say('hello', { nowMs, resumed: false }, 'next.0')
  last().say('a', 'after', 'next.1')
  expect(heard).toEqual(['before', 'after'])
  expect(client.status.gaps).toBe(1)
})

test('each lost connection is counted, so that a page can read again what it may have missed', () => {
  client.watch(['a'], () => undefined)
  pass(10)
  last().say('hello', { nowMs })
  expect(client.status.gaps).toBe(0)
  last().onerror?.(new Event('error'))
  last().say('hello', { nowMs })
  expect(client.status.gaps).toBe(1)
})

test('the age of samples is measured by the server’s clock', () => {
  client.watch(['a'], () => undefined)
  pass(10)
  last().say('hello', { nowMs: nowMs + 60_000 })
  client.sampleSeen(nowMs + 60_000 - 400)
  expect(nowMs - (client.status.newestSampleAtMs ?? 0)).toBe(400)
  client.sampleSeen(nowMs + 50_000)
  expect(nowMs - (client.status.newestSampleAtMs ?? 0)).toBe(400)
})
