import { SECOND_MS } from '@millrace/base'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { clockMs } from './clock.ts'

/** Called with what the server said on a topic; `topic` is one of those watched. */
export type LiveHandler = (topic: string, data: unknown) => void

/** `live`: heard from within the last beats. `lost`: silent; what the screen shows grows old. */
export interface LiveStatus {
  readonly state: 'connecting' | 'live' | 'lost'
  /** When the server was last heard, by our own clock; undefined before the first time. */
  readonly heardAtMs: number | undefined
  /** Time stamp of the newest sample seen, already moved to our own clock; undefined while no samples are watched. */
  readonly newestSampleAtMs: number | undefined
  /** Counts the times after which messages may have been missed: read again what matters when it rises. */
  readonly gaps: number
}

/** The part of the browser's EventSource used here. */
export interface EventStream {
  readonly readyState: number
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void
  close(): void
  onerror: ((event: Event) => void) | null
}

interface LiveOptions {
  readonly open: (url: string) => EventStream
  readonly nowMs: () => number
  /** Pauses before opening again after the server refused or went silent; the last one repeats. */
  readonly pausesMs: readonly number[]
  /** Silence after which a connection counts as lost. The server beats every 5 s. */
  readonly silenceMs: number
  /** Time for several parts of a page to say what they watch, so that one connection is opened and not five. */
  readonly settleMs: number
}

const PATH = '/api/v1/live'
/** As in the browser's own EventSource. */
const OPEN = 1
const CLOSED = 2
const DEFAULTS: LiveOptions = {
  open: (url) => new EventSource(url, { withCredentials: true }),
  nowMs: clockMs,
  pausesMs: [500, 1000, 2000, 5000],
  silenceMs: 12 * SECOND_MS,
  settleMs: 40,
}

/** One server-sent events connection for the whole page, carrying the topics that anything on it watches. */
export class LiveClient {
  readonly #options: LiveOptions
  readonly #watchers = new Map<symbol, { topics: readonly string[]; handler: LiveHandler }>()
  readonly #listeners = new Set<() => void>()
  #stream: EventStream | undefined
  /** The stream before other topics were watched: kept until the new one has begun, so that nothing is missed. */
  #fading: EventStream | undefined
  #streamTopics = ''
  /** Up to where the server was heard, and on which topics: there it can go on. */
  #place: { id: string; topics: ReadonlySet<string> } | undefined
  /** Of the newest message of each topic: two streams say it twice while one takes over from the other. */
  readonly #newest = new Map<string, MessageId>()
  #settling: ReturnType<typeof setTimeout> | undefined
  #reopening: ReturnType<typeof setTimeout> | undefined
  #watchdog: ReturnType<typeof setInterval> | undefined
  #failures = 0
  #clockOffsetMs = 0
  #status: LiveStatus = { state: 'connecting', heardAtMs: undefined, newestSampleAtMs: undefined, gaps: 0 }

  constructor(options: Partial<LiveOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options }
  }

  get status(): LiveStatus {
    return this.#status
  }

  /** The server's clock minus ours, from its last beat. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs
  }

  /** Calls the listener after each change of {@link status}. Returns the way to stop. */
  onStatus(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Watches topics until the returned function is called. The same topic may be watched many times. */
  watch(topics: readonly string[], handler: LiveHandler): () => void {
    const watcher = Symbol()
    this.#watchers.set(watcher, { topics, handler })
    this.#settle()
    return () => {
      this.#watchers.delete(watcher)
      this.#settle()
    }
  }

  /** Tells the client the time stamp (by the server's clock) of samples that came in, for the age shown in the top bar. */
  sampleSeen(timestampMs: number): void {
    const atMs = timestampMs - this.#clockOffsetMs
    if (atMs <= (this.#status.newestSampleAtMs ?? 0)) return
    this.#set({ newestSampleAtMs: Math.min(atMs, this.#options.nowMs()) })
  }

  /** Closes the connection and forgets every watcher. */
  close(): void {
    this.#watchers.clear()
    this.#place = undefined
    clearTimeout(this.#settling)
    this.#closeStream()
  }

  #settle(): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#apply(), this.#options.settleMs)
  }

  #apply(): void {
    const topics = [...new Set([...this.#watchers.values()].flatMap((watcher) => watcher.topics))].sort()
    const text = topics.join(',')
    if (text === this.#streamTopics && (this.#stream || this.#reopening)) return
    this.#streamTopics = text
    this.#set({ newestSampleAtMs: undefined })
    if (topics.length === 0 || this.#status.state !== 'live') this.#closeStream()
    else this.#fade()
    if (topics.length > 0) this.#open(topics)
  }

  #open(topics: readonly string[]): void {
    const stream = this.#options.open(this.#urlOf(topics))
    this.#stream = stream
    const heard = (event: MessageEvent<string>) => {
      if (stream === this.#stream && event.lastEventId !== '')
        this.#place = { id: event.lastEventId, topics: new Set(topics) }
      this.#heard()
    }
    for (const topic of topics) {
      stream.addEventListener(topic, (event) => {
        heard(event)
        if (this.#isNew(topic, event.lastEventId)) this.#deliver(topic, event.data)
      })
    }
    stream.addEventListener('hello', (event) => {
      this.#failures = 0
      const { resumed } = this.#readClock(event.data)
      const wasLost = this.#status.state === 'lost' || (this.#fading && this.#fading.readyState !== OPEN)
      if (wasLost && resumed !== true) this.#set({ gaps: this.#status.gaps + 1 })
      this.#endFading()
      heard(event)
    })
    stream.addEventListener('beat', (event) => {
      this.#readClock(event.data)
      heard(event)
    })
    // A broken connection is mended by the browser itself; only a refused one (CLOSED) is ours to open again.
    stream.onerror = () => {
      this.#set({ state: this.#status.heardAtMs === undefined ? 'connecting' : 'lost' })
      if (stream.readyState === CLOSED) this.#reopen(topics)
    }
    const openedAtMs = this.#options.nowMs()
    this.#watchdog = setInterval(() => {
      const silentMs = this.#options.nowMs() - Math.max(this.#status.heardAtMs ?? 0, openedAtMs)
      if (silentMs > this.#options.silenceMs) this.#reopen(topics)
    }, this.#options.silenceMs / 4)
  }

  #urlOf(topics: readonly string[]): string {
    const url = `${PATH}?watch=${encodeURIComponent(topics.join(','))}`
    const place = this.#place
    return place && topics.every((topic) => place.topics.has(topic))
      ? `${url}&after=${encodeURIComponent(place.id)}`
      : url
  }

  #reopen(topics: readonly string[]): void {
    this.#closeStream()
    this.#set({ state: 'lost' })
    const { pausesMs } = this.#options
    const pauseMs = pausesMs[Math.min(this.#failures, pausesMs.length - 1)] ?? SECOND_MS
    this.#failures += 1
    this.#reopening = setTimeout(() => {
      this.#reopening = undefined
      this.#open(topics)
    }, pauseMs)
  }

  #closeStream(): void {
    this.#fade()
    this.#endFading()
  }

  #fade(): void {
    clearInterval(this.#watchdog)
    clearTimeout(this.#reopening)
    this.#reopening = undefined
    this.#endFading()
    if (!this.#stream) return
    this.#stream.onerror = null
    this.#fading = this.#stream
    this.#stream = undefined
  }

  #endFading(): void {
    this.#fading?.close()
    this.#fading = undefined
  }

  #deliver(topic: string, text: string): void {
    const data = parse(text)
    if (data === undefined) return
    for (const watcher of [...this.#watchers.values()]) {
      if (watcher.topics.includes(topic)) watcher.handler(topic, data)
    }
  }

  #isNew(topic: string, id: string): boolean {
    const came = messageIdOf(id)
    const newest = this.#newest.get(topic)
    if (came && newest && came.run === newest.run && came.number <= newest.number) return false
    if (came) this.#newest.set(topic, came)
    return true
  }

  #readClock(text: string): { resumed?: unknown } {
    const data = parse(text) as { nowMs?: unknown; resumed?: unknown } | undefined
    if (typeof data?.nowMs === 'number') this.#clockOffsetMs = data.nowMs - this.#options.nowMs()
    return data ?? {}
  }

  #heard(): void {
    this.#set({ state: 'live', heardAtMs: this.#options.nowMs() })
  }

  #set(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** The server counts its messages, anew each time it is started. */
interface MessageId {
  readonly run: string
  readonly number: number
}

function messageIdOf(id: string): MessageId | undefined {
  const [run, digits] = id.split('.')
  return run && digits ? { run, number: Number(digits) } : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // A line that is not JSON says nothing a screen could use; the next one will.
  }
}

/** The page's one connection. */
export const live = new LiveClient()

/**
 * Watches topics while the component is on the screen. The handler may change with every render; an empty list watches
 * nothing.
 */
export function useLive(topics: readonly string[], handler: LiveHandler): void {
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  const key = topics.join(',')
  useEffect(() => {
    if (key === '') return
    return live.watch(key.split(','), (topic, data) => latest.current(topic, data))
  }, [key])
}

/** The state of the live connection, for the top bar and for what must be read again after a gap. */
export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(
    (listener) => live.onStatus(listener),
    () => live.status,
  )
}
