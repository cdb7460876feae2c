import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Pauses that grow from try to try, with a random part so that many gateways do not return in the same moment.
 */
export class GrowingPause {
  private tries = 0
  private readonly firstMs: number
  private readonly maxMs: number

  constructor(firstMs: number, maxMs: number) {
    this.firstMs = firstMs
    this.maxMs = maxMs
  }

  /** After a success: the next pause is short again. */
  reset(): void {
    this.tries = 0
  }

  nextMs(): number {
    const ms = Math.min(this.maxMs, this.firstMs * 2 ** Math.min(this.tries, 20))
    this.tries += 1
    return ms * (0.75 + 0.25 * Math.random())
  }

  wait(signal: AbortSignal): Promise<void> {
    return waitMs(this.nextMs(), signal)
  }
}

/** Waits, or returns at once when the signal is aborted: the caller looks at it anyway. */
export async function waitMs(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
