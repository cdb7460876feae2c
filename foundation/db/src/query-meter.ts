import { AsyncLocalStorage } from 'node:async_hooks'

/** What the built queries of one piece of work took. Statements on connections taken by hand are not counted. */
export interface QueryMeter {
  count: number
  /** In the database and on the way to it, in milliseconds; not the wait for a free connection. */
  ms: number
  /** The longest of them. */
  longestMs: number
}

const meters = new AsyncLocalStorage<QueryMeter>()

/** Counts the queries of `act` and of everything it awaits. */
export async function metered<T>(act: (meter: QueryMeter) => Promise<T>): Promise<T> {
  const meter: QueryMeter = { count: 0, ms: 0, longestMs: 0 }
  return meters.run(meter, () => act(meter))
}

/** Called after each query. */
export function countQuery(ms: number): void {
  const meter = meters.getStore()
  if (!meter) return
  meter.count += 1
  meter.ms += ms
  meter.longestMs = Math.max(meter.longestMs, ms)
}
