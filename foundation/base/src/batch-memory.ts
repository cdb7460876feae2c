// Columns are short and many: an array of its own for each costs more than reading or writing it. So they share blocks of
// memory, each given up when nothing of it is used any more.

const NUMBERS = 4096
const BYTES = 64 * 1024
/** What is longer than this part of a block gets memory of its own. */
const PART = 8
const GOOD_MAX = 1024

let numbers = new Float64Array(0)
let numbersUsed = 0
let bytes = new Uint8Array(0)
let bytesUsed = 0
const good: Uint8Array[] = []

/** Memory for `count` numbers. What it holds is old: it is written over before it is read. */
export function memoryFor(count: number): Float64Array {
  if (count > NUMBERS / PART) return new Float64Array(count)
  if (numbersUsed + count > numbers.length) {
    numbers = new Float64Array(NUMBERS)
    numbersUsed = 0
  }
  // Three times as fast as `subarray`.
  const part = new Float64Array(numbers.buffer, 8 * numbersUsed, count)
  numbersUsed += count
  return part
}

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
