import { SECOND_MS } from '@millrace/base'

/** How long somebody waits for a turn before it is better to say so. */
const WAIT_MS = 5 * SECOND_MS
/** Those who may wait in one tenant. */
const WAITING_MAX = 32

/** Heavy work, a few at a time: tenants take turns, and within one whoever came first goes first. */
export interface Turns {
  /** @returns ends the turn, safe to call twice; undefined when it took too long or too many wait. */
  wait(tenant: string): Promise<(() => void) | undefined>
}

interface Waiting {
  begin(): void
}

/**
 * @param each how many of one tenant run at once.
 * @param all  how many run at once altogether. A tenant with a larger part of its own has no more than this.
 */
export function createTurns(each: (tenant: string) => number, all: number, waitMs: number = WAIT_MS): Turns {
  // Tenants with waiters, in the order in which they are served next.
  const waiting = new Map<string, Waiting[]>()
  const running = new Map<string, number>()
  let runningInAll = 0

  const mayBegin = (tenant: string) => runningInAll < all && (running.get(tenant) ?? 0) < each(tenant)

  function begin(tenant: string): () => void {
    runningInAll += 1
    running.set(tenant, (running.get(tenant) ?? 0) + 1)
    let ended = false
    return () => {
      if (ended) return
      ended = true
      runningInAll -= 1
      const left = (running.get(tenant) ?? 1) - 1
      if (left > 0) running.set(tenant, left)
      else running.delete(tenant)
      serveNext()
    }
  }

  function serveNext(): void {
    for (const [tenant, queue] of waiting) {
      if (!mayBegin(tenant)) continue
      const next = queue.shift()
      // To the end of the row: every other tenant comes before this one comes again.
      waiting.delete(tenant)
      if (queue.length > 0) waiting.set(tenant, queue)
      next?.begin()
      return
    }
  }

  return {
    async wait(tenant) {
      const queue = waiting.get(tenant) ?? []
      if (queue.length === 0 && mayBegin(tenant)) return begin(tenant)
      if (queue.length >= WAITING_MAX) return undefined
      return new Promise((resolve) => {
        const one: Waiting = {
          begin() {
            clearTimeout(timer)
            resolve(begin(tenant))
          },
        }
        const timer = setTimeout(() => {
          const at = queue.indexOf(one)
          if (at >= 0) queue.splice(at, 1)
          if (queue.length === 0 && waiting.get(tenant) === queue) waiting.delete(tenant)
          resolve(undefined)
        }, waitMs)
        queue.push(one)
        waiting.set(tenant, queue)
      })
    },
  }
}
