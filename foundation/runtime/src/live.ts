/** A screen (or a gateway) that listens. `send` must not block and must not throw. */
export interface Subscriber {
  readonly send: (message: LiveMessage) => void
}

export interface LiveMessage {
  readonly id: number
  readonly topic: string
  /** JSON text, made once for all subscribers. */
  readonly data: string
}

/**
 * Hands messages to whoever listens to a topic of an enterprise now. Nothing is stored: a screen that was away asks for
 * the present state when it comes back.
 */
export interface Live {
  publish(enterpriseId: string, topic: string, data: unknown): void
  /** Whether anybody listens: lets a busy publisher skip work. */
  watched(enterpriseId: string, topic: string): boolean
  /** @returns ends the subscription; safe to call twice. */
  subscribe(enterpriseId: string, topics: readonly string[], subscriber: Subscriber): () => void
  /**
   * Hears in which enterprise something was published on a topic, and nothing of what: for work that serves them all.
   *
   * @returns ends it; safe to call twice.
   */
  follow(topic: string, hear: (enterpriseId: string) => void): () => void
}

export function createLive(): Live {
  // Keyed by tenant and topic together: nothing can be delivered across tenants (THREATS T-B10).
  const listeners = new Map<string, Set<Subscriber>>()
  const key = (enterpriseId: string, topic: string) => `${enterpriseId} ${topic}`
  const followers = new Map<string, Set<(enterpriseId: string) => void>>()
  let lastId = 0
  return {
    publish(enterpriseId, topic, data) {
      for (const hear of followers.get(topic) ?? []) hear(enterpriseId)
      const listening = listeners.get(key(enterpriseId, topic))
      if (!listening) return
      lastId += 1
      const message = { id: lastId, topic, data: JSON.stringify(data) }
      for (const subscriber of listening) subscriber.send(message)
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
    subscribe(enterpriseId, topics, subscriber) {
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
    },
  }
}
