// Columns are short and many: an array of its own for each costs more than reading or writing it. So they share blocks of
// memory, each given up when nothing of it is used any more.

const NUMBERS = 4096
const REUSED_NUMBERS = 64 * 1024
const BYTES = 64 * 1024
/** What is longer than this part of a block gets memory of its own. */
const PART = 8
const GOOD_MAX = 1024

let bytes = new Uint8Array(0)
let bytesUsed = 0
const good: Uint8Array[] = []

/** Where the times and numbers of columns stand that are read. */
export class BatchMemory {
  private readonly isReused: boolean
  private numbers = new Float64Array(0)
  private used = 0

  /** @param isReused whether it is cleared again and again: then what was read before is written over. */
  constructor(isReused: boolean) {
    this.isReused = isReused
  }

  /** Begins anew: nobody uses any more what was read before. */
  clear(): void {
    this.used = 0
  }

  /** Memory for `count` numbers. What it holds is old: it is written over before it is read. */
  forNumbers(count: number): Float64Array {
    if (!this.isReused && count > NUMBERS / PART) return new Float64Array(count)
    if (this.used + count > this.numbers.length) {
      const length = this.isReused ? Math.max(REUSED_NUMBERS, 2 * this.numbers.length) : NUMBERS
      this.numbers = new Float64Array(Math.max(length, count))
      this.used = 0
    }
    // Three times as fast as `subarray`.
    const part = new Float64Array(this.numbers.buffer, 8 * this.used, count)
    this.used += count
    return part
  }
}

/** For columns that live as long as somebody holds them. */
export const LASTING = new BatchMemory(false)

/** A copy of bytes that stays as it is. */
export function keep(written: Uint8Array): Uint8Array {
  if (written.length > BYTES / PART) return written.slice()
  if (bytesUsed + written.length > bytes.length) {
    bytes = new Uint8Array(BYTES)
    bytesUsed = 0
  }
  const part = new Uint8Array(bytes.buffer, bytesUsed, written.length)
  part.set(written)
  bytesUsed += written.length
  return part
}

/** `count` times the same quality. Shared by all who ask for it: not to be changed. */
export function allOf(quality: number, count: number): Uint8Array {
  if (quality !== GOOD || count > GOOD_MAX) return new Uint8Array(count).fill(quality)
  good[count] ??= new Uint8Array(count).fill(GOOD)
  return good[count]
}

const GOOD = 2

/** Whether qualities are known to be all good, without looking at each; `false` says nothing. */
export function areSharedGood(qualities: Uint8Array): boolean {
  return good[qualities.length] === qualities
}
