import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useLive } from './live.ts'

/** Between two readings caused by live messages: a burst of a hundred changes is one change to a person. */
const CALM_MS = 500

/** Reads what live messages call outdated: at once after a quiet time, and once more at the end of a burst. */
export class Refetcher {
  readonly #read: (key: QueryKey) => void
  readonly #calm = new Map<string, { timer: ReturnType<typeof setTimeout>; isWanted: boolean }>()

  constructor(read: (key: QueryKey) => void) {
    this.#read = read
  }

  want(key: QueryKey): void {
    const text = JSON.stringify(key)
    const calm = this.#calm.get(text)
    if (calm) {
      calm.isWanted = true
      return
    }
    this.#read(key)
    this.#rest(text, key)
  }

  #rest(text: string, key: QueryKey): void {
    const timer = setTimeout(() => {
      const { isWanted } = this.#calm.get(text) ?? { isWanted: false }
      this.#calm.delete(text)
      if (isWanted) this.want(key)
    }, CALM_MS)
    this.#calm.set(text, { timer, isWanted: false })
  }

  /** Stops every timer; wishes still waiting are forgotten. */
  close(): void {
    for (const { timer } of this.#calm.values()) clearTimeout(timer)
    this.#calm.clear()
  }
}

// One per client, so that several parts of a page that show the same do not each have it read.
const refetchers = new WeakMap<QueryClient, Refetcher>()

function refetcherOf(queryClient: QueryClient): Refetcher {
  let refetcher = refetchers.get(queryClient)
  if (!refetcher) {
    refetcher = new Refetcher((queryKey) => void queryClient.invalidateQueries({ queryKey }))
    refetchers.set(queryClient, refetcher)
  }
  return refetcher
}

/** Watches topics whose messages only say that something changed, and has the queries read again. */
export function useLiveRefetch(topics: readonly string[], keys: readonly QueryKey[]): void {
  const queryClient = useQueryClient()
  useLive(topics, () => {
    const refetcher = refetcherOf(queryClient)
    for (const key of keys) refetcher.want(key)
  })
}
