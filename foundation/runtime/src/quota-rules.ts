import { SECOND_MS } from '@millrace/base'

/** What is left of a rate. Below zero it is owed: one large batch is taken whole, and the next one waits for it. */
export interface Bucket {
  left: number
  atMs: number
}

/** Full at first. @param burstS for how long twice the rate may be used after a quiet time. */
export function newBucket(perS: number, burstS: number, nowMs: number): Bucket {
  return { left: perS * burstS, atMs: nowMs }
}

function refill(bucket: Bucket, perS: number, burstS: number, nowMs: number): void {
  bucket.left = Math.min(perS * burstS, bucket.left + (perS * (nowMs - bucket.atMs)) / SECOND_MS)
  bucket.atMs = nowMs
}

/** How long until something is left; 0 = now. */
export function waitOf(bucket: Bucket, perS: number, burstS: number, nowMs: number): number {
  if (perS === Number.POSITIVE_INFINITY) return 0
  refill(bucket, perS, burstS, nowMs)
  return bucket.left > 0 ? 0 : Math.ceil(((1 - bucket.left) / perS) * SECOND_MS)
}

export function spend(bucket: Bucket, perS: number, burstS: number, nowMs: number, amount: number): void {
  if (perS === Number.POSITIVE_INFINITY) return
  refill(bucket, perS, burstS, nowMs)
  bucket.left -= amount
}

const WINDOW_MS = 10 * SECOND_MS

/** What is used: of a rate per second, over the last whole ten seconds; of places how many are taken. */
export interface Use {
  now: number
  peak: number
  sum: number
  windowMs: number
}

export function newUse(nowMs: number): Use {
  return { now: 0, peak: 0, sum: 0, windowMs: nowMs }
}

export function addUse(use: Use, amount: number, nowMs: number): void {
  turnWindow(use, nowMs)
  use.sum += amount
}

/** Closes a window that is over. */
export function turnWindow(use: Use, nowMs: number): void {
  const elapsedMs = nowMs - use.windowMs
  if (elapsedMs < WINDOW_MS) return
  use.now = (use.sum * SECOND_MS) / elapsedMs
  use.peak = Math.max(use.peak, use.now)
  use.sum = 0
  use.windowMs = nowMs
}
