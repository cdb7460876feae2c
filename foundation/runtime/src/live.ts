import { randomBytes } from 'node:crypto'
import { LiveWindows, type WindowBounds } from './live-window.ts'

/** A screen (or a gateway) that listens. `send` must not block and must not throw. */
export interface Subscriber {
  readonly send: (message: LiveMessage) => void
}

export interface LiveMessage {
  /** Which one of its enterprise it is: in this process, ids of later messages are later places to resume at. */
  readonly id: string
  readonly topic: string
  /** JSON text, made once for all subscribers. */
  readonly data: string
}

/** What a screen that watches is given at first. */
export interface Watch {
  /**
   * What was published on the topics since the place it asked for, oldest first; what is published from now on is sent.
   * Undefined when it named no place, or when that cannot be told any more: it has to read the present state.
   */
  readonly missed: readonly LiveMessage[] | undefined
  /** The place to resume at for who has got everything up to now. */
  place(): string
  /** Ends it; safe to call twice. */
  end(): void
}

/**
 * Hands messages to whoever listens to a topic of an enterprise now. Of topics that are watched the last messages are kept for
 * a short while, so that a screen whose connection broke misses nothing. Whoever was away for longer asks for the present state.
 */
export interface Live {
  publish(enterpriseId: string, topic: string, data: unknown): void
  /** Whether anybody listens. */
  watched(enterpriseId: string, topic: string): boolean
  /** Whether anybody listens, or may come back and ask what was missed: lets a busy publisher skip work. */
  wanted(enterpriseId: string, topic: string): boolean
  /** @returns ends the subscription; safe to call twice. */
  subscribe(enterpriseId: string, topics: readonly string[], subscriber: Subscriber): () => void
  /**
   * Subscribes a screen: to each topic with a subscriber of its own, and from the place where it left off.
   *
   * @param after a message's id or a {@link Watch.place}; one of another process counts as none.
   */
  watch(enterpriseId: string, topics: ReadonlyMap<string, Subscriber>, after?: string): Watch
  /**
   * Hears in which enterprise something was published on a topic, and nothing of what: for work that serves them all.
   *
   * @returns ends it; safe to call twice.
   */
  follow(topic: string, hear: (enterpriseId: string) => void): () => void
}

/** Long enough for a new network or a nap of a tablet, short enough that a screen reads less than it would by reloading. */
const WINDOW: WindowBounds = {
  ageMs: 30_000,
  topicBytes: 512 * 1024,
  totalBytes: 64 * 1024 * 1024,
}
const RUN_BYTES = 6

export function createLive(bounds: Partial<WindowBounds> = {}): Live {
  // Keyed by tenant and topic together: nothing can be delivered across tenants (THREATS T-B10).
  const listeners = new Map<string, Set<Subscriber>>()
  const key = (enterpriseId: string, topic: string) => `${enterpriseId} ${topic}`
  const followers = new Map<string, Set<(enterpriseId: string) => void>>()
  const windows = new LiveWindows({ ...WINDOW, ...bounds })
  // Numbers begin anew with each process: those of another must not be taken for ours.
  const run = randomBytes(RUN_BYTES).toString('base64url')
  // Each enterprise counts its own: nobody learns how much the others do.
  const numbers = new Map<string, number>()
  const numberNow = (enterpriseId: string) => numbers.get(enterpriseId) ?? 0
  const idOf = (number: number) => `${run}.${number}`

  function subscribe(enterpriseId: string, topics: readonly string[], subscriber: Subscriber): () => void {
    for (const topic of topics) {
      const at = key(enterpriseId, topic)
      const listening = listeners.get(at) ?? new Set()
      listening.add(subscriber)
      listeners.set(at, listening)
    }
    return () => {
      for (const topic of topics) {
        const at = key(enterpriseId, topic)
        const listening = listeners.get(at)
        listening?.delete(subscriber)
        if (listening?.size === 0) listeners.delete(at)
      }
    }
  }

  return {
    publish(enterpriseId, topic, data) {
      for (const hear of followers.get(topic) ?? []) hear(enterpriseId)
      const at = key(enterpriseId, topic)
      const listening = listeners.get(at)
      if (!listening && !windows.has(at)) return
      const number = numberNow(enterpriseId) + 1
      numbers.set(enterpriseId, number)
      const message = { id: idOf(number), topic, data: JSON.stringify(data) }
      windows.add(at, number, message)
      for (const subscriber of listening ?? []) subscriber.send(message)
    },
    follow(topic, hear) {
      const hearing = followers.get(topic) ?? new Set()
      followers.set(topic, hearing.add(hear))
      return () => {
        hearing.delete(hear)
        if (hearing.size === 0 && followers.get(topic) === hearing) followers.delete(topic)
      }
    },
    watched: (enterpriseId, topic) => listeners.has(key(enterpriseId, topic)),
    wanted(enterpriseId, topic) {
      const at = key(enterpriseId, topic)
      return listeners.has(at) || windows.has(at)
    },
    subscribe,
    watch(enterpriseId, topics, after) {
      const keys = [...topics.keys()].map((topic) => key(enterpriseId, topic))
      const since = after === undefined ? undefined : numberIn(after, run)
      const missed = since === undefined ? undefined : windows.since(keys, since, numberNow(enterpriseId))
      for (const at of keys) windows.open(at, numberNow(enterpriseId))
      const ends = [...topics].map(([topic, subscriber]) => subscribe(enterpriseId, [topic], subscriber))
      let isEnded = false
      return {
        missed,
        place: () => idOf(numberNow(enterpriseId)),
        end() {
          if (isEnded) return
          isEnded = true
          for (const end of ends) end()
          for (const at of keys) windows.leave(at)
        },
      }
    },
  }
}

/** The number in an id of this run of the server. */
function numberIn(id: string, run: string): number | undefined {
  const [of, digits] = id.split('.')
  return of === run && digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}
