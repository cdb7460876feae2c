import { Worker } from 'node:worker_threads'

/** One signal of one machine over a part of the history. A null is no sample, not a bad one. */
export interface HistoryColumn {
  readonly machineKey: string
  readonly tag: string
  readonly timestampsMs: Float64Array
  readonly values: Float64Array | string[] | Float32Array[]
}

/** A part of the history: every signal, in the order of time, part after part. */
export interface HistoryPart {
  readonly progressRatio: number
  readonly columns: HistoryColumn[]
}

const PART_TIMEOUT_MS = 60_000

/**
 * Lives through the demo's past in a thread of its own, part by part; the next part is made while this one is taken, and no
 * more than that.
 *
 * @throws when the thread fails, takes longer than a minute for a part, or the signal is aborted.
 */
export async function* historyParts(anchorMs: number, signal: AbortSignal): AsyncGenerator<HistoryPart> {
  const worker = new Worker(new URL('./history-worker.ts', import.meta.url), { workerData: { anchorMs } })
  const left = new AbortController()
  const ask = () => {
    const next = nextPart(worker, AbortSignal.any([signal, left.signal]))
    // Whoever takes parts hears of a failure when this one's turn comes, or has left.
    next.catch(() => undefined)
    return next
  }
  let next = ask()
  try {
    for (;;) {
      const part = await next
      if (part === 'end') return
      next = ask()
      yield part
    }
  } finally {
    left.abort()
    await worker.terminate()
  }
}

function nextPart(worker: Worker, signal: AbortSignal): Promise<HistoryPart | 'end'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error('The history took too long.'))), PART_TIMEOUT_MS)
    const onMessage = (part: HistoryPart | 'end') => finish(() => resolve(part))
    const onError = (error: unknown) => finish(() => reject(error))
    const onAbort = () => finish(() => reject(new Error('The history was cancelled.')))
    function finish(settle: () => void) {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('error', onError)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    worker.on('message', onMessage)
    worker.on('error', onError)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    else worker.postMessage('next')
  })
}
