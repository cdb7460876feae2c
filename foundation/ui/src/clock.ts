import { epochMs, now } from '@millrace/base'
import { useSyncExternalStore } from 'react'

/** Epoch milliseconds now. */
export function clockMs(): number {
  return epochMs(now())
}

/** How often ages on the screen are counted on. */
const TICK_MS = 1000

let tickedAtMs = clockMs()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function listen(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    tickedAtMs = clockMs()
    for (const each of listeners) each()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The present, renewed every second by one timer for the whole page. */
export function useNowMs(): number {
  return useSyncExternalStore(listen, tickMs)
}

/** The last tick. While nobody listens the timer stands still, so the first to ask moves it on. */
function tickMs(): number {
  if (timer === undefined && clockMs() - tickedAtMs >= TICK_MS) tickedAtMs = clockMs()
  return tickedAtMs
}
