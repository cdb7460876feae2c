import type { LiveMessage } from './live.ts'

/** How much is kept of what was published. */
export interface WindowBounds {
  /** A message is kept for so long, and a topic for so long after the last screen has left. */
  readonly ageMs: number
  /** Of one topic, and at most for one screen that comes back. */
  readonly topicBytes: number
  readonly totalBytes: number
}

interface Kept {
  readonly number: number
  readonly atMs: number
  readonly message: LiveMessage
}

/** The last messages of one topic. */
interface Window {
  readonly kept: Kept[]
  bytes: number
  /** All messages with a higher number are here. */
  completeAfter: number
  watcherCount: number
  closing: NodeJS.Timeout | undefined
}

/** The last messages of the topics that screens watch, or watched a moment ago. Bounded in bytes and in time. */
export class LiveWindows {
  private readonly bounds: WindowBounds
  private readonly windows = new Map<string, Window>()
  private totalBytes = 0

  constructor(bounds: WindowBounds) {
    this.bounds = bounds
  }

  has(key: string): boolean {
    return this.windows.has(key)
  }

  /** A screen watches: from now on the topic's messages are kept. @param number of the newest message until now */
  open(key: string, number: number): void {
    const window = this.windows.get(key) ?? {
      ...{ kept: [], bytes: 0, completeAfter: number, watcherCount: 0, closing: undefined },
    }
    this.windows.set(key, window)
    window.watcherCount += 1
    clearTimeout(window.closing)
  }

  /** It watches no longer. */
  leave(key: string): void {
    const window = this.windows.get(key)
    if (!window) return
    window.watcherCount -= 1
    if (window.watcherCount > 0) return
    window.closing = setTimeout(() => {
      this.totalBytes -= window.bytes
      this.windows.delete(key)
    }, this.bounds.ageMs).unref()
  }

  /** Keeps a message of a topic that has a window, and lets go of those that are too old or too many for it. */
  add(key: string, number: number, message: LiveMessage): void {
    const window = this.windows.get(key)
    if (!window) return
    const nowMs = performance.now()
    window.kept.push({ number, atMs: nowMs, message })
    window.bytes += message.data.length
    this.totalBytes += message.data.length
    let gone = 0
    for (const { number: oldest, atMs, message: old } of window.kept) {
      const isTooMuch = window.bytes > this.bounds.topicBytes || this.totalBytes > this.bounds.totalBytes
      if (!isTooMuch && nowMs - atMs <= this.bounds.ageMs) break
      window.completeAfter = oldest
      window.bytes -= old.data.length
      this.totalBytes -= old.data.length
      gone += 1
    }
    window.kept.splice(0, gone)
  }

  /**
   * What was published on some topics after a message.
   *
   * @param number  of that message
   * @param newest  number of the newest message until now
   * @returns oldest first; undefined when some of it is not kept any more, or it is too much for one screen.
   */
  since(keys: readonly string[], number: number, newest: number): LiveMessage[] | undefined {
    if (number > newest) return undefined
    const missed: Kept[] = []
    let bytes = 0
    for (const key of keys) {
      const window = this.windows.get(key)
      if (!window || window.completeAfter > number) return undefined
      for (const kept of window.kept) {
        if (kept.number <= number) continue
        missed.push(kept)
        bytes += kept.message.data.length
        if (bytes > this.bounds.topicBytes) return undefined
      }
    }
    return missed.sort((one, other) => one.number - other.number).map(({ message }) => message)
  }
}
